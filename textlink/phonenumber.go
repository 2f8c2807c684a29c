package textlink

import (
	"strings"
	"unicode"
)

// shortestWithCountryCode tells numbers that lost their '+' on the way through a JSON number from short codes such as 72645.
const shortestWithCountryCode = 8

// phoneNumberFromDigits gives a JSON number its '+' back.
func phoneNumberFromDigits(s string) string {
	if allDigits(s) && len(s) >= shortestWithCountryCode {
		return "+" + s
	}
	return s
}

// normalisePhoneNumber trims s and, if it is a '+' and digits set out for people, takes out what was put between. Everything else stays:
// short codes, names of senders, numbers without a country code.
func normalisePhoneNumber(s string) string {
	s = strings.TrimFunc(s, isBlank)
	if !strings.HasPrefix(s, "+") {
		return s
	}
	digits := strings.Map(dropFormatting, s[1:])
	if !allDigits(digits) {
		return s
	}
	return "+" + digits
}

func dropFormatting(r rune) rune {
	if isBlank(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("./()[]−·", r) {
		return -1
	}
	return r
}

// isBlank holds for what can't be seen: white space, and format characters such as the bidi controls that phones put around numbers.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Z, unicode.Cf)
}
