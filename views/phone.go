package views

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"tagline/store"
)

// formatNumber writes a valid number the way people do ("+1 415-555-0134") and any other sender legibly:
// short codes, names, and numbers that no plan knows. It costs some 30 µs, so rows with a name do without.
func formatNumber(number string) string {
	if !strings.HasPrefix(number, "+") || len(number) > longestName {
		return plainNumber(number)
	}
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return plainNumber(number)
	}
	return phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
}

// plainNumber is a number as it came, or its beginning where it is too long to be one.
func plainNumber(number string) string { return clipText(legible(number), longestName) }

// displayName is the contact's name, or the number formatted for people.
func displayName(c store.Contact) string {
	if !blank(c.Name) {
		return clipText(legible(c.Name), longestName)
	}
	return formatNumber(c.PhoneNumber)
}

// initials are what an avatar shows for a name: the first letters of its first and last word, or for a formatted
// number its country code.
func initials(name string) string {
	if strings.HasPrefix(name, "+") {
		if code, _, spaced := strings.Cut(name, " "); spaced {
			return code
		}
		return countryCode(name)
	}
	words := lettered(name)
	switch len(words) {
	case 0:
		return "#"
	case 1:
		return firstLetter(words[0])
	}
	return firstLetter(words[0]) + firstLetter(words[len(words)-1])
}

// lettered are the words of a name that have letters or digits, if any has: an emoji is no initial.
func lettered(name string) []string {
	return slices.DeleteFunc(strings.Fields(name), func(word string) bool {
		return !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	})
}

// countryCode is that of a number that could not be formatted, "+" if it has none.
func countryCode(number string) string {
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil {
		return "+"
	}
	return "+" + strconv.Itoa(int(parsed.GetCountryCode()))
}

// firstLetter skips quotes and brackets; a word of digits is represented by "#".
func firstLetter(word string) string {
	for _, r := range word {
		if unicode.IsLetter(r) {
			return string(unicode.ToUpper(r))
		}
		if unicode.IsDigit(r) {
			return "#"
		}
	}
	return "#"
}
