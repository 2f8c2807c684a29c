package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// clockShown is the clock in the question of the page, "" where it does not ask.
func clockShown(page string) string {
	found := regexp.MustCompile(`name="clock" value="(\d+)"`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return found[1]
}

func TestAClockThatJumpedRemovesNothingUntilAnAdminConfirmsIt(t *testing.T) {
	c := clockAt(wednesday)
	s := newSiteAt(t, "", c.now)
	anna := s.person("anna", store.Admin)
	s.say("received", `"phone_number":"+14155550101","text":"a year of it"`)
	s.until("it is noted what the clock has reached", func() bool { return s.store.Clock().Reached != 0 })
	if _, page := s.fetch(anna, "GET", "/settings/privacy"); clockShown(page) != "" {
		t.Error("it is asked about a clock that is right")
	}
	// The clock is wrong before somebody says for how long what is kept, which has the sweeper look at once.
	c.set(wednesday.AddDate(1, 0, 0))
	anna = s.signIn("anna")
	status, _ := s.submit(anna, "/settings/privacy/retention", url.Values{"messages": {"30"}, "confirmed": {"0 30 0 0 "}})
	if status != http.StatusSeeOther {
		t.Fatal(status)
	}
	_, page := s.fetch(anna, "GET", "/settings/privacy")
	for _, words := range []string{"Is the clock right?", "Thu 25 Nov 2027 15:30:20 UTC", "Wed 25 Nov 2026 15:30:20 UTC", "<li>1 message</li>"} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	if _, page := s.fetch(anna, "GET", "/inbox"); !strings.Contains(page, "until an admin confirms the clock") {
		t.Error("an open page says nothing of it")
	}
	shown := clockShown(page)

	// What was shown is not what the clock says any more.
	c.set(wednesday.AddDate(3, 0, 0))
	anna = s.signIn("anna")
	for _, clock := range []string{shown, "", "now", "0"} {
		status, page := s.submit(anna, "/settings/privacy/clock", url.Values{"clock": {clock}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, "says something else now") {
			t.Errorf("%q was answered %d", clock, status)
		}
	}
	if n := s.exported("message"); n != 1 {
		t.Fatalf("%d messages are left", n)
	}
	s.person("piet", store.Agent, 6)
	if status, _ := s.submit(s.signIn("piet"), "/settings/privacy/clock", url.Values{"clock": {shown}}); status != http.StatusNotFound && status != http.StatusForbidden {
		t.Errorf("an agent who confirmed it was answered %d", status)
	}

	_, page = s.fetch(anna, "GET", "/settings/privacy")
	if status, page := s.submit(anna, "/settings/privacy/clock", url.Values{"clock": {clockShown(page)}}); status != http.StatusSeeOther {
		t.Fatalf("%d: %s", status, page)
	}
	s.until("what is too old is removed", func() bool { return s.exported("message") == 0 })
	if _, page := s.fetch(anna, "GET", "/settings/privacy"); clockShown(page) != "" {
		t.Error("it is asked again")
	}
	if _, log := s.fetch(anna, "GET", "/settings/audit"); !strings.Contains(log, "clock confirmed") {
		t.Error("the audit log does not say so")
	}
}

// What was to be tried again is not stuck for a year when a clock that was ahead is set right.
func TestWhatAClockThatWasAheadPutOffIsTriedAgain(t *testing.T) {
	c := clockAt(wednesday)
	s, tool := newSiteAt(t, "", c.now), newTool(t)
	g := s.target(tool, store.Target{})
	tool.answers(answering(500))
	c.set(wednesday.AddDate(1, 0, 0))
	s.arrives("+1", "one")
	tool.next()
	s.until("the failure is noted", func() bool { return len(s.attempts(g.ID)) == 1 })
	tool.answers(answering(200))
	c.set(wednesday)
	if err := s.store.HastenForwards(t.Context(), 27*time.Hour); err != nil {
		t.Fatal(err)
	}
	tool.next()
	s.until("it is taken", func() bool { return s.current(g.ID).Waiting == 0 })
}
