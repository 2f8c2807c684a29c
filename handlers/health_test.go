package handlers_test

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/jobs"
	"tagline/store"
	"tagline/web"
)

func TestMonitorsLearnWhetherStoringWorks(t *testing.T) {
	var trip atomic.Bool
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{LowSpace: 1, Published: func(store.Change) {
		if trip.CompareAndSwap(true, false) {
			panic("a broken hub")
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	origin := &url.URL{Scheme: "http", Host: "localhost"}
	app, err := handlers.New(t.Context(), handlers.Deps{
		Store: s, Hub: web.NewHub[store.Change](), Origin: origin, WebhookSecret: secret, QuietAfter: time.Hour, SessionLife: 7 * 24 * time.Hour, Now: time.Now, Log: slog.New(slog.DiscardHandler), Destinations: jobs.NewDestinationCaller(time.Now),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	site := app.Handler()
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		site.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
		return answer
	}
	expect := func(status int, level store.Level) {
		t.Helper()
		answer := ask(http.MethodGet, "/healthz", "")
		if start := `{"health":"` + string(level) + `","message":"`; answer.Code != status || !strings.HasPrefix(answer.Body.String(), start) {
			t.Errorf("answered %d, %s; want %d, %s", answer.Code, answer.Body, status, level)
		}
	}
	webhook := `{"secret": "` + secret + `", "phone_number": "+15550100", "text": "Is it free?"}`

	expect(http.StatusOK, store.Green)
	trip.Store(true)
	ask(http.MethodPost, "/webhooks/received", webhook)
	expect(http.StatusServiceUnavailable, store.Red)
	if answer := ask(http.MethodPost, "/webhooks/received", webhook); answer.Code != http.StatusOK {
		t.Fatalf("the next webhook was answered %d: %s", answer.Code, answer.Body)
	}
	expect(http.StatusOK, store.Green)
}

func TestANearlyFullDiskIsSaidOnThePages(t *testing.T) {
	for space, said := range map[int64]bool{1: false, 1 << 60: true} {
		s := newSiteWith(t, setting{now: time.Now, options: store.Options{LowSpace: space}})
		piet, anna := s.person("piet", store.Agent, 6), s.person("anna", store.Admin)
		for path, client := range map[string]*http.Client{"/inbox": piet, "/settings/webhooks": anna} {
			if _, page := s.fetch(client, "GET", path); strings.Contains(page, "The disk is nearly full") != said {
				t.Errorf("with a bound of %d bytes %s says so: %v", space, path, !said)
			}
		}
	}
}

func TestHealthTellsOfTooManyConnections(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	exempt, err := web.ParseProxies([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	connections := web.NewConnections(14, exempt, slog.New(slog.DiscardHandler), time.Now) // ten of the files are for connections
	s := newSiteWith(t, setting{connections: connections})
	bounded := connections.Listener(listener)
	for n := 1; n <= 8; n++ {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		accepted, err := bounded.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer accepted.Close()
		status, body := s.fetch(s.anonymous(), "GET", "/healthz")
		yellow := strings.Contains(body, `"health":"yellow"`) && strings.Contains(body, fmt.Sprintf("%d of at most 10 connections are open", n))
		if status != http.StatusOK || yellow != (n >= 8) {
			t.Errorf("with %d of 10 connections: %d %s", n, status, body)
		}
	}
}
