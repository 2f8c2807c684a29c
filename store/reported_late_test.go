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

// A failure that arrives soon after the call of a reply, but is dated long before it, is rather that of a send of the
// same minute, also one that it is dated before. It is the reply's where there is no such send.
func TestAFailureOfAnotherMinuteIsNotTheReplysThatWasCalledSince(t *testing.T) {
	for _, test := range []struct {
		before  time.Duration // how much before the older send the failure is dated
		arrives time.Duration // after the call
		older   string        // what becomes of that send
		reply   string
	}{
		{30 * time.Second, time.Second, "ok failed", "ok accepted"},
		{time.Minute, 10 * time.Minute, "ok failed", "ok accepted"},
		{time.Second + time.Millisecond, time.Minute, "ok failed", "ok accepted"},
		{time.Second, time.Minute, "ok failed", "ok accepted"},
		{-30 * time.Second, time.Second, "ok failed", "ok accepted"},
		{time.Minute + time.Millisecond, time.Second, "ok sent", "ok failed"},
		{-time.Minute - time.Millisecond, time.Minute, "ok sent", "ok failed"},
		{time.Hour, 10 * time.Minute, "ok sent", "ok failed"},
	} {
		d := newDesk(t)
		older := d.clock.ms.Load()
		tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "ok", timestamp: older, sim: 5})
		d.clock.advance(20 * time.Minute)
		d.accepted(d.write("ok", 5))
		d.clock.advance(test.arrives)
		tell(t, d.Store, d.clock, fact{kind: store.KindFailed, number: customer, text: "ok", timestamp: older - test.before.Milliseconds(), sim: 5})
		if got := d.says(); !slices.Equal(got, []string{test.older, test.reply}) {
			t.Errorf("dated %s before the send and %s after the call: the thread says %q, want %q and %q", test.before, test.arrives, got, test.older, test.reply)
		}
	}
}
