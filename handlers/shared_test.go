package handlers

import (
	"testing"
	"time"
)

// What nobody asks for any more is not kept: threads are large, and pages open and close all day.
func TestWhatIsSharedIsKeptOnlyAsLongAsSomebodyAsks(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	s := newShared(func() int64 { return 7 }, func() time.Time { return now })
	made := map[string]int{}
	ask := func(key string) {
		t.Helper()
		if _, err := share(s, key, 7, func() (string, error) { made[key]++; return key, nil }); err != nil {
			t.Fatal(err)
		}
	}
	ask("once")
	for range 10 {
		ask("always")
		now = now.Add(sharedFor / 2)
	}
	if made["always"] != 1 {
		t.Errorf("what is asked for again and again was made %d times", made["always"])
	}
	if kept := len(s.kept) + len(s.older); kept != 2 { // the same in both
		t.Errorf("%d things are kept", kept)
	}
	ask("once")
	if made["once"] != 2 {
		t.Errorf("what nobody asked for was kept")
	}
	for n := range 3 * sharedMost {
		_, _ = share(s, n, 7, func() (int, error) { return n, nil })
	}
	if kept := len(s.kept) + len(s.older); kept > 2*sharedMost {
		t.Errorf("%d things are kept at once", kept)
	}
}
