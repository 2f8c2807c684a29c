package handlers_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tagline/store"
)

// choices are the texts that the composer of a conversation offers, by name.
func (s *site) choices(client *http.Client, thread string) map[string]string {
	s.t.Helper()
	status, page := s.fetch(client, "GET", thread+"/canned")
	if status != http.StatusOK {
		s.t.Fatalf("the choices were answered %d", status)
	}
	all := map[string]string{}
	for _, found := range regexp.MustCompile(`data-canned="([^"]*)"><span class="canned-name"><bdi>([^<]*)<`).FindAllStringSubmatch(page, -1) {
		all[html.UnescapeString(found[2])] = html.UnescapeString(found[1])
	}
	return all
}

// canned keeps a reply for the client and returns its id.
func (s *site) canned(client *http.Client, name, text, shared string) int64 {
	s.t.Helper()
	if status, page := s.submit(client, "/settings/replies", url.Values{"name": {name}, "text": {text}, "shared": {shared}}); status != http.StatusSeeOther {
		s.t.Fatalf("%s was answered %d: %s", name, status, page)
	}
	all, err := s.store.CannedReplies(s.t.Context(), 1)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range all {
		if c.Name == name {
			return c.ID
		}
	}
	return 0
}

func TestCannedRepliesAreFilledInForTheContact(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/received", json, `{"phone_number":"+14155550134","text":"Hello","name":"Maria {agent}","subuser_id":6}`)
	s.post(s.token+"/received", json, `{"phone_number":"+14155550135","text":"Hello","subuser_id":6}`)
	s.canned(anna, "/ Greet ", "Hello {name}, you are {NUMBER}.\r\n{agent} {unknown}", "")
	for thread, want := range map[string]string{
		"/conversations/1": "Hello Maria {agent}, you are +1 415-555-0134.\nanna {unknown}",
		"/conversations/2": "Hello, you are +1 415-555-0135.\nanna {unknown}",
	} {
		if got := s.choices(anna, thread)["/Greet"]; got != want {
			t.Errorf("%s offers %q, want %q", thread, got, want)
		}
	}
}

func TestPrivateCannedRepliesAreOnesOwnAndSharedOnesEverybodys(t *testing.T) {
	s := newSite(t, "")
	anna, piet, rita := s.person("anna", store.Admin), s.person("piet", store.Agent, 6), s.person("rita", store.Agent, 6)
	s.post(s.token+"/received", json, `{"phone_number":"+14155550134","text":"Hello","subuser_id":6}`)
	const thread = "/conversations/1"
	private, shared := s.canned(anna, "mine", "Private words", ""), s.canned(anna, "ours", "Shared words", "yes")
	s.canned(piet, "his", "Shared by Piet", "yes")
	if got := s.choices(piet, thread); len(got) != 2 || got["/ours"] != "Shared words" {
		t.Errorf("a colleague is offered %v", got)
	}
	if _, page := s.fetch(piet, "GET", "/settings/replies"); strings.Contains(page, "Private words") || !strings.Contains(page, "Shared words") || strings.Contains(page, fmt.Sprintf(`action="/settings/replies/%d"`, shared)) {
		t.Error("the page shows a colleague what is private, or lets them change what is not theirs")
	}
	for _, id := range []int64{private, shared} {
		for _, action := range []string{"", "/delete"} {
			if status, _ := s.submit(piet, fmt.Sprintf("/settings/replies/%d%s", id, action), url.Values{"name": {"x"}, "text": {"x"}}); status != http.StatusNotFound {
				t.Errorf("%d%s of a colleague's was answered %d", id, action, status)
			}
		}
	}
	his := s.cannedID("his")
	if status, _ := s.submit(rita, fmt.Sprintf("/settings/replies/%d", his), url.Values{"name": {"his"}, "text": {"Changed"}}); status != http.StatusNotFound {
		t.Errorf("an agent changed another one's: %d", status)
	}
	if status, _ := s.submit(anna, fmt.Sprintf("/settings/replies/%d", his), url.Values{"name": {"his"}, "text": {"Changed"}, "shared": {"yes"}}); status != http.StatusSeeOther {
		t.Errorf("an admin could not change a shared one: %d", status)
	}
	if got := s.choices(rita, thread)["/his"]; got != "Changed" {
		t.Errorf("it is %q", got)
	}
	s.submit(anna, fmt.Sprintf("/settings/replies/%d/delete", shared), nil)
	s.submit(anna, fmt.Sprintf("/settings/replies/%d/delete", private), nil)
	if got := s.choices(anna, thread); len(got) != 1 {
		t.Errorf("after deleting two there are %v", got)
	}
	log, _, err := s.store.AuditLog(t.Context(), store.AuditFilter{}, 0, 99)
	if err != nil {
		t.Fatal(err)
	}
	var noted []string
	for _, e := range log {
		if strings.HasPrefix(string(e.Action), "canned") {
			noted = append(noted, string(e.Action)+": "+e.Subject)
		}
	}
	if want := "canned reply deleted: ours, canned reply changed: his, canned reply added: his, canned reply added: ours"; strings.Join(noted, ", ") != want {
		t.Errorf("the audit log has %v", noted)
	}
}

// cannedID is the id of the shared one of that name.
func (s *site) cannedID(name string) int64 {
	s.t.Helper()
	all, err := s.store.CannedReplies(s.t.Context(), 0)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range all {
		if c.Name == name {
			return c.ID
		}
	}
	s.t.Fatalf("there is no %s", name)
	return 0
}

func TestABadCannedReplyComesBackWithWhatWasTyped(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	first, second := s.canned(anna, "first", "One", ""), s.canned(anna, "second", "Two", "")
	for _, wrong := range []struct{ path, name, text, words string }{
		{"/settings/replies", " / ", "Typed text", "Give it a name"},
		{"/settings/replies", strings.Repeat("ö", 41), "Typed text", "at most 40 characters"},
		{"/settings/replies", "typed name", " ", "Write something"},
		{"/settings/replies", "typed name", strings.Repeat("č", 671), "at most 10 SMS"},
		{"/settings/replies", "first", "Typed text", "one of that name already"},
		{fmt.Sprintf("/settings/replies/%d", second), "first", "Typed text", "one of that name already"},
	} {
		status, page := s.submit(anna, wrong.path, url.Values{"name": {wrong.name}, "text": {wrong.text}, "shared": {"yes"}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong.words) || !strings.Contains(page, strings.TrimSpace(wrong.text)) || !strings.Contains(page, `value="yes" checked`) {
			t.Errorf("%q was answered %d", wrong.name, status)
		}
	}
	if status, _ := s.submit(anna, fmt.Sprintf("/settings/replies/%d", first), url.Values{"name": {"first"}, "text": {"Other words"}}); status != http.StatusSeeOther {
		t.Errorf("keeping the name was answered %d", status)
	}
	for n := range 205 {
		s.submit(anna, "/settings/replies", url.Values{"name": {fmt.Sprint("n", n)}, "text": {"x"}})
	}
	if all, err := s.store.CannedReplies(t.Context(), 1); err != nil || len(all) != 200 {
		t.Errorf("%d are kept, %v", len(all), err)
	}
}
