package handlers_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"tagline/handlers"
	"tagline/jobs"
	"tagline/store"
	"tagline/web"
)

// pipes is a listener without a network: with one, time would not be the test's own.
type pipes chan net.Conn

func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }
func (p pipes) Close() error   { close(p); return nil }

func (p pipes) Accept() (net.Conn, error) {
	conn, open := <-p
	if !open {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p <- there
	return here, nil
}

func TestAnOpenInboxLearnsByItselfThatStoringFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := web.NewHub[store.Change]()
		var trip atomic.Bool
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{LowSpace: 1, Published: func(c store.Change) {
			if trip.CompareAndSwap(true, false) {
				panic("a broken hub")
			}
			hub.Publish(c)
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		origin := &url.URL{Scheme: "http", Host: "inbox.example.com"}
		app, err := handlers.New(t.Context(), handlers.Deps{
			Store: s, Hub: hub, Origin: origin, WebhookSecret: "", QuietAfter: 24 * time.Hour, SessionLife: 7 * 24 * time.Hour, Now: time.Now, Log: slog.New(slog.DiscardHandler), Destinations: jobs.NewDestinationCaller(time.Now),
		})
		if err != nil {
			t.Fatal(err)
		}
		network := make(pipes)
		server := &http.Server{Handler: app.Handler()}
		go server.Serve(network)
		defer server.Close()
		defer app.Close()
		page := open(t, network, s, origin.String())

		trip.Store(true) // what nobody is told of at once
		if err := s.RecordRefusals(t.Context(), []store.Refusal{{Cause: store.BadCredentials}}); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []bool{true, false} { // being asked makes the store try again
			_ = page.SetReadDeadline(time.Now().Add(2 * web.PingEvery))
			_, frame, err := page.ReadMessage()
			if err != nil || strings.Contains(string(frame), "an error while storing") != wrong {
				t.Fatalf("told %s, %v; storing fails: %v", frame, err, wrong)
			}
		}
	})
}

// open signs somebody in and opens the live socket of the inbox.
func open(t *testing.T, network pipes, s *store.Store, origin string) *websocket.Conn {
	t.Helper()
	if _, err := s.CreateUser(t.Context(), store.User{Name: "piet", Role: store.Agent, Subusers: []store.SubuserID{6}}, hashed()); err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Transport: &http.Transport{DialContext: network.dial, DisableKeepAlives: true}}
	resp, err := client.PostForm(origin+"/login", url.Values{"username": {"piet"}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	dialer := websocket.Dialer{Jar: jar, NetDialContext: network.dial}
	change, err := s.ChangeNumber(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	screen := url.QueryEscape(fmt.Sprintf(`{"page":"/inbox","change":%d}`, change))
	conn, _, err := dialer.Dial("ws"+strings.TrimPrefix(origin, "http")+"/live?screen="+screen, http.Header{"Origin": {origin}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, frame, err := conn.ReadMessage(); err != nil || strings.Contains(string(frame), "content") {
		t.Fatalf("the first sign of life is %s, %v", frame, err)
	}
	return conn
}
