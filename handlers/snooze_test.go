package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// clock is a time that tests move.
type clock struct{ ms atomic.Int64 }

func clockAt(t time.Time) *clock {
	c := &clock{}
	c.ms.Store(t.UnixMilli())
	return c
}

func (c *clock) now() time.Time { return time.UnixMilli(c.ms.Load()).UTC() }

func (c *clock) set(t time.Time) { c.ms.Store(t.UnixMilli()) }

// wednesday is in the week of the calendar that the tests of snoozing go by.
var wednesday = time.Date(2026, 11, 25, 15, 30, 20, 0, time.UTC)

// conversation is one as Anna sees it.
func (s *site) conversation(id int64) store.Conversation {
	s.t.Helper()
	c, err := s.store.Conversation(s.t.Context(), store.Everything, 1, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// until waits until something holds of what the store has; nothing tells when.
func (s *site) until(words string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("waited until " + words)
		}
	}
}

// awakes waits until the conversation is not snoozed any more.
func (s *site) awakes(id int64) {
	s.t.Helper()
	s.until("a snoozed conversation is back", func() bool { return s.conversation(id).SnoozedUntil == 0 })
}

// twoThreads is a site at the time of the clock, with conversations 1 and 2 of subuser 6, and Anna.
func twoThreads(t *testing.T, c *clock) (s *site, anna *http.Client) {
	t.Helper()
	s = newSiteAt(t, "", c.now)
	anna = s.person("anna", store.Admin)
	for n := range 2 {
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":"+1415555010%d","text":"Hello %d","subuser_id":6}`, n, n))
	}
	return s, anna
}

func TestAConversationIsSnoozedUntilTheTimeThatWasChosen(t *testing.T) {
	s, anna := twoThreads(t, clockAt(wednesday))
	for _, test := range []struct {
		form url.Values
		want time.Time
	}{
		{url.Values{"until": {"later"}}, time.Date(2026, 11, 25, 18, 30, 0, 0, time.UTC)},
		{url.Values{"until": {"tomorrow"}}, time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)},
		{url.Values{"until": {"week"}}, time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)},
		{url.Values{"until": {"at"}, "at": {"2027-01-02T03:04"}}, time.Date(2027, 1, 2, 3, 4, 0, 0, time.UTC)},
	} {
		if status, page := s.submit(anna, "/conversations/1/snooze", test.form); status != http.StatusSeeOther {
			t.Fatalf("%v was answered %d: %s", test.form, status, page)
		}
		if got := time.UnixMilli(s.conversation(1).SnoozedUntil).UTC(); !got.Equal(test.want) {
			t.Errorf("%v snoozes until %s, want %s", test.form, got, test.want)
		}
	}
	_, inbox := s.fetch(anna, "GET", "/inbox")
	_, snoozed := s.fetch(anna, "GET", "/inbox?view=snoozed")
	if strings.Contains(inbox, `data-conversation="1"`) || !strings.Contains(snoozed, `data-conversation="1"`) || strings.Contains(snoozed, `data-conversation="2"`) {
		t.Error("it is in the inbox, or not in the view Snoozed alone")
	}
	for _, count := range []string{`id="count-inbox" class="nav-count">1<`, `id="count-snoozed" class="nav-count">1<`, `id="count-unanswered" class="nav-count">1<`} {
		if !strings.Contains(inbox, count) {
			t.Errorf("the numbers beside the views lack %s", count)
		}
	}
	if status, _ := s.submit(anna, "/conversations/1/reopen", nil); status != http.StatusSeeOther || s.conversation(1).SnoozedUntil != 0 || s.conversation(1).Done {
		t.Error("it could not be taken back")
	}
}

func TestNextWeekIsTheMondayAfterAnyDay(t *testing.T) {
	c := clockAt(wednesday)
	s, anna := twoThreads(t, c)
	for day := range 7 {
		c.set(time.Date(2026, 11, 23+day, 12, 0, 0, 0, time.UTC)) // a Monday first
		s.submit(anna, "/conversations/1/snooze", url.Values{"until": {"week"}})
		want := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
		if got := time.UnixMilli(s.conversation(1).SnoozedUntil).UTC(); !got.Equal(want) {
			t.Errorf("on %s next week begins %s", c.now(), got)
		}
	}
}

func TestWhatIsNoTimeToSnoozeUntilIsRefused(t *testing.T) {
	s, anna := twoThreads(t, clockAt(wednesday))
	for _, wrong := range []struct {
		form  url.Values
		words string
	}{
		{nil, "Choose until when"},
		{url.Values{"until": {"never"}}, "Choose until when"},
		{url.Values{"until": {"at"}}, "Choose a day and a time"},
		{url.Values{"until": {"at"}, "at": {"2026-11-25T15:30"}}, "is past"},
		{url.Values{"until": {"at"}, "at": {"2028-01-01T10:00"}}, "more than a year"},
	} {
		if status, page := s.submit(anna, "/conversations/1/snooze", wrong.form); status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong.words) {
			t.Errorf("%v was answered %d", wrong.form, status)
		}
	}
	if s.conversation(1).SnoozedUntil != 0 {
		t.Error("it was snoozed all the same")
	}
}

func TestAMessageEndsSnoozing(t *testing.T) {
	s, anna := twoThreads(t, clockAt(wednesday))
	s.submit(anna, "/conversations/1/snooze", url.Values{"until": {"week"}})
	s.post(s.token+"/sent", json, `{"phone_number":"+14155550100","text":"Any news?","subuser_id":6}`)
	if s.conversation(1).SnoozedUntil == 0 {
		t.Error("our own message ended it")
	}
	s.post(s.token+"/received", json, `{"phone_number":"+14155550100","text":"Yes!","subuser_id":6}`)
	if c := s.conversation(1); c.SnoozedUntil != 0 || c.Done {
		t.Error("an answer did not end it")
	}
}

func TestASnoozedConversationComesBackUnreadOnAllPagesWhenItsTimeHasCome(t *testing.T) {
	c := clockAt(wednesday)
	s, anna := twoThreads(t, c)
	for _, path := range []string{"/conversations/1/read", "/conversations/2/read"} {
		s.submit(anna, path, nil)
	}
	s.submit(anna, "/conversations/1/snooze", url.Values{"until": {"later"}})
	frames := s.watch(s.signIn("anna"), "/inbox")
	c.set(wednesday.Add(4 * time.Hour))
	s.submit(anna, "/conversations/2/snooze", url.Values{"until": {"week"}}) // has the alarm look at its clock
	s.awakes(1)
	if got := s.conversation(1); got.Unread != 1 {
		t.Errorf("%d messages are unread for who snoozed it", got.Unread)
	}
	if s.conversation(2).SnoozedUntil == 0 {
		t.Error("what is snoozed for longer came back too")
	}
	timeout := time.After(20 * time.Second)
	for seen := ""; !strings.Contains(seen, "conversation-1"); {
		select {
		case frame := <-frames:
			seen = frame
		case <-timeout:
			t.Fatal("an open page was not told")
		}
	}
}

func TestASnoozedConversationComesBackByItself(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	s.post(s.token+"/received", json, `{"phone_number":"+14155550100","text":"Hello","subuser_id":6}`)
	if err := s.store.Snooze(t.Context(), store.Everything, 1, time.Now().Add(50*time.Millisecond).UnixMilli(), 1); err != nil {
		t.Fatal(err)
	}
	s.awakes(1)
}

func TestSnoozingSurvivesARestart(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tagline.db")
	t.Run("snooze", func(t *testing.T) {
		s := newSiteWith(t, setting{db: db, now: clockAt(wednesday).now})
		s.post(s.token+"/received", json, `{"phone_number":"+14155550100","text":"Hello","subuser_id":6}`)
		s.submit(s.person("anna", store.Admin), "/conversations/1/snooze", url.Values{"until": {"tomorrow"}})
		if s.conversation(1).SnoozedUntil == 0 {
			t.Error("it was not snoozed")
		}
	})
	t.Run("while it is snoozed", func(t *testing.T) {
		s := newSiteWith(t, setting{db: db, now: clockAt(wednesday.Add(time.Hour)).now})
		if s.conversation(1).SnoozedUntil == 0 {
			t.Error("the restart ended it")
		}
	})
	t.Run("when its time has passed", func(t *testing.T) {
		newSiteWith(t, setting{db: db, now: clockAt(wednesday.Add(48 * time.Hour)).now}).awakes(1)
	})
}
