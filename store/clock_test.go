package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

const year = 365 * 24 * time.Hour

// everythingFor keeps all of it for so many days.
func everythingFor(days int) map[store.Perishable]int {
	all := map[store.Perishable]int{}
	for _, kind := range store.Perishables {
		all[kind] = days
	}
	return all
}

func follow(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.FollowClock(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsRemovedOnTheWordOfAClockThatJumped(t *testing.T) {
	for _, test := range []struct {
		name  string
		jump  time.Duration
		after func(t *testing.T, s *store.Store, c *clock) // what happens before the sweep
	}{
		{"a year ahead", year, nil},
		{"three days ahead", 3 * 24 * time.Hour, nil},
		{"with webhooks that arrive meanwhile", year, func(t *testing.T, s *store.Store, c *clock) {
			for range 3 {
				tell(t, s, c, fact{kind: store.KindReceived, number: "+15550009", text: "now", timestamp: c.ms.Load()})
				c.advance(time.Minute)
			}
		}},
		{"when the clock is looked at again and again", year, func(t *testing.T, s *store.Store, c *clock) {
			for range 50 {
				c.advance(2 * time.Hour)
				follow(t, s)
			}
		}},
		{"with somebody who signs in", year, func(t *testing.T, s *store.Store, c *clock) { person(t, s, "piet", store.Agent) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClock()
			path := filepath.Join(t.TempDir(), "tagline.db")
			s := openAt(t, path, c, nil)
			if err := s.SetRetention(t.Context(), everythingFor(2)); err != nil {
				t.Fatal(err)
			}
			anna := person(t, s, "anna", store.Admin)
			tell(t, s, c, fact{kind: store.KindReceived, number: "+15550001", text: "dear", tag: "One"})
			tell(t, s, c, fact{kind: store.KindTag, number: "+15550001", tag: "Two"})
			if err := s.CreateSession(t.Context(), []byte("anna's"), anna.ID, false, c.now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			follow(t, s)
			c.advance(test.jump)
			if test.after != nil {
				test.after(t, s, c)
			}
			if removed, err := s.Expire(t.Context()); err != nil || len(removed) > 0 {
				t.Errorf("removed are %v, %v", removed, err)
			}
			if h := s.Health(); h.Level != store.Yellow || !strings.Contains(h.Message, "until an admin confirms the clock") {
				t.Errorf("health is %+v", h)
			}
			// Signing in forgets sessions that are over: not these.
			if err := s.CreateSession(t.Context(), []byte("again"), anna.ID, false, c.now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			c.ms.Store(newClock().ms.Load()) // the clock is right again
			if _, err := s.SessionUser(t.Context(), []byte("anna's")); err != nil {
				t.Errorf("a session that is not over: %v", err)
			}
			if h := s.Health(); h.Level != store.Green {
				t.Errorf("health is %+v", h)
			}
			if removed, err := s.Expire(t.Context()); err != nil || fmt.Sprint(removed) != "map[audit:0 deliveries:0 messages:0 tag_changes:0]" {
				t.Errorf("with the clock set right: %v, %v", removed, err)
			}
			if found := len(export(t, s, "message")); found == 0 {
				t.Error("no message is left")
			}
		})
	}
}

// A machine that was off for a month has a clock that is right, and an admin says so.
func TestAnAdminConfirmsTheClock(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "tagline.db")
	s := openAt(t, path, c, nil)
	tell(t, s, c, fact{kind: store.KindReceived, number: "+15550001", text: "old"})
	if err := s.SetRetention(t.Context(), everythingFor(7)); err != nil {
		t.Fatal(err)
	}
	follow(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c.advance(30 * 24 * time.Hour)
	s = openAt(t, path, c, nil)
	if now := s.Clock(); !now.Ahead() || now.Now-now.Reached != (30*24*time.Hour).Milliseconds() {
		t.Fatalf("after a month off the clock is %+v", now)
	}
	shown := c.ms.Load()
	for _, other := range []time.Duration{-2 * time.Hour, year} {
		if err := s.ConfirmClock(t.Context(), shown-other.Milliseconds()); !errors.Is(err, store.ErrClockMoved) {
			t.Errorf("a clock that said something else by %s was confirmed: %v", other, err)
		}
	}
	if err := s.ConfirmClock(t.Context(), shown); err != nil {
		t.Fatal(err)
	}
	if removed, err := s.Expire(t.Context()); err != nil || removed[store.PerishableMessages] != 1 || removed[store.PerishableDeliveries] != 1 {
		t.Errorf("confirmed, %v were removed, %v", removed, err)
	}
	log, _, err := s.AuditLog(t.Context(), store.AuditFilter{Action: store.ClockConfirmed}, 0, 10)
	if err != nil || len(log) != 1 {
		t.Errorf("the audit log has %v, %v", log, err)
	}
	// It lasts over a restart, and for as long as the clock goes on.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, c, nil)
	for range 100 {
		c.advance(47 * time.Hour)
		if s.Clock().Ahead() {
			t.Fatal("a clock that goes on is not believed")
		}
		follow(t, s)
	}
}

// A machine without a battery starts in the past, until it asks the network.
func TestAClockThatGoesBackIsBelieved(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	if err := s.SetRetention(t.Context(), everythingFor(7)); err != nil {
		t.Fatal(err)
	}
	tell(t, s, c, fact{kind: store.KindReceived, number: "+15550001", text: "hello"})
	follow(t, s)
	c.advance(-20 * year)
	follow(t, s)
	if removed, err := s.Expire(t.Context()); err != nil || removed[store.PerishableMessages] != 0 {
		t.Errorf("%v were removed, %v", removed, err)
	}
	c.advance(20*year + time.Hour)
	if s.Clock().Ahead() {
		t.Error("the clock is not believed once it is right again")
	}
}

// As long as everything is kept for ever, nobody is asked.
func TestWhereNothingIsRemovedTheClockIsTaken(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	follow(t, s)
	c.advance(year)
	if h := s.Health(); h.Level != store.Green || !s.Clock().Ahead() {
		t.Errorf("health is %+v", h)
	}
	if err := s.TrustClock(t.Context()); err != nil || s.Clock().Ahead() {
		t.Errorf("it is not taken: %v", err)
	}
	if err := s.SetRetention(t.Context(), everythingFor(7)); err != nil {
		t.Fatal(err)
	}
	c.advance(year)
	if err := s.TrustClock(t.Context()); err != nil || !s.Clock().Ahead() {
		t.Errorf("it is taken although something would go: %v", err)
	}
}

// Should something be removed that should not, there is an hour to notice it before the next run.
func TestOneRunRemovesAPart(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	words := func(int) string { return "words" }
	if err := s.FillDirectly(t.Context(), 1_500, words, words); err != nil {
		t.Fatal(err)
	}
	before := len(export(t, s, "message"))
	if removed := expire(t, s, map[store.Perishable]int{store.PerishableMessages: 1}); removed[store.PerishableMessages] != 1_000 {
		t.Errorf("removed are %v of %d", removed, before)
	}
	kept, err := s.Retentions(t.Context())
	if err != nil || !kept[store.PerishableMessages].More {
		t.Errorf("that there is more is not noted: %+v, %v", kept, err)
	}
	if removed, err := s.Expire(t.Context()); err != nil || removed[store.PerishableMessages] != before-1_000 {
		t.Errorf("the second run removed %v, %v", removed, err)
	}
	if kept, err := s.Retentions(t.Context()); err != nil || kept[store.PerishableMessages].More {
		t.Errorf("there is nothing more: %+v, %v", kept, err)
	}
}
