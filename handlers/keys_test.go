package handlers_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tagline/store"
	"tagline/textlink"
)

const hello = `{"secret":"SECRET","phone_number":"+15550100","text":"Hi"}`

// submit posts a form and returns status and body.
func (s *site) submit(client *http.Client, path string, form url.Values) (int, string) {
	s.t.Helper()
	resp, err := client.PostForm(s.URL+path, form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var body strings.Builder
	if _, err := io.Copy(&body, resp.Body); err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, body.String()
}

// key returns the id of a key by its label or token.
func (s *site) key(name string) int64 {
	s.t.Helper()
	keys, err := s.store.Keys(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, k := range keys {
		if k.Label == name || k.Token == name {
			return k.ID
		}
	}
	s.t.Fatalf("there is no key %s", name)
	return 0
}

func (s *site) revoke(client *http.Client, name string) int {
	s.t.Helper()
	status, _ := s.submit(client, "/settings/keys/"+strconv.FormatInt(s.key(name), 10)+"/revoke", nil)
	return status
}

func TestSecretsOverlapUntilOneIsRevoked(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	try := func(secret string) int {
		status, _ := s.post("received", json, strings.Replace(hello, "SECRET", secret, 1))
		return status
	}
	if err := s.store.AddSecret(t.Context(), "empty", textlink.Sum("")); err != nil { // which no page does
		t.Fatal(err)
	}
	s.submit(anna, "/settings/keys/secrets", url.Values{"label": {"old"}, "secret": {"one"}})
	s.submit(anna, "/settings/keys/secrets", url.Values{"label": {"new"}, "secret": {"two"}})
	if try("one") != 200 || try("two") != 200 {
		t.Error("both secrets should be valid")
	}
	if status := s.revoke(anna, "old"); status != http.StatusSeeOther {
		t.Fatalf("revoking was answered %d", status)
	}
	if try("one") != 401 || try("two") != 200 {
		t.Error("the revoked secret should be refused at once, the other one not")
	}
	if try("") != 401 {
		t.Error("the empty secret was let in")
	}
}

func TestASecretThatIsMadeIsShownOnce(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	_, page := s.submit(anna, "/settings/keys/secrets", url.Values{"label": {"made"}})
	found := regexp.MustCompile(`id="made-secret"[^>]* value="([A-Z0-9]{26})"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no secret on the page:\n%s", page)
	}
	if status, answer := s.post("received", json, strings.Replace(hello, "SECRET", found[1], 1)); status != 200 {
		t.Errorf("the made secret was answered %d: %s", status, answer)
	}
	if _, again := s.fetch(anna, "GET", "/settings/keys"); strings.Contains(again, found[1]) {
		t.Error("the secret is shown again")
	}
}

func TestAddressesOverlapUntilTheOldOnesAreRevoked(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	old := s.token
	if status := s.revoke(anna, old); status != http.StatusConflict {
		t.Errorf("revoking the only addresses was answered %d", status)
	}
	s.submit(anna, "/settings/keys/tokens", nil)
	_, connect := s.fetch(anna, "GET", "/settings/connect")
	fresh := regexp.MustCompile(`/webhooks/([A-Z0-9]{26})/received`).FindStringSubmatch(connect)[1]
	if fresh == old {
		t.Fatal("the page still shows the old addresses")
	}
	try := func(token string) int {
		status, _ := s.post(token+"/received", json, `{"phone_number":"+15550100","text":"Hi"}`)
		return status
	}
	if try(old) != 200 || try(fresh) != 200 {
		t.Error("both addresses should work")
	}
	if status := s.revoke(anna, old); status != http.StatusSeeOther {
		t.Fatalf("revoking was answered %d", status)
	}
	if try(old) != 401 || try(fresh) != 200 {
		t.Error("the revoked addresses should be refused at once, the new ones not")
	}
}

func TestTheUseOfAKeyIsNoted(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.submit(anna, "/settings/keys/secrets", url.Values{"label": {"used"}, "secret": {"one"}})
	s.submit(anna, "/settings/keys/secrets", url.Values{"label": {"unused"}, "secret": {"two"}})
	s.post(s.token+"/received", json, strings.Replace(hello, "SECRET", "one", 1))
	keys, err := s.store.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if used := k.SeenAt > 0; used != (k.Label != "unused") {
			t.Errorf("%s %q seen at %d", k.Kind, k.Label, k.SeenAt)
		}
	}
}

func TestBadSecretsComeBack(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.submit(anna, "/settings/keys/secrets", url.Values{"secret": {"one"}})
	for _, form := range []url.Values{
		{"secret": {"one"}, "label": {"again"}},
		{"secret": {strings.Repeat("x", 1025)}, "label": {"long"}},
		{"secret": {"two"}, "label": {strings.Repeat("x", 61)}},
	} {
		status, page := s.submit(anna, "/settings/keys/secrets", form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, form.Get("label")) {
			t.Errorf("%.20v was answered %d", form, status)
		}
	}
}
