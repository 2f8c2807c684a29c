package text_test

import (
	"testing"

	"tagline/store/text"
)

// What ends a line or cannot be printed parts the words of a name, as a space does, and stands in none.
func TestControlCharactersPartTheWordsOfAName(t *testing.T) {
	for typed, want := range map[string]string{
		"Anna\x00Smith": "Anna Smith", "Anna\x1bSmith": "Anna Smith", "Anna\x85\u0085Smith": "Anna\ufffd Smith",
		"\x07Anna\x7f": "Anna", "Anna\r\nSmith\x08": "Anna Smith",
		"Anna\u2028Smith": "Anna Smith", "\x00\x1f": "",
	} {
		if got := text.CleanName(typed); got != want {
			t.Errorf("%q is kept as %q, want %q", typed, got, want)
		}
	}
}
