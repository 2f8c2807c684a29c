package handlers

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// parseNumber reads a phone number as somebody types or pastes it, and says what is wrong with it, or "". It must name its
// country: Tagline knows none that all of an account's contacts are from, and a guess would text a stranger.
func parseNumber(typed string) (number, wrong string) {
	typed = strings.TrimSpace(strings.Map(visibleRune, typed))
	if typed == "" {
		return "", "Write the number first, with + and the country: +1 415 555 0134."
	}
	if rest, ok := strings.CutPrefix(typed, "00"); ok {
		typed = "+" + rest
	}
	if !strings.HasPrefix(strings.TrimLeft(typed, "( "), "+") {
		return "", "Begin the number with + and the country, like +1 415 555 0134. Without it nobody knows whose it is."
	}
	const none = "This is no phone number that can be texted. Compare it digit by digit; with + and the country it looks like +1 415 555 0134."
	if strings.ContainsFunc(typed, notOfNumbers) {
		return "", none
	}
	parsed, err := phonenumbers.Parse(typed, "")
	if err != nil || !phonenumbers.IsPossibleNumber(parsed) {
		return "", none
	}
	return phonenumbers.Format(parsed, phonenumbers.E164), ""
}

// visibleRune leaves out what phones put around numbers for the direction of writing.
func visibleRune(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// notOfNumbers tells what stands in no number: of two numbers in one field only the first would be taken.
func notOfNumbers(r rune) bool {
	return !unicode.IsDigit(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Pd, r) && !strings.ContainsRune("+()[]./·−", r)
}
