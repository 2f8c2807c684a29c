package textlink

import (
	"strings"

	"tagline/textutil"
)

// shortestWithCountryCode tells numbers that lost their '+' on the way through a JSON number from short codes such as 72645.
const shortestWithCountryCode = 8

// phoneNumberFromDigits gives a JSON number its '+' back.
func phoneNumberFromDigits(s string) string {
	if number := normalisePhoneNumber(s); number != s {
		return number
	}
	if allDigits(s) && len(s) >= shortestWithCountryCode {
		return "+" + s
	}
	return s
}

// normalisePhoneNumber reads a number that names its country, by + or by 00, however it is set out. Everything else stays as it
// came, without the blanks around it: short codes, names of senders, numbers without a country code.
func normalisePhoneNumber(s string) string {
	if number, ok := textutil.Number(s); ok && strings.HasPrefix(number, "+") {
		return number
	}
	return textutil.Label(s)
}
