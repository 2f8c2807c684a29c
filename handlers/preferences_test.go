package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tagline/store"
	"tagline/views"
)

func TestPreferencesHoldForOnePersonOnAllDevices(t *testing.T) {
	s := newSite(t, "")
	piet, anna := s.person("piet", store.Agent, 6), s.person("anna", store.Admin)
	phone := s.anonymous()
	if status, _ := s.submit(phone, "/login", url.Values{"username": {"piet"}, "password": {password}}); status != http.StatusSeeOther {
		t.Fatalf("signing in was answered %d", status)
	}
	form := url.Values{"theme": {"dark"}, "time_format": {"12"}, "density": {"compact"}, "shortcuts": {"off"}}
	if status, _ := s.submit(piet, "/settings/preferences", form); status != http.StatusSeeOther {
		t.Fatalf("answered %d", status)
	}
	want := []string{`data-theme="dark"`, `data-time-format="12"`, `data-density="compact"`, `data-shortcuts="off"`}
	for _, client := range []*http.Client{piet, phone} {
		_, page := s.fetch(client, "GET", "/inbox")
		for _, attribute := range want {
			if root, _, _ := strings.Cut(page, "<head>"); !strings.Contains(root, attribute) {
				t.Errorf("%s is missing in %s", attribute, root)
			}
		}
	}
	if _, page := s.fetch(anna, "GET", "/inbox"); !strings.Contains(page, `data-theme="auto"`) {
		t.Error("another person's preferences changed")
	}

	// What a form does not name stays: the menu sends the theme alone.
	s.submit(piet, "/settings/preferences", url.Values{"theme": {"light"}})
	_, page := s.fetch(piet, "GET", "/settings/preferences")
	for _, checked := range []string{`value="light" checked`, `value="12" checked`, `value="compact" checked`, `value="off" checked`} {
		if !strings.Contains(page, checked) {
			t.Errorf("%s is missing in the form", checked)
		}
	}
}

func TestPreferencesThatCannotBeChosenComeBack(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for _, wrong := range []url.Values{{"theme": {"purple"}}, {"time_format": {""}}, {"density": {"none"}}, {"shortcuts": {"maybe"}}} {
		wrong.Add("density", "compact")
		status, page := s.submit(anna, "/settings/preferences", wrong)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Nothing was saved") {
			t.Errorf("%v was answered %d", wrong, status)
		}
		if wrong.Has("theme") && !strings.Contains(page, `value="compact" checked`) {
			t.Error("the form lost what was chosen")
		}
	}
	if _, page := s.fetch(anna, "GET", "/inbox"); !strings.Contains(page, `data-density="comfortable"`) || !strings.Contains(page, `data-theme="auto"`) {
		t.Error("something of a refused form was kept")
	}
}

func TestTheServerWritesHoursAsThePersonPrefers(t *testing.T) {
	now := time.Date(2026, 11, 20, 16, 2, 0, 0, time.UTC)
	s := newSiteAt(t, "", func() time.Time { return now })
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/received", "application/json", `{"phone_number":"+15550100","text":"Hi"}`)
	link := conversationLink(t, s, anna)
	if _, page := s.fetch(anna, "GET", link); !strings.Contains(page, ">16:02</time>") {
		t.Error("16:02 is missing")
	}
	s.submit(anna, "/settings/preferences", url.Values{"time_format": {"12"}})
	if _, page := s.fetch(anna, "GET", link); !strings.Contains(page, ">4:02 PM</time>") || strings.Contains(page, ">16:02") {
		t.Error("the page still writes 24 hours")
	}
}

// conversationLink is the address of the first conversation in the list.
func conversationLink(t *testing.T, s *site, client *http.Client) string {
	t.Helper()
	_, page := s.fetch(client, "GET", "/inbox")
	_, row, _ := strings.Cut(page, `data-conversation="`)
	_, rest, found := strings.Cut(row, `href="`)
	link, _, _ := strings.Cut(rest, `"`)
	if !found {
		t.Fatal("the inbox shows no conversation")
	}
	return link
}

// A page that forgets to say who looks at it would be painted in another theme and without keys.
func TestEveryPageLooksAsThePersonPrefers(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.submit(anna, "/settings/preferences", url.Values{"theme": {"dark"}})
	for _, route := range s.app.Routes() {
		method, path, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(route, "{id}", "1"), "{$}", ""), " ")
		if method != http.MethodGet {
			continue
		}
		status, page := s.fetch(anna, method, path)
		if status == http.StatusSeeOther || !strings.Contains(page, "<html") {
			continue
		}
		if !strings.Contains(page, `data-theme="dark"`) || !strings.Contains(page, `id="`+views.ShortcutsID+`"`) {
			t.Errorf("%s does not say what the person prefers", route)
		}
	}
}
