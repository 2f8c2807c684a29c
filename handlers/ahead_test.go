package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// A message that is dated ahead of its arrival stands where it arrived, and says so: nothing stays above what is newer.
func TestAMessageDatedAheadStandsWhereItArrived(t *testing.T) {
	for ahead, doubtful := range map[time.Duration]bool{
		20 * time.Hour: true, 400 * 24 * time.Hour: true, 2*time.Minute + time.Millisecond: true,
		2 * time.Minute: false, time.Second: false, -20 * time.Hour: false,
	} {
		c := clockAt(wednesday)
		s := newSiteAt(t, "", c.now)
		anna := s.person("anna", store.Admin)
		received := func(number, text string, dated time.Time) {
			s.say("received", fmt.Sprintf(`"phone_number":%q,"text":%q,"timestamp":%d`, number, text, dated.UnixMilli()))
		}
		received("+14155550101", "dated", wednesday.Add(ahead))
		c.set(wednesday.Add(3 * time.Minute))
		received("+14155550102", "later", wednesday.Add(3*time.Minute))
		s.shows(anna, "/inbox?view=all", "later dated")
		if _, page := s.fetch(anna, "GET", "/conversations/1"); strings.Contains(page, ">time of arrival<") != doubtful {
			t.Errorf("%s ahead is marked: %t", ahead, !doubtful)
		}
	}
}
