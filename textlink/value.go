package textlink

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is one JSON value as it came, nil if there is none. Its methods take what was meant over what the type says.
type value []byte

func (v value) isNull() bool   { return len(v) == 0 || string(v) == "null" }
func (v value) isString() bool { return len(v) > 0 && v[0] == '"' }
func (v value) isNumber() bool { return len(v) > 0 && (v[0] == '-' || isDigit(v[0])) }

// isEmpty reports whether it says nothing: null, nothing but spaces, or [] or {}, which is how some programs write that
// there is none.
func (v value) isEmpty() bool {
	s, _ := v.text()
	s = strings.Join(strings.Fields(s), "")
	return s == "" || !v.isString() && (v.isNull() || s == "[]" || s == "{}")
}

// text returns a string's content, and anything else as the JSON text it is, so that nothing is lost.
// exact is false if that could not be shown as it came: different values may then give the same text.
func (v value) text() (s string, exact bool) {
	if v.isString() {
		return unquote(v)
	}
	if utf8.Valid(v) {
		return string(v), true
	}
	return strings.ToValidUTF8(string(v), "\uFFFD"), false
}

// decimal returns a number's plain decimal text where it is whole (1e3 is 1000), else its JSON text.
func (v value) decimal() string {
	if s, ok := wholeDecimal(string(v)); ok {
		return s
	}
	s, _ := v.text()
	return s
}

// integer reads a number, or a string that holds one. Fractions are floored; what doesn't fit is not ok.
func (v value) integer() (n int64, ok bool) {
	if !v.isString() {
		return parseInteger(string(v))
	}
	s, _ := unquote(v)
	return parseInteger(strings.TrimSpace(s))
}

// whole reads a number without a fraction, or a string that holds one.
func (v value) whole() (n int64, ok bool) {
	s, _ := v.text()
	decimal, whole := wholeDecimal(strings.TrimSpace(s))
	if !whole {
		return 0, false
	}
	n, err := strconv.ParseInt(decimal, 10, 64)
	return n, err == nil
}

// boolean reads true and false, 1 and 0, also in strings.
func (v value) boolean() (b, ok bool) {
	s, _ := v.text()
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	n, ok := v.integer()
	return n == 1, ok && (n == 0 || n == 1)
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// allDigits reports whether s is ASCII digits and nothing else, at least one.
func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
