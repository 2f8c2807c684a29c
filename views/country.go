package views

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// region is the country of a number, as ISO 3166 writes it ("US"); "" for what is no number or belongs to no country.
func region(number string) string {
	if !strings.HasPrefix(number, "+") {
		return ""
	}
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil {
		return ""
	}
	code := phonenumbers.GetRegionCodeForNumber(parsed)
	if len(code) != 2 {
		return "" // "001" is no country
	}
	return code
}

// flag is the emoji of a country.
func flag(region string) string {
	var b strings.Builder
	for _, letter := range region {
		b.WriteRune(letter - 'A' + '\U0001F1E6')
	}
	return b.String()
}

// numberTitle is what a number says on hover: its country, and how machines write it. A script puts in the country's
// name.
func numberTitle(number string) string {
	if code := region(number); code != "" {
		return flag(code) + " " + code + " · " + number
	}
	return number
}
