package handlers_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/jobs"
	"tagline/store"
	"tagline/web"
)

const (
	secret   = "s3cret-for-tests"
	password = "correct horse battery"
)

// site is a running app with its store and jobs.
type site struct {
	*httptest.Server
	t     testing.TB
	app   *handlers.App
	store *store.Store
	token string
	db    string // the database file
	close func() // ends app and jobs, once
}

// setting is what a site is made with; what is left out is usual.
type setting struct {
	db      string // the database file; a new one by default
	secret  string // the webhook secret of the configuration
	now     func() time.Time
	options store.Options // whose log is the app's as well
	jobs    jobs.Settings

	connections *web.Connections
	push        *http.Client  // reaches push services
	quiet       time.Duration // how long an active webhook may be silent; a day by default
}

// newSite runs an app on a database of its own. fixedSecret is the webhook secret of the configuration, or "".
func newSite(t testing.TB, fixedSecret string) *site {
	t.Helper()
	return newSiteWith(t, setting{secret: fixedSecret})
}

// newSiteAt is newSite with a clock.
func newSiteAt(t testing.TB, fixedSecret string, now func() time.Time) *site {
	t.Helper()
	return newSiteWith(t, setting{secret: fixedSecret, now: now})
}

// pushKeys sign what tests push.
var pushKeys = sync.OnceValue(func() store.PushKeys {
	keys, err := jobs.NewPushKeys()
	if err != nil {
		panic(err)
	}
	return keys
})

func newSiteWith(t testing.TB, with setting) *site {
	t.Helper()
	if with.now == nil {
		with.now = time.Now
	}
	if with.quiet == 0 {
		with.quiet = 24 * time.Hour
	}
	if with.db == "" {
		with.db = blankDatabase(t)
	}
	hub := web.NewHub[store.Change]()
	with.options.Published, with.options.Now = hub.Publish, with.now
	log := with.options.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s, err := store.Open(t.Context(), with.db, with.options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := handlers.WebhookToken(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	// The origin must be known before the app, the app before the server starts.
	server := httptest.NewUnstartedServer(nil)
	deps := handlers.Deps{
		Store: s, Hub: hub, Origin: &url.URL{Scheme: "http", Host: server.Listener.Addr().String()}, Now: with.now, Log: log,
		Destinations: jobs.NewDestinationCaller(with.now), PushKey: pushKeys().Public,
		WebhookSecret: with.secret, Connections: with.connections, QuietAfter: with.quiet, SessionLife: 7 * 24 * time.Hour,
	}
	if with.jobs.Sending != nil {
		deps.TextLink = with.jobs.Sending.Client
	}
	app, err := handlers.New(t.Context(), deps)
	if err != nil {
		t.Fatal(err)
	}
	with.jobs.Caller, with.jobs.Alerting.Quiet, with.jobs.Alerting.Origin = deps.Destinations, deps.QuietAfter, deps.Origin.String()
	with.jobs.Alerting.Health, with.jobs.Alerting.SwapWords = app.Health, handlers.SwapWords
	if with.push != nil {
		with.jobs.Push = jobs.Push{Keys: pushKeys(), Client: with.push, Hold: 20 * time.Millisecond, Hub: hub, Origin: deps.Origin, Brings: handlers.Brings, Notice: app.Notice}
	}
	background, err := jobs.Start(t.Context(), jobs.Env{Store: s, Now: with.now, Log: log}, with.jobs)
	if err != nil {
		t.Fatal(err)
	}
	end := sync.OnceFunc(func() {
		app.Close()
		background.Close()
	})
	server.Config.Handler = app.Handler()
	server.Start()
	t.Cleanup(func() {
		end()
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{Server: server, t: t, app: app, store: s, token: token, db: with.db, close: end}
}

// blankDatabase returns the path of a database that nothing was put into yet. It is copied: migrating one takes longer
// than most tests.
func blankDatabase(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tagline.db")
	content, err := blank()
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// blank is the content of such a database.
var blank = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "tagline-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "tagline.db")
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// post sends a webhook body to a path below /webhooks/.
func (s *site) post(path, contentType, body string) (status int, answer string) {
	s.t.Helper()
	resp, err := s.Client().Post(s.URL+"/webhooks/"+path, contentType, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/json" {
		s.t.Errorf("%s was answered with %s", path, got)
	}
	return resp.StatusCode, string(content)
}

// exported counts the lines of a type in the export.
func (s *site) exported(kind string) int {
	s.t.Helper()
	return len(regexp.MustCompile(`(?m)^\{"type":"`+kind+`"`).FindAllString(s.export(), -1))
}

func (s *site) export() string {
	s.t.Helper()
	var out strings.Builder
	if err := s.store.Export(context.Background(), &out); err != nil {
		s.t.Fatal(err)
	}
	return out.String()
}

// person adds somebody and returns a client that is signed in as them.
func (s *site) person(name string, role store.Role, subusers ...store.SubuserID) *http.Client {
	s.t.Helper()
	user, err := s.store.CreateUser(s.t.Context(), store.User{Name: name, Role: role, Subusers: subusers}, hashed())
	if err != nil {
		s.t.Fatal(err)
	}
	client, _ := s.enter(user.ID)
	return client
}

// hashed is the password, hashed once: that takes long.
var hashed = sync.OnceValue(func() string {
	hash, err := web.NewPasswords(1).Hash(password)
	if err != nil {
		panic(err)
	}
	return hash
})

// signIn returns a client that is signed in as somebody who is there.
func (s *site) signIn(name string) *http.Client {
	s.t.Helper()
	client := s.anonymous()
	resp, err := client.PostForm(s.URL+"/login", url.Values{"username": {name}, "password": {password}})
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("signing in was answered %d", resp.StatusCode)
	}
	return client
}

// anonymous returns a client with a cookie jar that follows no redirects.
func (s *site) anonymous() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// fetch returns status and body of a page.
func (s *site) fetch(client *http.Client, method, path string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}
