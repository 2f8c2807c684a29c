package store

import (
	"bytes"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"tagline/textutil"
)

const (
	longNumber     = 7 // digits: what is shorter is no number with a country but a code, which stands among any digits
	nationalNumber = 8 // digits of its end that name a number without its country
)

// mentions returns what tells whether a text names the number, however it is set out there: with signs between its
// digits, in the digits of any script, with 00 or nothing for the +, or without its country; a name in capitals or
// small letters. Text is JSON and addresses, too, in which characters are escaped.
func mentions(number string) func(text []byte) bool {
	digits := onlyDigits(number)
	if !strings.HasPrefix(number, "+") && len(digits) < longNumber || digits == "" {
		name := []byte(strings.ToLower(number))
		return func(text []byte) bool { return bytes.Contains(bytes.ToLower(text), name) }
	}
	return func(text []byte) bool {
		return names(text, digits) || escaped.Match(text) && names(escaped.ReplaceAllFunc(text, unescaped), digits)
	}
}

// names tells whether the digits stand in the text.
func names(text []byte, digits string) bool {
	var run []byte
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		digit, is := textutil.Digit(r)
		switch {
		case is:
			run = append(run, digit)
			if len(text) > 0 {
				continue
			}
		case len(run) > 0 && len(text) > 0 && (r == '+' || textutil.Ignorable(r) ||
			textutil.Separates(r) && r != '\n' && r != '\r'):
			continue
		}
		if isNumber(string(run), digits) {
			return true
		}
		run = run[:0]
	}
	return false
}

// escaped are characters as they stand in JSON and in addresses.
var escaped = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}|\\[/nrt]|(?:%[0-9A-Fa-f]{2})+`)

func unescaped(as []byte) []byte {
	switch {
	case as[0] == '%':
		plain, _ := url.PathUnescape(string(as))
		return []byte(plain)
	case as[1] == 'u':
		r, _ := strconv.ParseUint(string(as[2:]), 16, 16)
		return utf8.AppendRune(nil, rune(r)) // #nosec G115 -- four digits
	case as[1] == '/':
		return as[1:]
	}
	return []byte{'\n'}
}

// isNumber tells whether digits that stand together are a number: all of it, or its end.
func isNumber(run, digits string) bool {
	if len(run) < longNumber {
		return false
	}
	if strings.Contains(run, digits) {
		return true
	}
	national := strings.TrimLeft(run, "0")
	return len(national) >= nationalNumber && strings.HasSuffix(digits, national)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
