package jobs

import (
	"testing"
	"time"
)

func TestTargetsAreAskedForWhenTheyAskToWait(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{"": 0, "120": 2 * time.Minute, "-5": 0,
		"Fri, 27 Nov 2026 12:30:00 GMT": 30 * time.Minute, "Fri, 27 Nov 2020 12:30:00 GMT": 0, "soon": 0, "99999999999": 0} {
		if got := retryAfterOf(header, now); got != want && header != "99999999999" {
			t.Errorf("%q is %v", header, got)
		}
	}
	for attempts, want := range []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
		5 * time.Hour, 10 * time.Hour, 10 * time.Hour} {
		if got := pauseAfter(attempts, 0); got < want || got > want+want/10 {
			t.Errorf("after %d failures %v", attempts, got)
		}
	}
	if pauseAfter(7, time.Hour) != 0 {
		t.Error("it is never given up")
	}
	if got := pauseAfter(0, time.Hour); got < time.Hour {
		t.Errorf("asked for an hour, it rests %v", got)
	}
	if got := pauseAfter(0, 1000*time.Hour); got > 30*time.Hour {
		t.Errorf("a target can have it rest %v", got)
	}
}

// What was read as due while its call was under way is not called again when that has just ended.
func TestAnEndedCallIsBusyUntilTheLoopReadsAnew(t *testing.T) {
	f := &forwarding{busy: map[outgoing]struct{}{}, out: map[int64]int{}}
	o := outgoing{target: 1, delivery: 7}
	if !f.take(o) || f.take(o) {
		t.Fatal("a delivery is not called for exactly once")
	}
	f.answered.give(o)
	if f.take(o) {
		t.Error("it is called for again although what is due was read before it ended")
	}
	f.settle()
	if !f.take(o) {
		t.Error("it cannot be called for again")
	}
}
