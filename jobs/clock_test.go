package jobs

import (
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tagline/store"
)

// A first start with a clock that is ahead must not have that believed for good: the next time it is wrong by as much,
// everything would be removed.
func TestAClockThatIsBehindIsTakenOnceItHasBeenSoForAWhile(t *testing.T) {
	for _, wrong := range []time.Duration{3 * 24 * time.Hour, 365 * 24 * time.Hour, 30 * 365 * 24 * time.Hour} {
		t.Run(wrong.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var off atomic.Int64
				now := func() time.Time { return time.Now().Add(time.Duration(off.Load())) }
				off.Store(int64(wrong))
				s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{Now: now})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				job := startRetention(Env{Store: s, Now: now, Log: slog.New(slog.DiscardHandler)})
				defer job.Close()
				if err := s.SetRetention(t.Context(), map[store.Perishable]int{store.PerishableMessages: 1}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(5 * time.Minute)
				if c := s.Clock(); c.Ahead() || c.Behind() {
					t.Fatalf("at first the clock is %+v", c)
				}
				off.Store(0)
				time.Sleep(50 * time.Minute)
				if c := s.Clock(); !c.Behind() {
					t.Errorf("it is taken at once: %+v", c)
				}
				time.Sleep(time.Hour)
				if c := s.Clock(); c.Behind() {
					t.Errorf("it is never taken: %+v", c)
				}
				off.Store(int64(wrong))
				time.Sleep(2 * time.Hour)
				if c := s.Clock(); !c.Ahead() {
					t.Errorf("it is believed the second time: %+v", c)
				}
			})
		})
	}
}
