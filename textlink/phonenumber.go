package textlink

import (
	"strings"
	"unicode"

	"tagline/textutil"
)

// shortestWithCountryCode tells numbers that lost their '+' on the way through a JSON number from short codes such as
// 72645.
const shortestWithCountryCode = 8

// phoneNumberFromDigits gives a JSON number its '+' back. It returns "" unless that is whole and positive.
func phoneNumberFromDigits(v value) string {
	s, whole := wholeDecimal(string(v))
	if !whole || !allDigits(s) || strings.Trim(s, "0") == "" {
		return ""
	}
	if number := normalisePhoneNumber(s); number != s {
		return number
	}
	if len(s) >= shortestWithCountryCode {
		return "+" + s
	}
	return s
}

// normalisePhoneNumber reads a number that names its country, by + or by 00, however it is set out. Everything else
// stays as it came, without the blanks around it: short codes, names of senders, numbers without a country code. It
// returns "" for what has neither a letter nor a digit.
func normalisePhoneNumber(s string) string {
	if number, ok := textutil.Number(s); ok && strings.HasPrefix(number, "+") {
		return number
	}
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return ""
	}
	return textutil.Label(s)
}
