package views

import (
	"slices"
	"testing"
)

// People learn the colours: a release must not change them.
func TestTagsKeepTheirTone(t *testing.T) {
	tests := map[string]string{
		"Hot": toneRed, "hot ": toneRed, "WARM": toneAmber, "Cold": toneBlue, "VIP": tonePurple, "": toneNone,
		"Lead": "6", "Customer": "7", "Déjà vu": "6", "Won": "4",
	}
	for tag, want := range tests {
		if got := tone(tag); got != want {
			t.Errorf("tone(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestOtherTagsNeverLookLikeThoseWithAMeaning(t *testing.T) {
	for _, tag := range []string{"a", "b", "c", "Lost", "Follow up", "新規", "x1", "x2", "x3"} {
		if got := tone(tag); !slices.Contains(tones[meantTones:], got) {
			t.Errorf("tone(%q) = %q", tag, got)
		}
	}
}
