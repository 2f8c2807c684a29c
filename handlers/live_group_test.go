package handlers_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tagline/store"
)

// A message that changes nothing on a page costs no frame: its list has not what does not fit, and still has not.
func TestAMessageThatChangesNothingOnAPageIsNotSentThere(t *testing.T) {
	s := newSite(t, "")
	anna, _ := s.within("anna", 6, 7)
	s.text(6, 1, "the first")
	for path, first := range map[string]string{
		"/inbox?view=failed": "data-gone", "/inbox?subuser=7": `id="trouble"`, "/settings/preferences": "",
	} {
		l := s.listen(anna, path, s.now())
		if f, err := l.next(); err != nil || f.Content != "" {
			t.Fatalf("%s: the sign of life is %+v, %v", path, f, err)
		}
		s.text(6, 1, "one") // a page may show the row until it is told that it does not, and other warnings
		if first != "" {
			l.await(first)
		}
		for n := range 5 {
			s.text(6, 1, fmt.Sprint("more ", n))
		}
		last := s.now()
		l.say(map[string]any{"page": path, "change": last, "view": 1})
		if f, err := l.next(); err != nil || f.View != 1 || f.Change != last {
			t.Errorf("%s: sent %+v, %v", path, f, err)
		}
	}
}

// A row that left a page's list is taken out there, as often as it comes back.
func TestARowThatComesBackLeavesAgain(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.text(6, 1, "Hello")
	l := s.listen(anna, "/inbox?view=unanswered", s.now())
	answer := func(text string) {
		t.Helper()
		body := fmt.Sprintf(`{"phone_number":"+15550000001","subuser_id":6,"text":%q,"timestamp":%d}`, text, time.Now().UnixMilli())
		if status, answer := s.post(s.token+"/sent", json, body); status != 200 {
			t.Fatalf("answered %d: %s", status, answer)
		}
	}
	for n := range 3 {
		answer(fmt.Sprint("answer ", n))
		l.await(`id="row-1" data-gone`)
		s.text(6, 1, fmt.Sprint("question ", n))
		l.await(fmt.Sprint("question ", n))
	}
}

// A sign-in that ends by itself is nobody's word to tell of: the page's own clock must.
func TestNothingIsSentOnceASignInHasEndedByItself(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	s.person("anna", store.Admin)
	client := s.signIn("anna")
	l := s.listen(client, "/inbox", s.now())
	s.text(6, 1, "still here")
	l.await("still here")
	ms.Add((13 * time.Hour).Milliseconds())
	s.text(6, 1, "too late")
	if f, err := l.next(); !websocket.IsCloseError(err, 4401) {
		t.Errorf("sent %+v, %v", f, err)
	}
}

// What one person has read is nobody else's, although both have the same page open.
func TestPagesThatLookTheSameKeepOnesOwnCounts(t *testing.T) {
	s := newSite(t, "")
	anna, _ := s.within("anna", 6)
	piet, _ := s.within("piet", 6)
	s.text(6, 1, "one")
	s.text(6, 2, "two")
	first, second := s.listen(anna, "/inbox", s.now()), s.listen(piet, "/inbox", s.now())
	for _, l := range []*listening{first, second} {
		if _, err := l.next(); err != nil {
			t.Fatal(err)
		}
	}
	s.submit(anna, "/conversations/1/read", url.Values{})
	s.text(6, 1, "zebra")
	for l, want := range map[*listening]string{first: `badge count">1<`, second: `badge count">2<`} {
		if f := l.await("zebra"); !strings.Contains(f.Content, want) {
			t.Errorf("%s is not in %s", want, f.Content)
		}
	}
}
