package web

import (
	"fmt"
	"testing"
	"time"
)

// What nobody asks for any more is not kept: threads are large, and pages open and close all day.
func TestTheCacheKeepsAnEntryOnlyAsLongAsSomebodyAsks(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	s := NewCache(func() int64 { return 7 }, func() time.Time { return now })
	made := map[string]int{}
	ask := func(key string) {
		t.Helper()
		if _, err := GetCached(s, key, 7, func() (string, error) { made[key]++; return key, nil }); err != nil {
			t.Fatal(err)
		}
	}
	ask("once")
	for range 10 {
		ask("always")
		now = now.Add(cacheLife / 2)
	}
	if made["always"] != 1 {
		t.Errorf("what is asked for again and again was made %d times", made["always"])
	}
	if kept := len(s.recent) + len(s.older); kept != 2 { // the same in both
		t.Errorf("%d things are kept", kept)
	}
	ask("once")
	if made["once"] != 2 {
		t.Errorf("what nobody asked for was kept")
	}
	for n := range 3 * cacheSize {
		_, _ = GetCached(s, n, 7, func() (int, error) { return n, nil })
	}
	if kept := len(s.recent) + len(s.older); kept > 2*cacheSize {
		t.Errorf("%d things are kept at once", kept)
	}
}

// What is made of something that was read before a change must not be taken for one that shows it, although the change
// was known when it was made: a row or a thread would stay as it was until the next change.
func TestACachedValueIsAsOldAsWhatItIsMadeOf(t *testing.T) {
	latest := int64(1)
	s := NewCache(func() int64 { return latest }, func() time.Time { return time.Unix(1_790_000_000, 0) })
	read := func(since int64) string {
		t.Helper()
		value, err := GetCached(s, "read", since, func() (string, error) { return fmt.Sprint("read at ", latest), nil })
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	shown := func(since int64, of string) string {
		t.Helper()
		value, err := GetCachedAsOf(s, "shown", since, func() (string, error) { return of, nil })
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	before := read(1)
	latest = 2 // while the first socket is at work
	if got := shown(1, before); got != "read at 1" {
		t.Errorf("shown is %q", got)
	}
	if got := shown(2, read(2)); got != "read at 2" {
		t.Errorf("after the change %q is shown", got)
	}
}
