package store_test

import (
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// Whose date says nothing joins a reply as long as it comes soon after the call; later it is another tool's send.
func TestAReportOfAnyDateJoinsAReplyForTenMinutes(t *testing.T) {
	for after, want := range map[time.Duration][]string{
		0: {"yes sent"}, 9 * time.Minute: {"yes sent"}, 10 * time.Minute: {"yes sent"},
		10*time.Minute + time.Millisecond: {"yes accepted", "yes sent"}, time.Hour: {"yes accepted", "yes sent"},
	} {
		for _, behind := range []time.Duration{10*time.Minute + time.Millisecond, time.Hour, 400 * 24 * time.Hour} {
			d := newDesk(t)
			d.accepted(d.write("yes", 5))
			called := d.clock.ms.Load()
			d.clock.advance(after)
			dated := called - behind.Milliseconds()
			tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "yes", timestamp: dated, sim: 5})
			got := d.says()
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s after the call, dated %s before it: the thread says %q, want %q", after, behind, got, want)
			}
		}
	}
}
