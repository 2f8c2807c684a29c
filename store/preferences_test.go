package store_test

import (
	"errors"
	"testing"
	"time"

	"tagline/store"
)

func TestPreferencesAreKeptPerPerson(t *testing.T) {
	s := open(t, newClock(), nil)
	anna, err := s.CreateUser(t.Context(), store.User{Name: "anna", Role: store.Admin}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateUser(t.Context(), store.User{Name: "piet", Role: store.Agent, Subusers: []store.SubuserID{6}}, ""); err != nil {
		t.Fatal(err)
	}
	fresh := store.Preferences{Theme: store.AutoTheme, TimeFormat: store.AutoTime, Density: store.Comfortable, Shortcuts: true, Send: store.SendByEnter}
	if anna.Preferences != fresh {
		t.Errorf("a new person has %+v", anna.Preferences)
	}
	chosen := store.Preferences{Theme: store.Dark, TimeFormat: store.Hours12, Density: store.Compact, Send: store.SendByCtrl, Sound: true}
	if err := s.SetPreferences(t.Context(), anna.ID, chosen); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]store.Preferences{"anna": chosen, "piet": fresh} {
		if user, _, err := s.UserByName(t.Context(), name); err != nil || user.Preferences != want {
			t.Errorf("%s has %+v, %v", name, user.Preferences, err)
		}
	}
	users, err := s.Users(t.Context())
	if err != nil || len(users) != 2 || users[0].Preferences != chosen {
		t.Errorf("people: %+v, %v", users, err)
	}
	changes, err := s.ChangesSince(t.Context(), 0, 10)
	if err != nil || len(changes) != 1 || !changes[0].Preferences || changes[0].UserID != anna.ID {
		t.Errorf("changes: %+v, %v", changes, err)
	}
}

func TestOnlyWhatCanBeChosenIsKept(t *testing.T) {
	s := open(t, newClock(), nil)
	anna, err := s.CreateUser(t.Context(), store.User{Name: "anna", Role: store.Admin}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, spoil := range []func(*store.Preferences){
		func(p *store.Preferences) { p.Theme = "purple" },
		func(p *store.Preferences) { p.TimeFormat = "" },
		func(p *store.Preferences) { p.Density = "none" },
	} {
		wrong := anna.Preferences
		spoil(&wrong)
		if err := s.SetPreferences(t.Context(), anna.ID, wrong); !errors.Is(err, store.ErrNoChoice) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	if user, _, err := s.UserByName(t.Context(), "anna"); err != nil || user.Preferences != anna.Preferences {
		t.Errorf("she has %+v, %v", user.Preferences, err)
	}
	if err := s.SetPreferences(t.Context(), anna.ID+1, anna.Preferences); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("preferences of nobody: %v", err)
	}
}

// Every page and every frame of a socket begins with it.
func BenchmarkSessionUser(b *testing.B) {
	s := open(b, newClock(), nil)
	anna, err := s.CreateUser(b.Context(), store.User{Name: "anna", Role: store.Admin}, "")
	if err == nil {
		err = s.CreateSession(b.Context(), []byte("sum"), anna.ID, false, newClock().now().Add(time.Hour))
	}
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.SessionUser(b.Context(), []byte("sum")); err != nil {
			b.Fatal(err)
		}
	}
}
