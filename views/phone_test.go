package views

import (
	"testing"

	"tagline/store"
)

func TestNumbersAreFormattedOnlyIfTheyAreValid(t *testing.T) {
	tests := map[string]string{
		"+14155550134":  "+1 415-555-0134",
		"+381690156360": "+381 69 0156360",
		"+11234567890":  "+11234567890", // no such area code
		"72345":         "72345",
		"TEXTLINK":      "TEXTLINK",
		"4155550134":    "4155550134", // no country: not ours to guess
		"+":             "+",
		"":              "",
	}
	for number, want := range tests {
		if got := formatNumber(number); got != want {
			t.Errorf("formatNumber(%q) = %q, want %q", number, got, want)
		}
	}
}

func TestAvatarsShowInitialsOrTheCountryCode(t *testing.T) {
	tests := []struct {
		contact store.Contact
		want    string
	}{
		{store.Contact{Name: "Maria Ochoa"}, "MO"},
		{store.Contact{Name: "  ana maria de souza "}, "AS"},
		{store.Contact{Name: "Élodie"}, "É"},
		{store.Contact{Name: "(Max) \"Müller\""}, "MM"},
		{store.Contact{Name: "🙂 Ann"}, "A"},
		{store.Contact{Name: "🙂"}, "#"},
		{store.Contact{PhoneNumber: "+14155550134"}, "+1"},
		{store.Contact{PhoneNumber: "+381690156360"}, "+381"},
		{store.Contact{PhoneNumber: "+11234567890"}, "+1"},
		{store.Contact{PhoneNumber: "+999"}, "+"},
		{store.Contact{PhoneNumber: "72345"}, "#"},
		{store.Contact{}, "#"},
	}
	for _, test := range tests {
		if got := initials(displayName(test.contact)); got != test.want {
			t.Errorf("avatar of %+v is %q, want %q", test.contact, got, test.want)
		}
	}
}
