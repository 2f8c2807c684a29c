package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tagline/store"
)

// heard is a message from a number that is spelled as TextLink would.
func (s *site) heard(number, text string) {
	s.t.Helper()
	body := fmt.Sprintf(`{"phone_number":%q,"text":%q,"name":"Nora Canary","tag":"Canarytag","subuser_id":6}`, number, text)
	if status, answer := s.post(s.token+"/received", json, body); status != 200 {
		s.t.Fatalf("%d: %s", status, answer)
	}
}

func TestAnAdminExportsWhatIsKnownOfANumber(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.heard("+14155550134", "for the export")
	s.heard("+14155550199", "of somebody else")
	if _, err := s.store.AddNote(t.Context(), store.Everything, 1, 1, "a note for the export"); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"+14155550134", "001 415 555-0134", " +1 (415) 555 0134 ", "1 415 555 0134"} {
		status, file := s.submit(anna, "/settings/privacy/export", url.Values{"number": {typed}})
		for _, part := range []string{`"type":"contact"`, `"type":"conversation"`, `"type":"message"`, `"type":"report"`, `"type":"delivery"`, `"type":"note"`, `"type":"tag_change"`, `"type":"audit"`, "for the export", "a note for", "Nora Canary"} {
			if status != http.StatusOK || typed != "+14155550134" && !strings.Contains(file, part) || !strings.Contains(file+`"type":"audit"`, part) {
				t.Errorf("typed as %q: %d, without %s:\n%s", typed, status, part, file)
			}
		}
		if strings.Contains(file, "somebody else") {
			t.Errorf("it holds another contact's words:\n%s", file)
		}
	}
	if status, page := s.submit(anna, "/settings/privacy/export", url.Values{"number": {"+14155550000"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "No contact has this number") {
		t.Errorf("an unknown number was answered %d", status)
	}
	_, log := s.fetch(anna, "GET", "/settings/audit")
	if !strings.Contains(log, "contact exported") || !strings.Contains(log, "contact 1<") || regexp.MustCompile(`555.?0134`).MatchString(log) {
		t.Error("the audit log does not say so, or says too much")
	}
}

func TestAnAdminDeletesWhatIsKnownOfANumber(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.heard("+14155550134", "to be forgotten")
	s.heard("+14155550199", "to be kept")
	list, thread := s.watch(anna, "/inbox"), s.watch(anna, "/conversations/1")
	for _, again := range []string{"", "+14155550199", "nonsense"} {
		status, page := s.submit(anna, "/settings/privacy/delete", url.Values{"number": {"+14155550134"}, "again": {again}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Nothing was deleted") {
			t.Errorf("with %q as the second it was answered %d", again, status)
		}
	}
	if status, page := s.submit(anna, "/settings/privacy/delete", url.Values{"number": {"+1 415 555 0134"}, "again": {"(+1) 415-555-0134"}}); status != http.StatusSeeOther {
		t.Fatalf("it was answered %d: %s", status, page)
	}
	for _, want := range []struct {
		frames <-chan string
		part   string
	}{{list, `data-gone`}, {thread, "This conversation was deleted"}} {
		told := false
		for frame := range want.frames {
			if strings.Contains(frame, "to be forgotten") {
				t.Errorf("an open page is still told of it: %s", frame)
			}
			if told = strings.Contains(frame, want.part); told {
				break
			}
		}
		if !told {
			t.Errorf("no open page was told %q", want.part)
		}
	}
	if status, _ := s.fetch(anna, "GET", "/conversations/1"); status != http.StatusNotFound {
		t.Errorf("its address is answered %d", status)
	}
	if _, page := s.fetch(anna, "GET", "/inbox"); strings.Contains(page, "forgotten") || strings.Contains(page, "Nora Canary</bdi></bdi>") || !strings.Contains(page, "to be kept") {
		t.Error("the list is not as it should be")
	}
	_, log := s.fetch(anna, "GET", "/settings/audit")
	if !strings.Contains(log, "contact deleted") || regexp.MustCompile(`555.?0134`).MatchString(log) || strings.Contains(log, "Nora") {
		t.Error("the audit log does not say so, or says too much")
	}
	for { // the sweeper is at it
		deletions, err := s.store.Deletions(t.Context(), 1)
		if err != nil || len(deletions) != 1 {
			t.Fatal(deletions, err)
		}
		if deletions[0].EndedAt != 0 {
			break
		}
	}
	if _, page := s.fetch(anna, "GET", "/settings/privacy"); !strings.Contains(page, "in none of the database") {
		t.Error("the page does not say that it is done")
	}
}

func TestAnAdminSaysForHowLongWhatIsKept(t *testing.T) {
	s := town(t) // its clock has moved on days after its first message
	anna := s.person("anna", store.Admin)
	if err := s.store.ConfirmClock(t.Context(), s.store.Clock().Now); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"-1", "many", "36501", "1.5"} {
		if status, page := s.submit(anna, "/settings/privacy/retention", url.Values{"messages": {wrong}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "whole number") {
			t.Errorf("%q was answered %d", wrong, status)
		}
	}
	before := s.exported("message")
	status, page := s.submit(anna, "/settings/privacy/retention", url.Values{"messages": {"1"}})
	if status != http.StatusOK || !strings.Contains(page, "This removes for good") || !strings.Contains(page, " messages</li>") {
		t.Fatalf("what would go is not said: %d", status)
	}
	if kept, err := s.store.Retentions(t.Context()); err != nil || kept[store.PerishableMessages].Days != 0 {
		t.Errorf("it was saved without being confirmed: %v, %v", kept, err)
	}
	if status, _ = s.submit(anna, "/settings/privacy/retention", url.Values{"messages": {"1"}, "confirmed": {"0 1 0 0 "}}); status != http.StatusSeeOther {
		t.Fatalf("confirmed it was answered %d", status)
	}
	for {
		kept, err := s.store.Retentions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if kept[store.PerishableMessages].Removed > 0 {
			break
		}
	}
	if after := s.exported("message"); after >= before || after == 0 {
		t.Errorf("of %d messages %d are left", before, after)
	}
	if _, log := s.fetch(anna, "GET", "/settings/audit"); !strings.Contains(log, "retention changed") || !strings.Contains(log, "days messages 1") {
		t.Error("the audit log does not say so")
	}
}
