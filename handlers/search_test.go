package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// found waits until a search shows the text: the index is a moment behind what is stored.
func (s *site) found(client *http.Client, query, text string) string {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		status, page := s.fetch(client, "GET", "/search?"+query)
		if status != http.StatusOK && status != http.StatusTooManyRequests { // the index may take longer than a person may ask
			s.t.Fatalf("/search?%s was answered %d", query, status)
		}
		if strings.Contains(page, text) {
			return page
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("/search?%s does not show %q:\n%s", query, text, page)
		}
	}
}

// pane is what a page shows in place of the list.
func pane(page string) string {
	_, rest, _ := strings.Cut(page, `id="list-body"`)
	body, _, _ := strings.Cut(rest, "</section>\n\t")
	body, _, _ = strings.Cut(body, `id="thread-pane"`)
	return body
}

var anchor = regexp.MustCompile(`data-search-hit="(\d+)" href="([^"]+)"`)

func (s *site) receive(subuser int, number, name, text, tag string) {
	s.t.Helper()
	body := fmt.Sprintf(`{"secret":%q,"phone_number":%q,"text":%q,"name":%q,"tag":%q`, secret, number, text, name, tag)
	if subuser != 0 {
		body += fmt.Sprintf(`,"subuser_id":%d`, subuser)
	}
	if status, answer := s.post("received", "application/json", body+"}"); status != http.StatusOK {
		s.t.Fatalf("%d %s", status, answer)
	}
}

func TestASearchForOneLetterSaysWhatItFinds(t *testing.T) {
	s := newSite(t, secret)
	anna := s.person("anna", store.Admin)
	s.receive(6, "+381690156360", "Mira Novak", "many messages", "")
	const says = "One letter finds names and numbers that begin with it"
	body := pane(s.found(anna, "q=m", "data-contact-hit="))
	if !strings.Contains(body, says) || strings.Contains(body, "data-search-hit=") {
		t.Errorf("found by one letter:\n%s", body)
	}
	for query, want := range map[string]bool{"q=x": true, "q=ma": false, "q=%E5%A5%BD": false} {
		if body := pane(s.found(anna, query, "")); strings.Contains(body, says) != want {
			t.Errorf("?%s shows:\n%s", query, body)
		}
	}
}

func TestASearchLeadsToMessages(t *testing.T) {
	s := newSite(t, secret)
	anna := s.person("anna", store.Admin)
	for i := range 5 {
		s.receive(6, "+381690156360", "Mira <b>Novak", fmt.Sprintf("The crème <i>brûlée</i> number %d", i), "Hot")
	}
	s.receive(0, "+14155550134", "", "Also a creme here", "Cold")
	page := s.found(anna, "q=creme+", "Also a")
	body := pane(page)
	if got := strings.Count(body, "<mark>crème</mark> &lt;i&gt;brûlée"); got != 5 {
		t.Errorf("%d hits are marked:\n%s", got, body)
	}
	hits := anchor.FindAllStringSubmatch(body, -1)
	if len(hits) != 6 || !strings.Contains(body, "<summary>2 more</summary>") || strings.Count(body, "data-found=") != 2 {
		t.Errorf("hits: %v\n%s", hits, body)
	}
	for _, part := range []string{`value="creme"`, `>Search</h1>`, "In all conversations", "Mira &lt;b&gt;Novak"} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is not on the page", part)
		}
	}
	status, thread := s.fetch(anna, "GET", strings.ReplaceAll(strings.Split(hits[0][2], "#")[0], "&amp;", "&"))
	if status != http.StatusOK || !strings.Contains(thread, `data-target="message-`+hits[0][1]+`"`) || !strings.Contains(pane(thread), "<mark>crème</mark>") ||
		!strings.Contains(thread, `href="/search?q=creme" aria-label="Back to search"`) {
		t.Errorf("the hit %v leads to %d\n%s", hits[0], status, thread)
	}
	for query, want := range map[string]string{
		"q=6360": "6360</mark>", "q=mir": "<mark>Mira</mark>", "q=hot": "Tag: <bdi>Hot</bdi>", "q=subu": "Subuser 6", "q=creme&tag=Cold": "remove filter", "q=": "Search all conversations",
		"q=%22%2A": "Nothing to search for", "q=zzz": "Nothing found", "q=zzz&tag=Hot": "Search everywhere", "q=creme&view=failed": "In Failed",
	} {
		if _, page := s.fetch(anna, "GET", "/search?"+query); !strings.Contains(pane(page), want) {
			t.Errorf("%s does not show %s:\n%s", query, want, pane(page))
		}
	}
	if _, page := s.fetch(anna, "GET", "/search?q=creme&tag=Cold"); strings.Count(pane(page), "data-search-hit") != 1 {
		t.Errorf("the tag narrows it to\n%s", pane(page))
	}
	if status, _ := s.fetch(anna, "GET", "/search?q=creme&before=x"); status != http.StatusBadRequest {
		t.Errorf("a position that is none was answered %d", status)
	}
}

// What is outside the scope answers exactly like what does not exist.
func TestAnAgentSearchesOnlyWhatWasGranted(t *testing.T) {
	s := newSite(t, secret)
	piet, anna := s.person("piet", store.Agent, 6), s.person("anna", store.Admin)
	s.receive(6, "+15550106", "Six Person", "common ground", "Six")
	s.receive(7, "+15550107", "Seven Person", "common secret", "Seventh")
	s.found(anna, "q=secret", "common")
	for _, words := range [][2]string{{"secret", "absent"}, {"seventh", "absentee"}, {"5550107", "5550199"}, {"subuser 7", "subuser 9"}, {"seven", "never"}} {
		for _, path := range []string{"/search?q=", "/search/results?q="} {
			_, outside := s.fetch(piet, "GET", path+url.QueryEscape(words[0]))
			_, absent := s.fetch(piet, "GET", path+url.QueryEscape(words[1]))
			outside = strings.NewReplacer(words[0], "?", url.QueryEscape(words[0]), "?").Replace(outside)
			absent = strings.NewReplacer(words[1], "?", url.QueryEscape(words[1]), "?").Replace(absent)
			if outside != absent {
				t.Errorf("%q shows\n%s\n%q shows\n%s", words[0], outside, words[1], absent)
			}
		}
	}
	if body := pane(s.found(piet, "q=common", "ground")); strings.Contains(body, "secret") || strings.Count(body, "data-search-hit") != 1 {
		t.Errorf("piet finds\n%s", body)
	}
	if _, page := s.fetch(piet, "GET", "/search?q=common&subuser=7"); strings.Contains(pane(page), "data-search-hit") {
		t.Errorf("piet asks for another subuser and finds\n%s", pane(page))
	}
}

func TestAnOldMessageOpensInItsPlace(t *testing.T) {
	s := newSite(t, secret)
	anna := s.person("anna", store.Admin)
	for i := range 400 {
		s.receive(0, "+15550100", "", fmt.Sprintf("message-word %d", i), "")
	}
	for n, want := range map[int]struct{ later bool }{20: {later: true}, 200: {later: true}, 399: {}} {
		body := pane(s.found(anna, fmt.Sprintf("q=%%22word+%d%%22", n), "data-search-hit"))
		hit := anchor.FindStringSubmatch(body)
		_, thread := s.fetch(anna, "GET", strings.ReplaceAll(strings.Split(hit[2], "#")[0], "&amp;", "&"))
		if !strings.Contains(thread, `id="message-`+hit[1]+`"`) || strings.Contains(thread, ">Later messages<") != want.later || !strings.Contains(thread, "Earlier messages") {
			t.Errorf("message %d: %d bytes", n, len(thread))
		}
		if got := strings.Count(thread, "data-message="); got > 60 {
			t.Errorf("message %d opens %d messages", n, got)
		}
	}
	// A link to a message that is not there, or elsewhere, opens the thread.
	status, thread := s.fetch(anna, "GET", "/conversations/1?message=999999")
	if status != http.StatusOK || strings.Count(thread, "data-message=") != 50 || !strings.Contains(thread, `data-target=""`) {
		t.Errorf("answered %d", status)
	}
}

func TestTheAddressFollowsWhatIsTyped(t *testing.T) {
	s := newSite(t, secret)
	anna := s.person("anna", store.Admin)
	s.receive(0, "+15550100", "Mira", "hello there", "Hot")
	s.found(anna, "q=hello", "data-search-hit")
	for _, tt := range []struct{ from, query, header, want string }{
		{"/inbox", "q=hello", "HX-Push-Url", "/search?q=hello"},
		{"/inbox?tag=Hot", "q=hello&tag=Hot", "HX-Push-Url", "/search?q=hello&tag=Hot"},
		{"/search?q=hell", "q=hello", "HX-Replace-Url", "/search?q=hello"},
		{"/search?q=h", "q=", "HX-Replace-Url", "/inbox"},
		{"/conversations/1", "q=hello", "HX-Push-Url", "/conversations/1?q=hello"},
		{"/conversations/1?q=h", "q=+&view=failed", "HX-Replace-Url", "/conversations/1?view=failed"},
	} {
		req, _ := http.NewRequest("GET", s.URL+"/search/results?"+tt.query, nil)
		req.Header.Set("HX-Request", "true")
		req.Header.Set("HX-Current-URL", s.URL+tt.from)
		resp, err := anna.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get(tt.header); got != tt.want || resp.StatusCode != http.StatusOK {
			t.Errorf("%+v leads to %q (%v)", tt, got, resp.Header)
		}
	}
}

// Who searches faster than anybody types is told to wait, in words, and keeps nobody else from searching.
func TestSearchesAreLimitedForEachPerson(t *testing.T) {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := newSiteAt(t, "", func() time.Time { return at })
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	answered := 0
	for status := http.StatusOK; status == http.StatusOK; answered++ {
		path := []string{"/search?q=x", "/search/results?q=x"}[answered%2]
		var page string
		if status, page = s.fetch(anna, "GET", path); status == http.StatusTooManyRequests && !strings.Contains(page, "Too many searches at once") {
			t.Errorf("told %s", page)
		}
		if answered > 500 {
			t.Fatal("no search is refused")
		}
	}
	if status, _ := s.fetch(piet, "GET", "/search?q=x"); answered < 100 || status != http.StatusOK {
		t.Errorf("after %d searches of one the other is answered %d", answered, status)
	}
}
