package handlers_test

import (
	"context"
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

// bubble is an app in a bubble of time, and people who enter it.
type bubble struct {
	t       *testing.T
	app     *handlers.App
	store   *store.Store
	origin  string
	network pipes
}

func inBubble(t *testing.T, do func(t *testing.T, b *bubble)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{LowSpace: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		origin := &url.URL{Scheme: "http", Host: "inbox.example.com"}
		app, err := handlers.New(t.Context(), handlers.Deps{
			Store: s, Hub: web.NewHub[store.Change](), Origin: origin, WebhookSecret: "", QuietAfter: 24 * time.Hour,
			SessionLife: 7 * 24 * time.Hour, Now: time.Now, Log: slog.New(slog.DiscardHandler), Destinations: jobs.NewDestinationCaller(time.Now),
		})
		if err != nil {
			t.Fatal(err)
		}
		b := &bubble{t, app, s, origin.String(), make(pipes)}
		server := &http.Server{Handler: app.Handler()}
		go server.Serve(b.network)
		defer server.Close()
		defer app.Close()
		do(t, b)
	})
}

// enter returns a client that is signed in as somebody new who may only read.
func (b *bubble) enter(name string) *http.Client {
	b.t.Helper()
	if _, err := b.store.CreateUser(b.t.Context(), store.User{Name: name, Role: store.Agent, All: true, ReadOnly: true}, hashed()); err != nil {
		b.t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Transport: &http.Transport{DialContext: b.network.dial, DisableKeepAlives: true}}
	resp, err := client.PostForm(b.origin+"/login", url.Values{"username": {name}, "password": {password}})
	if err != nil {
		b.t.Fatal(err)
	}
	resp.Body.Close()
	return client
}

// Pages that count much wait for room among what takes long, and say so where there is none. All others go on.
func TestPagesThatCountMuchWaitForRoom(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		piet := b.enter("piet")
		done := make(chan struct{})
		defer close(done)
		for n := range 2 {
			slot, err := b.app.LongReads().Acquire(t.Context(), fmt.Sprint("somebody ", n))
			if err != nil {
				t.Fatal(err)
			}
			go slot.Do(context.Background(), func() error { <-done; return nil })
		}
		synctest.Wait()
		for path, want := range map[string]int{
			"/tags": http.StatusTooManyRequests, "/tags?days=7&tag=Hot": http.StatusTooManyRequests, "/tags?from=2000-01-01": http.StatusTooManyRequests,
			"/download": http.StatusTooManyRequests, "/download?tag=Hot&subuser=6": http.StatusTooManyRequests,
			"/insights?wait=yes": http.StatusTooManyRequests, "/inbox": http.StatusOK, "/search/results?q=hello": http.StatusOK,
		} {
			begun := time.Now()
			resp, err := piet.Get(b.origin + path)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if waited := time.Since(begun); resp.StatusCode != want || want != http.StatusOK && waited != 10*time.Second {
				t.Errorf("%s is answered %d after %s", path, resp.StatusCode, waited)
			}
		}
	})
}

// Insights that take long come without their numbers first, which the page then asks for by itself.
func TestInsightsThatTakeLongSayThatTheyAreCounted(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		piet := b.enter("piet")
		get := func(script bool) (status int, page string, took time.Duration) {
			t.Helper()
			begun := time.Now()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.origin+"/insights?subuser=6", nil)
			if err != nil {
				t.Fatal(err)
			}
			if script {
				r.Header.Set("HX-Request", "true")
			}
			resp, err := piet.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, string(body), time.Since(begun)
		}
		end, full := make(chan struct{}), make(chan struct{}, 2)
		for n := range 2 {
			slot, err := b.app.LongReads().Acquire(t.Context(), fmt.Sprint("somebody ", n))
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				_ = slot.Do(context.Background(), func() error { <-end; return nil })
				full <- struct{}{}
			}()
		}
		synctest.Wait()
		status, page, took := get(false)
		if status != http.StatusOK || took != 300*time.Millisecond || !strings.Contains(page, `hx-trigger="load"`) || strings.Contains(page, "day-bars") {
			t.Errorf("after %s the page is answered %d: %q", took, status, page)
		}
		time.AfterFunc(5*time.Second, func() { close(end) })
		if status, page, took := get(true); status != http.StatusOK || took != 5*time.Second || !strings.Contains(page, "day-bars") || strings.Contains(page, `hx-trigger="load"`) {
			t.Errorf("after %s the numbers are answered %d: %q", took, status, page)
		}
		<-full
		<-full
		if status, page, _ := get(false); status != http.StatusOK || !strings.Contains(page, "day-bars") {
			t.Errorf("where it does not take long the page is answered %d: %q", status, page)
		}
	})
}

// Somebody who opens many downloads at once gets one at a time; what others do goes on meanwhile.
func TestOneDownloadAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		s, enter, origin := b.store, b.enter, b.origin
		for n := range 300 { // more than fits into buffers
			r := store.Report{PhoneNumber: fmt.Sprintf("+1555%07d", n), Text: strings.Repeat("long ", 400), TextKey: fmt.Append(nil, n)}
			if _, err := s.RecordReceived(t.Context(), store.Delivery{Kind: store.KindReceived, PhoneNumber: r.PhoneNumber, Body: []byte("{}")}, r); err != nil {
				t.Fatal(err)
			}
		}
		piet, mia := enter("piet"), enter("mia")
		download := func(client *http.Client) *http.Response {
			resp, err := client.PostForm(origin+"/download/messages.csv", nil)
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
		insights, err := piet.Get(origin + "/insights")
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
