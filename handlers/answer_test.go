package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

// asked sends a form with headers as browsers and proxies write them.
func (s *site) asked(client *http.Client, path, form string, headers map[string]string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), "POST", s.URL+path, strings.NewReader(form))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range headers {
		if name == "Host" {
			req.Host = value
		} else {
			req.Header.Set(name, value)
		}
	}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// Over plain http no browser says that a script asks; it must not get a page for an answer, which it takes for its own.
func TestAScriptGetsNoPageAlsoOverPlainHTTP(t *testing.T) {
	s := newSite(t, "")
	s.say("received", `"phone_number":"+14155550101","text":"hello"`)
	anna, nobody := s.person("anna", store.Admin), s.anonymous()
	const page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, test := range []struct {
		path, form string
		signedIn   int // to a script
	}{
		{"/conversations/1/draft", "text=Hello&draft=0&page=p", http.StatusNoContent},
		{"/conversations/1/read", "", http.StatusNoContent},
		{"/conversations/1/read?message=1", "", http.StatusNoContent},
		{"/settings/preferences", "theme=dark", http.StatusNoContent},
	} {
		for _, browser := range []struct {
			about   string
			headers map[string]string
			script  bool
		}{
			{"a script over https", map[string]string{"Accept": "*/*", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}, true},
			{"a script over plain http", map[string]string{"Accept": "*/*"}, true},
			{"a page over plain http", map[string]string{"Accept": page}, false},
			{"a page over https", map[string]string{"Accept": page, "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}, false},
			{"a browser that wants anything for a page", map[string]string{"Accept": "*/*", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}, false},
		} {
			resp := s.asked(nobody, test.path, test.form, browser.headers)
			if want := map[bool]int{true: http.StatusUnauthorized, false: http.StatusSeeOther}[browser.script]; resp.StatusCode != want {
				t.Errorf("%s without a session: %s is answered %d, want %d", test.path, browser.about, resp.StatusCode, want)
			}
			if resp = s.asked(anna, test.path, test.form, browser.headers); browser.script && resp.StatusCode != test.signedIn {
				t.Errorf("%s: %s is answered %d, want %d", test.path, browser.about, resp.StatusCode, test.signedIn)
			}
		}
	}
}

// A form leads back to its page, whatever host a proxy puts into the request.
func TestAFormLeadsBackBehindEveryProxy(t *testing.T) {
	s := newSite(t, "")
	s.say("received", `"phone_number":"+14155550101","text":"hello"`)
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	var session []string // in a header: a client would choose cookies by the host
	for _, cookie := range s.person("anna", store.Admin).Jar.Cookies(base) {
		session = append(session, cookie.String())
	}
	for _, test := range []struct{ host, referer, want string }{
		{"", s.URL + "/conversations/1?view=unread", "/conversations/1?view=unread"},
		{"127.0.0.1:9", s.URL + "/conversations/1?view=unread", "/conversations/1?view=unread"},
		{"tagline", s.URL + "/inbox?view=failed", "/inbox?view=failed"},
		{"backend.internal:8080", s.URL + "/conversations/1", "/conversations/1"},
		{"backend.internal:8080", "http://backend.internal:8080/conversations/1", "/conversations/1"},
		{"backend.internal:8080", "https://elsewhere.example/conversations/1", "/inbox"},
		{"", "https://elsewhere.example/x", "/inbox"},
		{"", "", "/inbox"},
	} {
		headers := map[string]string{"Host": test.host, "Referer": test.referer, "Cookie": strings.Join(session, "; ")}
		resp := s.asked(s.anonymous(), "/conversations/1/read", "", headers)
		if got := resp.Header.Get("Location"); got != test.want {
			t.Errorf("from %q at %q it leads to %q, want %q", test.referer, test.host, got, test.want)
		}
		delete(headers, "Cookie")
		resp = s.asked(s.anonymous(), "/conversations/1/read", "", headers)
		if got, err := url.Parse(resp.Header.Get("Location")); err != nil || got.Query().Get("next") != test.want {
			t.Errorf("from %q at %q signing in leads to %q (%v), want %q", test.referer, test.host, got, err, test.want)
		}
	}
}
