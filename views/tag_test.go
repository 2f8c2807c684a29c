package views

import "testing"

// People learn the colours: a release must not change them.
func TestTagsKeepTheirTone(t *testing.T) {
	tests := map[string]int{
		"Hot": toneRed, "hot ": toneRed, "WARM": toneAmber, "Cold": toneBlue, "VIP": tonePurple,
		"Lead": 6, "Customer": 4, "Déjà vu": 4, "Won": 8,
	}
	for tag, want := range tests {
		if got := tone(tag); got != want {
			t.Errorf("tone(%q) = %d, want %d", tag, got, want)
		}
	}
	if toneClass("") != noTone {
		t.Error("no tag has a tone")
	}
}

func TestOtherTagsNeverLookLikeTheFixedOnes(t *testing.T) {
	for _, tag := range []string{"", "a", "b", "c", "Lost", "Follow up", "新規", "x1", "x2", "x3"} {
		if got := tone(tag); got < firstFreeTone || got >= tones {
			t.Errorf("tone(%q) = %d", tag, got)
		}
	}
}
