package textlink

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote returns the content of a JSON string token. It never fails: invalid UTF-8 and lone surrogates become U+FFFD,
// as encoding/json has it, and escapes that JSON doesn't know stay as they are. In each of these cases exact is false.
func unquote(token []byte) (s string, exact bool) {
	rest := token[1 : len(token)-1]
	exact = true
	var b strings.Builder
	b.Grow(len(rest))
	for len(rest) > 0 {
		r, size, ok := character(rest)
		b.WriteRune(r)
		rest = rest[size:]
		exact = exact && ok
	}
	return b.String(), exact
}

// character reads the first character of a string's content and says how many bytes it took.
func character(s []byte) (r rune, size int, ok bool) {
	if s[0] == '\\' {
		return escape(s)
	}
	r, size = utf8.DecodeRune(s)
	return r, size, r != utf8.RuneError || size > 1
}

func escape(s []byte) (r rune, size int, ok bool) {
	if len(s) < 2 {
		return '\\', 1, false
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2, true
	case 'b':
		return '\b', 2, true
	case 'f':
		return '\f', 2, true
	case 'n':
		return '\n', 2, true
	case 'r':
		return '\r', 2, true
	case 't':
		return '\t', 2, true
	case 'u':
		return unicodeEscape(s)
	}
	return '\\', 1, false
}

// unicodeEscape reads \u0041, or two of them that are a surrogate pair.
func unicodeEscape(s []byte) (r rune, size int, ok bool) {
	r, ok = hex(s)
	if !ok {
		return '\\', 1, false
	}
	if !utf16.IsSurrogate(r) {
		return r, 6, true
	}
	low, _ := hex(s[6:])
	if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
		return pair, 12, true
	}
	return utf8.RuneError, 6, false
}

// hex reads \uXXXX at the start of s.
func hex(s []byte) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return rune(n), err == nil
}
