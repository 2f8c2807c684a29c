package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"tagline/store"
)

func TestRepeatsGoByTheWindowThatIsSet(t *testing.T) {
	received := fact{kind: store.KindReceived, number: "+15550100", text: "ok"}
	sent := fact{kind: store.KindSent, number: "+15550100", text: "ok"}
	withID := sent
	withID.customID = "a"
	for _, window := range []time.Duration{time.Second, time.Minute} {
		for name, pair := range map[string][2]fact{"the same": {received, received}, "again with an id": {sent, withID}} {
			for gap, want := range map[time.Duration]int{window: 1, window + time.Millisecond: 2} {
				c := newClock()
				s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{Now: c.now, RepeatWindow: window})
				if err != nil {
					t.Fatal(err)
				}
				tell(t, s, c, pair[0])
				c.advance(gap)
				tell(t, s, c, pair[1])
				if got := len(export(t, s, "message")); got != want {
					t.Errorf("%s, %v apart, within %v: %d messages, want %d", name, gap, window, got, want)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}
