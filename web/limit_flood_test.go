package web

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Names of 59,000 letters took 556 MB: what is remembered of a key is short, however long it is.
func TestALimitRemembersLittleOfAKey(t *testing.T) {
	now := time.Now()
	l := NewLimit(3, time.Minute, func() time.Time { return now })
	long := strings.Repeat("x", 59_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range 2_000 {
		l.Allow(fmt.Sprint(long, n))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 4<<20 {
		t.Errorf("%d MB are kept of 2,000 keys", kept>>20)
	}
	if ok, _ := l.Allow(long + "7"); !ok || len(l.spent) != 2_000 {
		t.Errorf("%d keys are known", len(l.spent))
	}
}

// Made-up keys take nobody out of a limit, and no more than so many are remembered.
func TestALimitForgetsThoseWhoSpentLeast(t *testing.T) {
	now := time.Now()
	l := NewLimit(5, time.Hour, func() time.Time { return now })
	for range 5 {
		l.Allow("guessed")
	}
	for n := range 2*maxKeys + 10 {
		l.Allow(fmt.Sprint("made up ", n))
	}
	if ok, _ := l.Allow("guessed"); ok {
		t.Error("whoever had spent all may try again")
	}
	if len(l.spent) > maxKeys {
		t.Errorf("%d keys are remembered", len(l.spent))
	}
}
