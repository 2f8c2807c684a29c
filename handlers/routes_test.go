package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

func TestOtherSitesCannotPost(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	req, _ := http.NewRequest("POST", s.URL+"/logout", nil)
	req.Header.Set("Origin", "https://evil.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, err := anna.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("answered %d", resp.StatusCode)
	}
	if status, _ := s.fetch(anna, "GET", "/inbox"); status != http.StatusOK {
		t.Error("another site signed somebody out")
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	base, _ := url.Parse(s.URL)
	stolen := anna.Jar.Cookies(base)
	if len(stolen) == 0 {
		t.Fatal("no cookie")
	}
	if status, _ := s.fetch(anna, "POST", "/logout"); status != http.StatusSeeOther {
		t.Fatalf("signing out was answered %d", status)
	}
	thief := s.anonymous()
	thief.Jar.SetCookies(base, stolen)
	if status, _ := s.fetch(thief, "GET", "/inbox"); status != http.StatusSeeOther {
		t.Errorf("a copied cookie still works: %d", status)
	}
}

func TestASessionPlantedBeforeSignInIsWorthNothing(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	base, _ := url.Parse(s.URL)
	victim := s.anonymous()
	planted := &http.Cookie{Name: "tagline", Value: strings.Repeat("A", 43), Path: "/"}
	victim.Jar.SetCookies(base, []*http.Cookie{planted})
	resp, err := victim.PostForm(s.URL+"/login", url.Values{"username": {"anna"}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, cookie := range resp.Cookies() {
		if cookie.Value == planted.Value {
			t.Error("the planted id was kept")
		}
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
			t.Errorf("the cookie is %v", cookie)
		}
	}
	attacker := s.anonymous()
	attacker.Jar.SetCookies(base, []*http.Cookie{planted})
	if status, _ := s.fetch(attacker, "GET", "/inbox"); status != http.StatusSeeOther {
		t.Errorf("the planted id is signed in: %d", status)
	}
}

func TestSignInRefusesAlikeWhoeverIsNamed(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	var answers []string
	for _, name := range []string{"anna", "nobody"} {
		resp, err := s.anonymous().PostForm(s.URL+"/login", url.Values{"username": {name}, "password": {"wrong"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		answers = append(answers, resp.Status)
	}
	if answers[0] != answers[1] || answers[0] != "401 Unauthorized" {
		t.Errorf("answers: %v", answers)
	}
}

func TestSignInLeadsOnlyToThisSite(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	for next, want := range map[string]string{
		"/inbox?tag=Warm": "/inbox?tag=Warm", "": "/inbox", "https://evil.example/": "/inbox", "//evil.example": "/inbox",
		`/\evil.example`: "/inbox", "javascript:alert(1)": "/inbox", "/\t/evil.example": "/inbox",
	} {
		resp, err := s.anonymous().PostForm(s.URL+"/login", url.Values{"username": {"anna"}, "password": {password}, "next": {next}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); got != want {
			t.Errorf("next=%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestTheSetUpLinkWorksOnce(t *testing.T) {
	s := newSite(t, "")
	link, err := url.Parse(s.app.SetUpURL())
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := s.fetch(s.anonymous(), "GET", "/setup/"+strings.Repeat("A", 26)); status != http.StatusNotFound {
		t.Errorf("a wrong link was answered %d", status)
	}
	make := func(name, again string) *http.Response {
		resp, err := s.anonymous().PostForm(s.URL+link.Path, url.Values{"username": {name}, "password": {password}, "password_again": {again}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	if resp := make("Anna", "something else"); resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("two passwords were answered %d", resp.StatusCode)
	}
	if resp := make("Anna", password); resp.Header.Get("Location") != "/settings/connect" {
		t.Errorf("answered %d, leads to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	if resp := make("Eve", password); resp.StatusCode != http.StatusGone {
		t.Errorf("the link worked twice: %d", resp.StatusCode)
	}
	users, err := s.store.Users(t.Context())
	if err != nil || len(users) != 1 {
		t.Errorf("people: %v, %v", users, err)
	}
}

func TestPagesCarryAStrictPolicy(t *testing.T) {
	s := newSite(t, "")
	resp, err := s.Client().Get(s.URL + "/login")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	policy := resp.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
	if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", resp.Header)
	}
}
