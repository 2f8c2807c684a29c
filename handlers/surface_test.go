package handlers_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tagline/store"
	"tagline/web"
)

var links = regexp.MustCompile(`(?:href|hx-get|action)="(/[^"#]*)`)

// crawl follows every link from the pages on and returns what each said, by address.
func (s *site) crawl(client *http.Client, limit int, from ...string) map[string]string {
	s.t.Helper()
	said, waiting := map[string]string{}, from
	for len(waiting) > 0 && len(said) < limit {
		path := waiting[0]
		waiting = waiting[1:]
		if _, known := said[path]; known || strings.HasPrefix(path, "/static/") {
			continue
		}
		_, body := s.fetch(client, "GET", path)
		said[path] = body
		for _, link := range links.FindAllStringSubmatch(body, -1) {
			waiting = append(waiting, strings.ReplaceAll(link[1], "&amp;", "&"))
		}
	}
	return said
}

// pages are where crawls begin: every GET of the table that names nothing, and the address of one of each thing.
func (s *site) pages() []string {
	var all []string
	for _, route := range s.app.Routes() {
		if path, get := strings.CutPrefix(route, "GET "); get {
			all = append(all, strings.NewReplacer("{$}", "", "{id}", "1", "{key}", "1", "{note}", "1", "{kind}", "tags").Replace(path))
		}
	}
	return append(all, "/search?q=hello", "/search/results?q=hello", "/inbox?view=failed", "/inbox?view=done", "/tags?days=365")
}

func TestReadingWritesNothing(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.two()
	s.tag("+14155550130", "Warm", `,"subuser_id":6`)
	s.post(s.token+"/received", json, `{"phone_number":"+14155550130","text":"the very last","subuser_id":6}`)
	s.found(anna, "q=last", "very") // the index has followed, up to what came last
	db, err := sql.Open("sqlite", "file:"+s.db+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // the version is one connection's own
	version := func() (n int) {
		if err := db.QueryRow(`PRAGMA data_version`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	var said map[string]string
	before, after := 0, 1
	for tries := 0; before != after && tries < 3; tries++ { // the search index may still be tidying itself up
		anna = s.signIn("anna")
		before = version()
		said = s.crawl(anna, 120, s.pages()...)
		after = version()
	}
	if after != before {
		t.Errorf("the database was written to while %d pages were read", len(said))
	}
	if _, err := s.store.AddNote(t.Context(), store.Everything, s.id("anna"), 1, "a write"); err != nil || version() == after {
		t.Errorf("a write does not show: %v", err)
	}
	if len(said) < 60 {
		t.Errorf("only %d pages were found", len(said))
	}
}

// What other sites can make a browser send does nothing, whatever route it is sent to.
func TestUnsafeRoutesAreClosedToOtherSites(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	own := s.URL
	cases := []struct {
		origin, site string
		refused      bool
	}{
		{"https://evil.example", "", true}, {"https://evil.example", "cross-site", true}, {"https://evil.example", "same-site", true},
		{"null", "cross-site", true}, {"null", "", true}, {own, "cross-site", true}, {own, "same-site", true},
		{own + ".evil.example", "", true}, {strings.Replace(own, "127.0.0.1", "127.0.0.2", 1), "", true}, {"", "cross-site", true},
		{"", "same-site", true}, {own, "same-origin", false},
	}
	for _, route := range s.app.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if method == http.MethodGet || path == "/logout" || strings.Contains(path, "/sessions/") {
			continue // the last two are tried below, since they end the session
		}
		path = strings.NewReplacer("{id}", "999999", "{note}", "999999", "{key}", "none").Replace(path)
		for _, c := range cases {
			if status := s.sendFrom(anna, method, path, c.origin, c.site); (status == http.StatusForbidden) != c.refused {
				t.Errorf("%s from %q %q was answered %d", route, c.origin, c.site, status)
			}
		}
	}
	for _, path := range []string{"/logout", "/settings/account/sessions/end", "/settings/account/sessions/1/end", "/settings/people/1/sessions/end"} {
		for _, c := range cases[:len(cases)-1] {
			if status := s.sendFrom(anna, "POST", path, c.origin, c.site); status != http.StatusForbidden {
				t.Errorf("%s from %q %q was answered %d", path, c.origin, c.site, status)
			}
		}
	}
}

func (s *site) sendFrom(client *http.Client, method, path, origin, from string) int {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for name, value := range map[string]string{"Origin": origin, "Sec-Fetch-Site": from} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// Every answer carries what browsers go by, whoever asks and whatever comes of it.
func TestEveryAnswerIsHardened(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for _, path := range append(s.pages(), "/nowhere", "/conversations/999999") {
		for _, client := range []*http.Client{anna, s.anonymous()} {
			req, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL+path, nil)
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			kept := "no-store"
			if path == "/worker.js" { // it holds nothing, and browsers ask for it by themselves
				kept = "no-cache"
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": kept,
			} {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s: %s is %q", path, name, got)
				}
			}
			policy := resp.Header.Get("Content-Security-Policy")
			if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("%s: the policy is %q", path, policy)
			}
			if !strings.Contains(resp.Header.Get("Permissions-Policy"), "camera=()") {
				t.Errorf("%s: no Permissions-Policy", path)
			}
		}
	}
}

// An agent of one subuser never learns a word of another, wherever they look.
func TestNothingOfAnotherSubuserReachesAnAgent(t *testing.T) {
	strings1000 := 1000
	if raceDetector || testing.Short() {
		strings1000 = 200
	}
	service, browser := newService(t), newBrowser(t)
	s := newSiteWith(t, setting{push: service.Client})
	anna := s.person("anna", store.Admin)
	piet := s.person("piet", store.Agent, 6)
	s.two()
	s.subscribe(piet, browser.form("https://push.example.com/piet"))
	s.submit(piet, "/notifications", url.Values{"text": {"on"}})
	frames := s.watch(piet, "/inbox")
	inThread := s.watch(piet, "/conversations/1")
	inTags := s.watch(piet, "/tags")
	inLog := s.watch(piet, "/settings/webhooks")
	mark := func(n int) string { return fmt.Sprintf("zq%04dx", n) }
	for n := range strings1000 {
		number, form := fmt.Sprintf("+1202555%04d", n/4), ""
		switch n % 4 {
		case 0:
			form = fmt.Sprintf(`{"phone_number":%q,"text":%q,"subuser_id":7}`, number, mark(n))
		case 1:
			form = fmt.Sprintf(`{"phone_number":%q,"text":"hello","name":%q,"subuser_id":7}`, number, mark(n))
		case 2:
			form = fmt.Sprintf(`{"phone_number":%q,"text":"hello again","tag":%q,"subuser_id":7}`, number, mark(n))
		}
		if n%4 == 3 {
			s.post(s.token+"/failed", json, fmt.Sprintf(`{"phone_number":%q,"text":%q,"subuser_id":7}`, number, mark(n)))
		} else {
			s.post(s.token+"/received", json, form)
		}
	}
	ctx := t.Context()
	if err := s.store.SetNames(ctx, store.Names{Subusers: map[store.SubuserID]string{7: "zq-name-x"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.store.SaveView(ctx, store.SavedView{UserID: s.id("anna"), Name: "shared", Query: "subuser=7&tag=" + mark(2), Shared: true}); err != nil {
		t.Fatal(err)
	}
	list, _, err := s.store.Conversations(ctx, store.Everything, 0, store.Filter{Subusers: []store.SubuserID{7}}, store.Position{}, 1)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d conversations, %v", len(list), err)
	}
	if _, err := s.store.AddNote(ctx, store.Everything, s.id("anna"), list[0].ID, "zq-note-x"); err != nil {
		t.Fatal(err)
	}
	if _, page := s.fetch(anna, "GET", "/inbox?subuser=7"); !strings.Contains(page, "zq") {
		t.Fatal("the admin does not see the marks, so this test shows nothing")
	}
	s.found(anna, "q=note", "</mark>-x") // the index has followed
	marked := regexp.MustCompile(`zq[-0-9a-z]*x`)
	from := append(s.pages(), "/inbox?subuser=7", "/search?q="+mark(0), "/search?q=zq", "/search?q=note", "/search?q="+mark(999), "/search?q="+mark(1), "/search/results?q="+mark(1), "/search?q=%2B1202555", "/tags?subuser=7",
		"/tags?tag="+mark(2), "/inbox?tag="+mark(2), fmt.Sprint("/conversations/", list[0].ID), fmt.Sprint("/conversations/", list[0].ID, "/messages"))
	said := s.crawl(piet, 400, from...)
	for path, body := range said {
		asked, _ := url.QueryUnescape(path)
		for _, found := range marked.FindAllString(body, -1) {
			if !strings.Contains(asked, found) { // what somebody typed is theirs
				t.Errorf("%s tells %s", path, found)
			}
		}
		if strings.Contains(body, "zq-") {
			t.Errorf("%s tells a name or a note", path)
		}
	}
	for _, route := range s.app.Routes() { // what they try there is refused without a word of it
		method, path, _ := strings.Cut(route, " ")
		if method == http.MethodGet || !strings.Contains(path, "{id}") || strings.Contains(path, "/sessions/") {
			continue
		}
		path = strings.NewReplacer("{id}", fmt.Sprint(list[0].ID), "{note}", "1").Replace(path)
		if _, body := s.submit(piet, path, url.Values{"text": {"Hello"}, "assignee": {"1"}, "message": {"1"}}); marked.MatchString(body) || strings.Contains(body, "zq-") {
			t.Errorf("%s tells %.300s", route, body)
		}
	}
	counts, err := s.store.Counts(ctx, store.Scope{Subusers: []store.SubuserID{6}}, s.id("piet"))
	if err != nil || counts.Views[store.ViewInbox] != 1 || counts.Views[store.ViewFailed] != 1 || len(counts.Subusers) != 1 {
		t.Errorf("the agent's counts are %+v, %v", counts, err)
	}
	s.post(s.token+"/received", json, `{"phone_number":"+14155550130","text":"the last","subuser_id":6}`)
	for last := false; !last; {
		notice := browser.read(t, <-service.sent)
		last = strings.Contains(notice.Title+notice.Body, "the last")
		if told := fmt.Sprint(notice); marked.MatchString(told) || strings.Contains(told, "zq-") {
			t.Errorf("a notification tells %s", told)
		}
	}
	s.close() // ends the sockets after what they had to say
	for _, socket := range []<-chan string{frames, inThread, inTags, inLog} {
		for frame := range socket {
			if marked.MatchString(frame) {
				t.Errorf("a frame tells %.200s", frame)
			}
		}
	}
	t.Logf("%d pages", len(said))
}

// Secrets and messages stand in no log, and secrets in no page that is not about them.
func TestSecretsAreToldToNobody(t *testing.T) {
	var log bytes.Buffer
	var mu sync.Mutex
	s := newSiteWith(t, setting{now: time.Now, options: store.Options{Log: slog.New(slog.NewJSONHandler(locked{&mu, &log}, &slog.HandlerOptions{Level: slog.LevelDebug}))}})
	const canary = "canary in a coal mine 77"
	anna := s.person("anna", store.Admin)
	s.submit(anna, "/settings/secret", url.Values{"secret": {canary + " secret"}})
	s.submit(anna, "/settings/keys/secrets", url.Values{"secret": {canary + " other"}, "label": {"one"}})
	s.submit(anna, "/settings/account/password", url.Values{"password": {password}, "new_password": {canary + " password"}, "password_again": {canary + " password"}})
	s.submit(s.anonymous(), "/login", url.Values{"username": {canary + " as a name"}, "password": {canary + " wrong"}})
	s.submit(anna, "/settings/account/factor", url.Values{"password": {canary + " password"}})
	s.post(s.token+"/received", json, `{"phone_number":"+14155550130","text":"`+canary+` text","secret":"`+canary+` secret"}`)
	s.post(s.token+"/received", json, `{"phone_number":"+14155550130","text":"`+canary+` text","secret":"`+canary+` wrong"}`)
	s.post("wrong/received", json, `{"secret":"`+canary+` wrong"}`)
	factor, err := s.store.Factor(t.Context(), s.id("anna"))
	if err != nil || factor.Offered == "" {
		t.Fatalf("no second factor was offered: %v", err)
	}
	const endpoint = "https://push.example.com/canary-of-a-browser"
	s.subscribe(anna, newBrowser(t).form(endpoint))
	link := web.RandomID()
	if err := s.store.AddLink(t.Context(), s.id("anna"), web.HashToken(link), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	s.fetch(s.anonymous(), "GET", "/link/"+link)
	base, _ := url.Parse(s.URL)
	secrets := map[string]string{"seed": factor.Offered, "link": link, "endpoint": endpoint}
	code, err := totp.GenerateCode(factor.Offered, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, codes := s.submit(anna, "/settings/account/factor/confirm", url.Values{"code": {code}})
	recovery := regexp.MustCompile(`<code>([^<]{8,})</code>`).FindAllStringSubmatch(codes, -1)
	for n, found := range recovery {
		secrets[fmt.Sprint("recovery code ", n)] = found[1]
	}
	if len(recovery) != 10 {
		t.Errorf("%d recovery codes", len(recovery))
	}
	piet := s.person("piet", store.Agent, 6)
	refused := map[string]string{}
	for path, client := range map[string]*http.Client{"/nowhere": anna, "/settings/keys": piet, "/conversations/999": piet, "/conversations/abc": anna, "/inbox": s.anonymous(), "/search?q=x&before=abc": anna, "/link/" + web.RandomID(): s.anonymous()} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			_, refused[method+" "+path] = s.fetch(client, method, path)
		}
	}
	s.sendFrom(anna, http.MethodPost, "/logout?"+canary, "https://evil.example", "cross-site")
	for _, cookie := range anna.Jar.Cookies(base) {
		secrets["cookie "+cookie.Name] = cookie.Value
	}
	for _, what := range []string{" secret", " other", " password", " wrong", " as a name"} {
		secrets["canary"+what] = canary + what
	}
	pages := s.crawl(anna, 200, s.pages()...)
	maps.Copy(pages, refused)
	mu.Lock()
	defer mu.Unlock()
	for _, what := range slices.Sorted(maps.Keys(secrets)) {
		for path, body := range pages {
			if strings.Contains(path+body, secrets[what]) {
				t.Errorf("%s tells the %s", path, what)
			}
		}
		if strings.Contains(log.String(), secrets[what]) {
			t.Errorf("the log tells the %s", what)
		}
	}
	if strings.Contains(log.String(), "canary") {
		t.Error("the log tells a text")
	}
}

// locked is a writer for several goroutines.
type locked struct {
	mu *sync.Mutex
	to io.Writer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}
