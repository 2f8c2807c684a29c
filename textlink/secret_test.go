package textlink

import "testing"

func TestSecretMatchesAnyOfTheSums(t *testing.T) {
	sums := [][32]byte{Sum("old"), Sum("new"), Sum("")}
	for secret, want := range map[string]bool{"old": true, "new": true, "other": false, "ol": false, "old ": false, "": false} {
		if Matches(secret, sums) != want {
			t.Errorf("%q: want %v", secret, want)
		}
	}
}

func TestNothingMatchesNoSums(t *testing.T) {
	if Matches("", nil) || Matches("s", nil) || Matches("", [][32]byte{{}}) {
		t.Error("matched")
	}
}

func TestSumGivenTwiceStillMatches(t *testing.T) {
	if !Matches("s", [][32]byte{Sum("s"), Sum("s")}) {
		t.Error("no match")
	}
}
