package store

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const (
	longNumber     = 7 // digits: what is shorter is no number with a country but a code, which stands among any digits
	nationalNumber = 8 // digits of its end that name a number without its country
)

// mentions returns what tells whether a text names the number, however it is set out there: with signs between its digits,
// with 00 or nothing for the +, or without its country; a name in capitals or small letters.
func mentions(number string) func(text []byte) bool {
	digits := onlyDigits(number)
	if !strings.HasPrefix(number, "+") && len(digits) < longNumber || digits == "" {
		name := []byte(strings.ToLower(number))
		return func(text []byte) bool { return bytes.Contains(bytes.ToLower(text), name) }
	}
	return func(text []byte) bool {
		var run []byte
		for len(text) > 0 {
			r, size := utf8.DecodeRune(text)
			text = text[size:]
			switch {
			case '0' <= r && r <= '9':
				run = append(run, byte(r))
				if len(text) > 0 {
					continue
				}
			case len(run) > 0 && len(text) > 0 && strings.ContainsRune("+ \t\u00a0\u202f()[]-‐‑–−./·", r):
				continue
			}
			if isNumber(string(run), digits) {
				return true
			}
			run = run[:0]
		}
		return false
	}
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
