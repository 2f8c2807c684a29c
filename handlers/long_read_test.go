package handlers_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tagline/handlers"
	"tagline/jobs"
	"tagline/store"
	"tagline/web"
)

// Somebody who opens many downloads at once gets one at a time; what others do goes on meanwhile.
func TestOneDownloadAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{LowSpace: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		origin := &url.URL{Scheme: "http", Host: "inbox.example.com"}
		app, err := handlers.New(t.Context(), handlers.Deps{
			Store: s, Hub: web.NewHub[store.Change](), Origin: origin, WebhookSecret: "", QuietAfter: 24 * time.Hour, SessionLife: 7 * 24 * time.Hour, Now: time.Now, Log: slog.New(slog.DiscardHandler), Destinations: jobs.NewDestinationCaller(time.Now),
		})
		if err != nil {
			t.Fatal(err)
		}
		network := make(pipes)
		server := &http.Server{Handler: app.Handler()}
		go server.Serve(network)
		defer server.Close()
		defer app.Close()
		for n := range 300 { // more than fits into buffers
			r := store.Report{PhoneNumber: fmt.Sprintf("+1555%07d", n), Text: strings.Repeat("long ", 400), TextKey: fmt.Append(nil, n)}
			if _, err := s.RecordReceived(t.Context(), store.Delivery{Kind: store.KindReceived, PhoneNumber: r.PhoneNumber, Body: []byte("{}")}, r); err != nil {
				t.Fatal(err)
			}
		}
		enter := func(name string) *http.Client {
			if _, err := s.CreateUser(t.Context(), store.User{Name: name, Role: store.Agent, All: true, ReadOnly: true}, hashed()); err != nil {
				t.Fatal(err)
			}
			jar, _ := cookiejar.New(nil)
			client := &http.Client{Jar: jar, Transport: &http.Transport{DialContext: network.dial, DisableKeepAlives: true}}
			resp, err := client.PostForm(origin.String()+"/login", url.Values{"username": {name}, "password": {password}})
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			return client
		}
		piet, mia := enter("piet"), enter("mia")
		download := func(client *http.Client) *http.Response {
			resp, err := client.PostForm(origin.String()+"/download/messages.csv", nil)
			if err != nil {
				t.Fatal(err)
			}
			return resp
		}
		first := download(piet) // and does not read it
		begun := time.Now()
		second := download(piet)
		if said, _ := io.ReadAll(second.Body); second.StatusCode != http.StatusTooManyRequests || second.Header.Get("Retry-After") != "10" || !strings.Contains(string(said), "Wait until it is done") {
			t.Errorf("the second is answered %d, Retry-After %q", second.StatusCode, second.Header.Get("Retry-After"))
		}
		if waited := time.Since(begun); waited != 10*time.Second {
			t.Errorf("it waited %s", waited)
		}
		insights, err := piet.Get(origin.String() + "/insights")
		if err != nil || insights.StatusCode != http.StatusOK {
			t.Errorf("insights beside it: %v, %v", insights, err)
		}
		insights.Body.Close()
		if other := download(mia); other.StatusCode != http.StatusOK {
			t.Errorf("somebody else's is answered %d", other.StatusCode)
		} else if rows, err := io.ReadAll(other.Body); err != nil || strings.Count(string(rows), "\r\n") != 301 {
			t.Errorf("somebody else's has %d lines, %v", strings.Count(string(rows), "\r\n"), err)
		}
		if _, err := io.ReadAll(first.Body); err != nil {
			t.Fatal(err)
		}
		third := download(piet)
		if rows, err := io.ReadAll(third.Body); err != nil || third.StatusCode != http.StatusOK || len(rows) < 300*2000 {
			t.Errorf("after the first the next is answered %d, %d bytes, %v", third.StatusCode, len(rows), err)
		}
	})
}
