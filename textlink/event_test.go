package textlink

import (
	"math"
	"testing"
	"time"
)

func TestTimestampsThatCannotBeTrueAreKeptButDoubtful(t *testing.T) {
	for raw, want := range map[string]bool{
		`1748463114559`:       false,
		`1262304000000`:       false, // 2010-01-01
		`1262303999999`:       true,
		`1748463114`:          true, // seconds
		`9007199254740992`:    true, // 2^53
		`253402300799000`:     true, // 9999-12-31
		`1748463114559000`:    true, // microseconds
		`1`:                   true,
		`9223372036854775807`: true,
	} {
		e := received(t, `"timestamp":`+raw)
		if e.Timestamp == nil || e.Doubtful != want {
			t.Errorf("%s: %v, doubtful %v", raw, e.Timestamp, e.Doubtful)
		}
	}
}

// A program that knows no time writes 0. Two messages that say so are not of the same time.
func TestTimestampsThatNameNoTimeAreNoneAndDoubtful(t *testing.T) {
	for _, raw := range []string{`0`, `-1`, `"0"`, `-9223372036854775808`, `0.5`, `-0`} {
		if e := received(t, `"timestamp":`+raw); e.Timestamp != nil || !e.Doubtful {
			t.Errorf("%s: %v, doubtful %v", raw, e.Timestamp, e.Doubtful)
		}
	}
}

func TestAbsentTimestampIsNotDoubtful(t *testing.T) {
	if e := received(t, `"name":"x"`); e.Timestamp != nil || e.Doubtful || e.DoubtfulAt(0) {
		t.Errorf("%+v", e)
	}
}

func TestTimestampMoreThanTwoMinutesAfterArrivalIsDoubtful(t *testing.T) {
	arrived := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).UnixMilli()
	for ahead, want := range map[time.Duration]bool{
		-1000 * time.Hour: false, 0: false, 2 * time.Minute: false, 2*time.Minute + time.Millisecond: true,
		20 * time.Hour: true, 1000 * time.Hour: true,
	} {
		e := Event{Timestamp: new(arrived + ahead.Milliseconds())}
		if e.DoubtfulAt(arrived) != want {
			t.Errorf("%v ahead: want %v", ahead, want)
		}
	}
}

func TestDoubtfulStaysDoubtfulWheneverItArrives(t *testing.T) {
	for _, arrived := range []int64{0, math.MaxInt64, math.MinInt64} {
		if e := (Event{Doubtful: true}); !e.DoubtfulAt(arrived) {
			t.Errorf("arrived %d: not doubtful", arrived)
		}
	}
}
