package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

// Whoever looks for a name types it as their keyboard gives it, wherever names are looked for.
func TestNamesAreFoundHoweverTheyAreTyped(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.person("Émile O'Neill", store.Agent, 6)
	s.say("received", `"phone_number":"+14155550134","text":"Hello","subuser_id":6,"tag":"Été – Café"`)
	s.submit(anna, "/settings/names", url.Values{"subuser-6": {"Büro O'Hara"}})
	s.canned(anna, "/Ça va", "Très bien, à bientôt", "")
	id := s.id("Émile O'Neill")
	for _, of := range []struct {
		path, typed, want string
	}{
		{"/settings/people", "E\u0301MILE O’NEILL", fmt.Sprintf("/settings/people/%d", id)},
		{"/settings/people", "emile", fmt.Sprintf("/settings/people/%d", id)},
		{"/settings/names", "BURO O’HARA", `name="subuser-6"`},
		{"/settings/names", "BU\u0308RO", `name="subuser-6"`},
		{"/choices/tags", "ete - CAFE", "tag="},
		{"/choices/tags", "ÉTÉ", "tag="},
		{"/choices/subusers", "Ｂüro", "subuser=6"},
		{"/settings/replies", "ca VA", "Ça va"},
		{"/settings/replies", "A BIENTOT", "Ça va"},
	} {
		const none = "zzz"
		if _, page := s.fetch(anna, "GET", of.path+"?find="+none); strings.Contains(page, of.want) {
			t.Errorf("%s shows %s to who looks for %s", of.path, of.want, none)
		}
		if _, page := s.fetch(anna, "GET", of.path+"?find="+url.QueryEscape(of.typed)); !strings.Contains(page, of.want) {
			t.Errorf("%s does not show %s to who looks for %+q", of.path, of.want, of.typed)
		}
	}
	for _, typed := range []string{"émile o’neill", "E\u0301mile O´Neill ", "ÉMILE\u00a0O'NEILL"} {
		if status, _ := s.submit(anna, "/conversations/1/assign", url.Values{"assignee_name": {typed}}); status != http.StatusSeeOther {
			t.Errorf("assigning to %+q was answered %d", typed, status)
		}
	}
	for _, typed := range []string{"büro o’hara", "BU\u0308RO O´HARA"} {
		resp, err := anna.Get(s.URL + "/inbox?subuser=" + url.QueryEscape(typed))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if leads := resp.Header.Get("Location"); leads != "/inbox?subuser=6" {
			t.Errorf("the subuser %+q leads to %q", typed, leads)
		}
	}
}
