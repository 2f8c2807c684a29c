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

// visitor is a person whose browser is in a time zone.
func (s *site) visitor(name, zone string) *http.Client {
	s.t.Helper()
	client := s.person(name, store.Admin)
	base, _ := url.Parse(s.URL)
	client.Jar.SetCookies(base, []*http.Cookie{{Name: "zone", Value: url.PathEscape(zone), Path: "/"}})
	return client
}

// In Santiago 7 September 2025 begins at one o'clock. Whatever knows days knows that.
func TestADayThatBeginsAtOneIsTheSameEverywhere(t *testing.T) {
	santiago, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	c := clockAt(time.Date(2025, 9, 6, 23, 30, 0, 0, santiago))
	s := newSiteAt(t, "", c.now)
	s.say("received", `"phone_number":"+14155550101","text":"saturday","tag":"Red"`)
	c.set(time.Date(2025, 9, 7, 1, 30, 0, 0, santiago))
	s.say("received", `"phone_number":"+14155550102","text":"sunday","tag":"Blue"`)
	s.say("received", `"phone_number":"+14155550101","text":"sunday too"`)
	anna := s.visitor("anna", "America/Santiago")

	for _, test := range []struct {
		from, until string
		tags        string // whose changes are listed
		messages    int    // and webhooks
	}{
		{"2025-09-07", "2025-09-07", "+14155550102", 2},
		{"2025-09-06", "2025-09-06", "+14155550101", 1},
		{"2025-09-06", "2025-09-07", "+14155550102 +14155550101", 3},
		{"2025-09-08", "", "", 0},
		{"", "2025-09-06", "+14155550101", 1},
	} {
		days := url.Values{"from": {test.from}, "until": {test.until}}
		if got := tagRows(s.tags(anna, "?"+days.Encode())); got != test.tags {
			t.Errorf("%v: tags of %s, want %s", days, got, test.tags)
		}
		log := url.Values{"from": {test.from}, "to": {test.until}}
		if got := rows(s.log(anna, "?"+log.Encode())); len(got) != test.messages {
			t.Errorf("%v: the log has %v, want %d", log, got, test.messages)
		}
		if got := len(s.sheet(anna, "/download/messages.csv?view=all&"+days.Encode())); got != test.messages {
			t.Errorf("%v: the download has %d messages, want %d", days, got, test.messages)
		}
	}
	s.shows(anna, "/inbox?view=all&from=2025-09-07&until=2025-09-07", "sunday sunday too")
	s.shows(anna, "/inbox?view=all&from=2025-09-06&until=2025-09-06", "")

	_, insights := s.fetch(anna, "GET", "/insights?from=2025-09-05&until=2025-09-08")
	var table []string
	for _, match := range regexp.MustCompile(`<tr><th scope="row">([^<]*)</th><td>(\d+)</td>`).FindAllStringSubmatch(insights, -1) {
		table = append(table, match[1]+" "+match[2])
	}
	if got := strings.Join(table, ", "); !strings.HasPrefix(got, "5 Sep 0, Yesterday 1, Today 2, Tomorrow 0") {
		t.Errorf("insights count %s", got)
	}
	if _, thread := s.fetch(anna, "GET", "/conversations/1"); strings.Count(thread, `class="day"`) != 2 {
		t.Error("a thread of two days has not two separators")
	}
}

// Presets and snoozing go by the calendar, also at an hour that the other day does not have.
func TestDaysAreCountedOnTheCalendar(t *testing.T) {
	for _, test := range []struct{ zone, now, yesterday, tomorrow string }{
		{"America/Santiago", "2025-09-08T00:30:00-03:00", "2025-09-07", "2025-09-09T09:00:00-03:00"},
		{"America/Santiago", "2025-09-06T00:30:00-04:00", "2025-09-05", "2025-09-07T09:00:00-03:00"},
		{"America/Havana", "2025-03-10T00:15:00-04:00", "2025-03-09", "2025-03-11T09:00:00-04:00"},
		{"Africa/Cairo", "2025-04-26T00:45:00+03:00", "2025-04-25", "2025-04-27T09:00:00+03:00"},
		{"Asia/Kathmandu", "2025-01-01T00:05:00+05:45", "2024-12-31", "2025-01-02T09:00:00+05:45"},
		{"Australia/Lord_Howe", "2025-10-05T12:00:00+11:00", "2025-10-04", "2025-10-06T09:00:00+11:00"},
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", "2011-12-28", "2011-12-31T00:00:00+14:00"}, // tomorrow is left out
	} {
		t.Run(test.zone+" "+test.now[:10], func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, test.now)
			if err != nil {
				t.Fatal(err)
			}
			want, err := time.Parse(time.RFC3339, test.tomorrow)
			if err != nil {
				t.Fatal(err)
			}
			s := newSiteAt(t, "", clockAt(now).now)
			s.say("received", `"phone_number":"+14155550101","text":"hello"`)
			anna := s.visitor("anna", test.zone)
			if _, page := s.fetch(anna, "GET", "/inbox"); !strings.Contains(page, "from="+test.yesterday+"&amp;until="+test.yesterday) {
				t.Errorf("yesterday is not %s", test.yesterday)
			}
			if status, page := s.submit(anna, "/conversations/1/snooze", url.Values{"until": {"tomorrow"}}); status != http.StatusSeeOther {
				t.Fatalf("%d: %s", status, page)
			}
			if got := s.conversation(1).SnoozedUntil; got != want.UnixMilli() {
				t.Errorf("tomorrow is %s, want %s", time.UnixMilli(got).In(want.Location()), want)
			}
		})
	}
}
