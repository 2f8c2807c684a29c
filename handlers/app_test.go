package handlers_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/store"
	"tagline/web"
)

const (
	secret   = "s3cret-for-tests"
	password = "correct horse battery"
)

// site is a running app with its store.
type site struct {
	*httptest.Server
	t     testing.TB
	app   *handlers.App
	store *store.Store
	token string
	db    string // the database file
}

// newSite runs an app on a database of its own. fixedSecret is the webhook secret of the configuration, or "".
func newSite(t testing.TB, fixedSecret string) *site {
	t.Helper()
	return newSiteAt(t, fixedSecret, time.Now)
}

// newSiteAt is newSite with a clock.
func newSiteAt(t testing.TB, fixedSecret string, now func() time.Time) *site {
	t.Helper()
	return newSiteOn(t, fixedSecret, now, store.Options{})
}

// newSiteOn is newSiteAt on a store with options, whose log is the app's as well.
func newSiteOn(t testing.TB, fixedSecret string, now func() time.Time, options store.Options) *site {
	t.Helper()
	return newSiteIn(t, filepath.Join(t.TempDir(), "tagline.db"), fixedSecret, now, options)
}

// newSiteIn is newSiteOn on a database file.
func newSiteIn(t testing.TB, db, fixedSecret string, now func() time.Time, options store.Options) *site {
	t.Helper()
	hub := web.NewHub[store.Change]()
	options.Published, options.Now = hub.Publish, now
	log := options.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s, err := store.Open(t.Context(), db, options)
	if err != nil {
		t.Fatal(err)
	}
	token, err := handlers.WebhookToken(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	// The origin must be known before the app, the app before the server starts.
	server := httptest.NewUnstartedServer(nil)
	origin := &url.URL{Scheme: "http", Host: server.Listener.Addr().String()}
	app, err := handlers.New(t.Context(), s, hub, origin, fixedSecret, 24*time.Hour, 7*24*time.Hour, nil, now, log)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = app.Handler()
	server.Start()
	t.Cleanup(func() {
		app.Close()
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{Server: server, t: t, app: app, store: s, token: token, db: db}
}

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
