package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tagline/store"
)

// say tells the server what the page shows now.
func (l *listening) say(screen map[string]any) {
	l.t.Helper()
	if err := l.WriteJSON(screen); err != nil {
		l.t.Fatal(err)
	}
}

// within returns a client of a new agent who sees the subusers.
func (s *site) within(name string, subusers ...store.SubuserID) (client *http.Client, id int64) {
	s.t.Helper()
	user, err := s.store.CreateUser(s.t.Context(), store.User{Name: name, Role: store.Agent, Subusers: subusers}, "")
	if err != nil {
		s.t.Fatal(err)
	}
	client, _ = s.enter(user.ID)
	return client, user.ID
}

func TestPeopleAreToldWhoElseHasAConversationOpenAndWhoWrites(t *testing.T) {
	s := newSite(t, "")
	s.text(6, 1, "Hello")
	anna, _ := s.within("anna", 6, 7)
	piet, _ := s.within("piet", 6)
	const page = "/conversations/1"
	at := s.now()
	first := s.listen(anna, page, at)
	first.await(`id="presence"`)
	second := s.listen(piet, page, at)
	second.await("anna has this open too")
	first.await("piet has this open too")
	if _, html := s.fetch(piet, http.MethodGet, page); !strings.Contains(html, "anna has this open too") {
		t.Error("the page does not say who is there when it is loaded")
	}

	second.say(map[string]any{"page": page, "change": at, "writing": true})
	first.await("piet is writing a reply")
	second.say(map[string]any{"page": page, "change": at})
	first.await("piet has this open too")
	second.say(map[string]any{"page": page, "change": at, "hidden": true})
	first.await("<bdi></bdi>")
	second.say(map[string]any{"page": page, "change": at})
	first.await("piet has this open too")

	// A second tab of the same person is the same person.
	third := s.listen(piet, page, at)
	third.await("anna has this open too")
	third.say(map[string]any{"page": page, "change": at, "writing": true})
	if f := first.await("piet"); strings.Contains(f.Content, "1 other") {
		t.Error("somebody with two tabs is two people")
	}
	third.Close()
	second.say(map[string]any{"page": "/inbox", "change": at, "view": 1})
	first.await("<bdi></bdi>")
}

func TestPresenceIsOfThoseAndForThoseWhoMaySeeTheConversation(t *testing.T) {
	s := newSite(t, "")
	s.text(6, 1, "Hello")
	s.text(7, 2, "Elsewhere")
	anna, _ := s.within("anna", 6)
	nosy, _ := s.within("nosy", 7)
	piet, pietID := s.within("piet", 6)
	if _, err := s.store.CreateUser(t.Context(), store.User{Name: "chief", Role: store.Admin}, "a hash"); err != nil { // there must be one
		t.Fatal(err)
	}
	const page = "/conversations/1"
	at := s.now()
	first := s.listen(anna, page, at)
	first.await(`id="presence"`)
	outside := s.listen(nosy, page, at)
	outside.say(map[string]any{"page": page, "change": at, "writing": true})
	second := s.listen(piet, page, at)
	second.await("anna has this open too")
	first.await("piet has this open too")

	// What is taken away is taken away here too.
	if err := s.store.SetAccess(t.Context(), store.User{ID: pietID, Role: store.Agent, Subusers: []store.SubuserID{7}}); err != nil {
		t.Fatal(err)
	}
	f := first.await(`id="presence"`)
	if !strings.Contains(f.Content, "<bdi></bdi>") {
		t.Errorf("somebody who may not see it any more is still there: %s", f.Content)
	}
	if _, err := second.next(); err == nil {
		t.Error("the socket of an ended session says something")
	}

	first.say(map[string]any{"page": page, "change": at, "writing": true})
	s.text(7, 3, "the last")
	for {
		f, err := outside.next()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(f.Content, "presence") {
			t.Errorf("told of what may not be seen: %s", f.Content)
		}
		if f.Change >= s.now() {
			return
		}
	}
}

// Everybody who has a conversation open is told who else does. Where many come or go at once they are told of it
// together: one by one it would be as many frames as there are people, for each of them.
func TestManyWhoLeaveAtOnceAreToldOfTogether(t *testing.T) {
	s := newSite(t, "")
	s.text(6, 1, "Hello")
	const page, crowd = "/conversations/1", 40
	at := s.now()
	stays, _ := s.within("stays", 6)
	first := s.listen(stays, page, at)
	var others []*listening
	for i := range crowd {
		client, _ := s.within(fmt.Sprintf("other%d", i), 6)
		others = append(others, s.listen(client, page, at))
	}
	first.await(fmt.Sprintf("and %d others", crowd-2))
	for _, l := range others {
		l.Close()
	}
	for frames := 1; ; frames++ {
		f, err := first.next()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(f.Content, "<bdi></bdi>") {
			if frames > crowd/2 {
				t.Errorf("%d frames said that %d people left", frames, crowd)
			}
			return
		}
	}
}

// A number from the future must not make others believe that what is kept for them is that new.
func TestANumberFromTheFutureStopsNobodysCounts(t *testing.T) {
	s := newSite(t, "")
	s.text(6, 1, "Hello")
	anna, _ := s.within("anna", 6)
	if f, err := s.listen(anna, "/inbox", s.now()+1000).next(); err != nil || !f.Stale {
		t.Fatalf("a number from the future was answered %+v, %v", f, err)
	}
	l := s.listen(anna, "/inbox", s.now())
	if _, err := l.next(); err != nil {
		t.Fatal(err)
	}
	s.text(6, 2, "Is anybody there?")
	l.await(`data-unread="1"`)
}
