package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

// Who signs in again comes to the page on which the form stands that was sent without a session.
func TestSigningInLeadsBackToTheForm(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	for from, want := range map[string]string{
		"/conversations/new":           "/conversations/new",
		"/conversations/new?subuser=6": "/conversations/new?subuser=6",
		"/conversations":               "/conversations/new", // it had come back there
		"/conversations/1?view=unread": "/conversations/1?view=unread",
		"/settings/replies/7":          "/settings/replies",
		"/settings/keys/secrets":       "/settings/keys",
		"/messages/5/retry":            "/inbox",
		"/nowhere":                     "/inbox",
		"/inbox?view=failed":           "/inbox?view=failed",
		"":                             "/inbox",
	} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/conversations", strings.NewReader("text=x"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if from != "" {
			req.Header.Set("Referer", s.URL+from)
		}
		client := s.anonymous()
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		to, err := url.Parse(resp.Header.Get("Location"))
		if err != nil || to.Path != "/login" {
			t.Fatalf("from %s it is %d to %s, %v", from, resp.StatusCode, to, err)
		}
		resp, err = client.PostForm(s.URL+"/login", url.Values{"username": {"anna"}, "password": {password}, "next": {to.Query().Get("next")}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); got != want {
			t.Errorf("from %s it is %s, want %s", from, got, want)
		}
	}
}

// What was typed waits behind pages that say why something was refused, or that a second factor is due.
func TestPagesInTheWaySaySo(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for path, inTheWay := range map[string]bool{"/inbox": false, "/conversations/new": false, "/conversations/99": true, "/nowhere": true} {
		if _, page := s.fetch(anna, "GET", path); strings.Contains(page, " data-detour") != inTheWay || !strings.Contains(page, ` data-user="`) {
			t.Errorf("%s is in the way: %v", path, !inTheWay)
		}
	}
	due, err := s.store.CreateUser(t.Context(), store.User{Name: "due", Role: store.Agent, NeedsFactor: true}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	client, _ := s.enter(due.ID)
	if _, page := s.fetch(client, "GET", "/settings/account"); !strings.Contains(page, " data-detour") {
		t.Error("the page on which a second factor is due is not in the way")
	}
	if _, page := s.fetch(s.anonymous(), "GET", "/login"); strings.Contains(page, "data-user") {
		t.Error("the sign-in page names a user")
	}
}
