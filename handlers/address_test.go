package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"tagline/store"
	"tagline/web"
)

// People sign in with what their keyboards make of their name and password.
func TestNamesAndPasswordsAreTypedInAnyForm(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	s.person("Émile Straße", store.Admin)
	const cafe = "Café crème brûlée"
	hash, err := web.NewPasswords(1).Hash(norm.NFD.String(cafe))
	if err != nil {
		t.Fatal(err)
	}
	user, err := s.store.CreateUser(t.Context(), store.User{Name: "zoë", Role: store.Admin}, hash)
	if err != nil || user.ID == 0 {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, password string
		want           int
	}{
		{"anna ", password, http.StatusSeeOther}, {" ANNA", password, http.StatusSeeOther}, {"an\u200bna", password, http.StatusSeeOther}, {"ａｎｎａ", password, http.StatusSeeOther},
		{"e\u0301mile  STRASSE", password, http.StatusSeeOther}, {"ÉMILE\u00a0straẞe", "ｃｏｒｒｅｃｔ horse battery", http.StatusSeeOther},
		{"zoë", cafe, http.StatusSeeOther}, {"ZOE\u0308", norm.NFD.String(cafe), http.StatusSeeOther},
		{"anna", password + " ", http.StatusUnauthorized}, {"anna", strings.ToUpper(password), http.StatusUnauthorized}, {"ann a", password, http.StatusUnauthorized},
		{strings.Repeat("a", 61), password, http.StatusUnauthorized}, {strings.Repeat("a", 59_000), password, http.StatusUnauthorized}, {"", password, http.StatusUnauthorized},
	} {
		status, page := s.submit(s.anonymous(), "/login", url.Values{"username": {c.name}, "password": {c.password}})
		if status != c.want || len(page) > 10_000 {
			t.Errorf("%.20q with %q was answered %d, %d bytes", c.name, c.password, status, len(page))
		}
	}
}

// A name is one on every way in.
func TestANameIsTakenOnEveryPage(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("Émile", store.Admin)
	for _, typed := range []string{"émile", "E\u0301MILE ", "é\u00admile"} {
		status, page := s.submit(anna, "/settings/people", url.Values{"username": {typed}, "role": {"admin"}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, "already") {
			t.Errorf("inviting %q was answered %d", typed, status)
		}
	}
	if status, _ := s.submit(anna, "/settings/people", url.Values{"username": {"  zoe\u0308 \u200b van\u3000Dijk "}, "role": {"admin"}}); status != http.StatusOK || s.id("ZOË VAN DIJK") == 0 {
		t.Errorf("answered %d", status)
	}
	users, err := s.store.Users(t.Context())
	if err != nil || len(users) != 2 || users[1].Name != "zoë van Dijk" && users[0].Name != "zoë van Dijk" {
		t.Errorf("people are %v, %v", users, err)
	}
	for _, typed := range []string{"", " \u00a0", "\u200b\u2060", "\u0301", strings.Repeat("ﬁ", 31)} {
		if status, _ := s.submit(anna, "/settings/people", url.Values{"username": {typed}, "role": {"admin"}}); status != http.StatusUnprocessableEntity {
			t.Errorf("inviting %q was answered %d", typed, status)
		}
	}
}
