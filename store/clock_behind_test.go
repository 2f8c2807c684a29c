package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// A machine without a battery starts in the past, and webhooks come in before it asks the network for the time. What
// they brought must not count as old once the clock is right.
func TestWhatCameWhileTheClockWasBehindIsKept(t *testing.T) {
	for _, test := range []struct {
		back time.Duration
		came int // messages meanwhile
	}{
		{3 * 24 * time.Hour, 1}, {40 * 24 * time.Hour, 2}, {20 * year, 1}, {56 * year, 5}, {26*year + time.Minute, 12},
	} {
		t.Run(fmt.Sprint(test.back), func(t *testing.T) {
			c := newClock()
			s := open(t, c, nil)
			arrive := func(text string) {
				tell(t, s, c, fact{kind: store.KindReceived, number: "+15550001", text: text, timestamp: newClock().ms.Load()})
				tell(t, s, c, fact{kind: store.KindTag, number: "+15550001", tag: text})
				c.advance(time.Minute)
			}
			c.advance(-10 * 24 * time.Hour)
			for n := range 3 {
				arrive(fmt.Sprint("old ", n))
			}
			tell(t, s, c, fact{kind: store.KindTag, number: "+15550002", tag: "old"}) // nothing new of this one
			c.advance(10 * 24 * time.Hour)
			for n := range 15 {
				arrive(fmt.Sprint("new ", n))
			}
			follow(t, s)
			c.advance(-test.back)
			follow(t, s)
			for n := range test.came {
				arrive(fmt.Sprint("meanwhile ", n))
			}
			if h := s.Health(); h.Level != store.Yellow || !strings.Contains(h.Message, "with the wrong time") {
				t.Errorf("health is %+v", h)
			}
			tell(t, s, c, fact{kind: store.KindTag, number: "+15550002", tag: "meanwhile"})
			c.advance(test.back)
			tell(t, s, c, fact{kind: store.KindTag, number: "+15550002", tag: "then"})
			arrive("then")
			if h := s.Health(); h.Level != store.Green {
				t.Errorf("health is %+v", h)
			}
			days := everythingFor(2)
			expected, err := s.Expired(t.Context(), days)
			if err != nil {
				t.Fatal(err)
			}
			removed := expire(t, s, days)
			if fmt.Sprint(removed) != fmt.Sprint(expected) || removed[store.PerishableMessages] != 3 || removed[store.PerishableTagChanges] != 4 || removed[store.PerishableDeliveries] != 7 {
				t.Errorf("removed are %v, announced %v", removed, expected)
			}
			c.advance(47 * time.Hour)
			follow(t, s)
			c.advance(5 * time.Hour)
			if removed, err := s.Expire(t.Context()); err != nil || removed[store.PerishableMessages] != 15+test.came+1 {
				t.Errorf("two days later %v are removed, %v", removed, err)
			}
		})
	}
}

// What was sent while the clock was behind is not sent again once it is right.
func TestAClockThatWasBehindEndsNoKeyAndNoForm(t *testing.T) {
	for _, back := range []time.Duration{25 * time.Hour, 3 * 24 * time.Hour, 20 * year} {
		t.Run(fmt.Sprint(back), func(t *testing.T) {
			d := newDesk(t)
			follow(t, d.Store)
			call := func(key, customID string) {
				n := d.reply(key, customID)
				n.Key = store.IdempotencyKey{Key: key, Sum: []byte(key)}
				_, err := d.AddReply(t.Context(), store.Everything, n)
				d.check(err)
			}
			note := func(form string) {
				_, err := d.AddNoteOnce(t.Context(), store.Everything, d.anna.ID, d.thread, "note", []byte(form))
				d.check(err)
			}
			d.clock.advance(-back)
			call("k", "1")
			note("f")
			d.clock.advance(back + time.Minute)
			call("k", "2")
			call("other", "3") // removes old keys
			note("other")      // removes old forms
			call("k", "4")
			note("f")
			if list := export(t, d.Store, "message"); len(list) != 3 {
				t.Errorf("%d messages, want that of the contact and one of each key", len(list))
			}
			notes, _, err := d.Notes(t.Context(), store.Everything, d.thread, 0, 0, 50)
			d.check(err)
			if len(notes) != 2 {
				t.Errorf("%d notes, want one of each form", len(notes))
			}
		})
	}
}
