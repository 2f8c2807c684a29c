package jobs

import (
	"testing"
	"time"

	"tagline/store"
)

// A run that was noted by a clock which was ahead must not keep the next one waiting until then.
func TestRetentionIsLookedAtInTime(t *testing.T) {
	now := time.Date(2026, 11, 25, 15, 30, 20, 0, time.UTC)
	for _, test := range []struct {
		name string
		r    store.Retention
		want bool
	}{
		{"kept for ever", store.Retention{}, false},
		{"never looked at", store.Retention{Days: 7}, true},
		{"just looked at", store.Retention{Days: 7, RanAt: now.Add(-time.Hour).UnixMilli()}, false},
		{"yesterday", store.Retention{Days: 7, RanAt: now.Add(-24 * time.Hour).UnixMilli()}, true},
		{"an hour ago, with more to do", store.Retention{Days: 7, RanAt: now.Add(-time.Hour).UnixMilli(), More: true}, true},
		{"a minute ago, with more to do",
			store.Retention{Days: 7, RanAt: now.Add(-time.Minute).UnixMilli(), More: true}, false},
		{"next year", store.Retention{Days: 7, RanAt: now.AddDate(1, 0, 0).UnixMilli()}, true},
	} {
		if got := retentionDue(test.r, now); got != test.want {
			t.Errorf("%s: due is %t", test.name, got)
		}
	}
}
