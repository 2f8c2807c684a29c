package handlers_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"tagline/store"
	"tagline/textlink"
	"tagline/textlink/fake"
	"tagline/views"
	"tagline/web"
)

// largeMessages is the size of the database that pages are measured on; TAGLINE_LARGE_DB names a file to keep it in
// between runs.
const largeMessages = 1_000_000

// BenchmarkPages measures pages over HTTP on a large database, one request after the other, beside a handler that
// renders the inbox's rows from memory. It is the server's time that is measured: from the request until the whole
// answer is sent. make bench runs it and prints the table; TAGLINE_PAGES names a part of the pages, for profiles.
func BenchmarkPages(b *testing.B) {
	web.CollectSeldom(os.Getenv)
	watch := &stopwatch{took: make(chan time.Duration, 1)}
	s := largeSite(b, watch.now)
	anna, piet := s.signIn("anna"), s.signIn("piet")
	inbox, site := watch.serve(b, s.inMemory(b)), watch.serve(b, s.app.Handler())
	open := s.someConversation(b)
	fmt.Printf("\nmemory after start: %d MB\n", resident())
	pages := []struct{ name, path string }{
		{"inbox", "/inbox"}, {"unread", "/inbox?view=unread"}, {"unanswered", "/inbox?view=unanswered"}, {"failed", "/inbox?view=failed"},
		{"done", "/inbox?view=done"}, {"mine", "/inbox?view=mine"}, {"one subuser", "/inbox?subuser=6"}, {"one tag", "/inbox?tag=Campaign+042"},
		{"tag and subusers", "/inbox?tag=Hot&subuser=6&subuser=7"}, {"SIM card", "/inbox?sim=15"}, {"a month", "/inbox?from=2026-03-01&until=2026-03-31"},
		{"oldest", "/inbox?sort=oldest"}, {"longest unanswered", "/inbox?sort=waiting"}, {"unread, one tag", "/inbox?view=unread&tag=Warm"},
		{"failed, one subuser", "/inbox?view=failed&subuser=9"}, {"thread", open}, {"/tags", "/tags"},
		{"search a word", "/search/results?q=thanks"}, {"search two words", "/search/results?q=late+check"}, {"search as one types", "/search/results?q=th"},
		{"search four digits", "/search/results?q=0142"}, {"search a name", "/search/results?q=fatima"}, {"search, one tag", "/search/results?q=thank&tag=Campaign+042"},
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "page\tadmin p50 ms\tp99 ms\tagent p50 ms\tp99 ms\t× memory\tKB sent\t")
	for b.Loop() {
		memory := watch.measure(b, http.DefaultClient, inbox)
		fmt.Fprintf(out, "rows from memory\t%.1f\t%.1f\t\t\t1.0\t%d\t\n", memory.p50, memory.p99, memory.size/1000)
		for _, page := range pages {
			if !strings.Contains(page.name, os.Getenv("TAGLINE_PAGES")) {
				continue
			}
			all, own := watch.measure(b, anna, site+page.path), watch.measure(b, piet, site+page.path)
			fmt.Fprintf(out, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%d\t\n", page.name, all.p50, all.p99, own.p50, own.p99, all.p50/memory.p50, all.size/1000)
		}
	}
	out.Flush()
	for _, days := range []int{30, 365} {
		fmt.Printf("insights of %d days, read anew: %v\n", days, s.insightsTake(b, days).Round(time.Millisecond))
	}
	fmt.Printf("memory afterwards: %d MB\n", resident())
}

// insightsTake is how long it takes to count the last days, in the middle of five times. Pages share one count a
// commit.
func (s *site) insightsTake(b *testing.B, days int) time.Duration {
	b.Helper()
	var took []time.Duration
	now := time.Now().UTC()
	for range 5 {
		began := time.Now()
		got, err := s.store.Insights(b.Context(), store.Everything, store.Period{From: now.AddDate(0, 0, -days), Until: now}, nil)
		if err != nil || len(got.Days) == 0 {
			b.Fatal(len(got.Days), err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[2]
}

// resident is how much memory the process takes, the benchmark's client and SQLite's caches included, in MB; 0 where
// the system does not say.
func resident() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	kilobytes := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if kilobytes == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(kilobytes[1]))
	return n / 1000
}

// largeSite is a site whose store has the messages of a large account.
func largeSite(b *testing.B, now func() time.Time) *site {
	b.Helper()
	db := os.Getenv("TAGLINE_LARGE_DB")
	if db == "" {
		db = filepath.Join(b.TempDir(), "large.db")
	}
	_, err := os.Stat(db)
	s := newSiteWith(b, setting{db: db, now: now})
	if err != nil {
		s.grow(b)
	}
	return s
}

// grow lets people in, posts the crowd's messages, and has people read and close most conversations.
func (s *site) grow(b *testing.B) {
	b.Helper()
	ctx := context.Background()
	hash := hashed()
	var own []store.SubuserID
	for id := range store.SubuserID(20) {
		own = append(own, id)
	}
	for _, u := range []store.User{{Name: "anna", Role: store.Admin}, {Name: "piet", Role: store.Agent, Subusers: own}} {
		if _, err := s.store.CreateUser(ctx, u, hash); err != nil {
			b.Fatal(err)
		}
	}
	console := fake.Console{URLs: map[textlink.Kind]string{}}
	for _, kind := range textlink.Kinds() {
		console.URLs[kind] = s.URL + "/webhooks/" + s.token + "/" + string(kind)
	}
	if err := console.PlayCrowd(ctx, time.Now(), largeMessages, 64); err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var after store.Position
	for more := true; more; {
		var list []store.Conversation
		var err error
		if list, more, err = s.store.Conversations(ctx, store.Everything, 1, store.Filter{}, after, 500); err != nil {
			b.Fatal(err)
		}
		var done, read, mine []int64
		for _, c := range list {
			after = store.Filter{}.Position(c)
			switch n := rng.IntN(100); {
			case n < 50:
				done, read = append(done, c.ID), append(read, c.ID)
			case n < 90:
				read = append(read, c.ID)
			case n < 91:
				mine = append(mine, c.ID)
			}
		}
		for _, user := range []int64{1, 2} {
			if err := s.store.MarkRead(ctx, store.Everything, user, read...); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.store.SetDone(ctx, store.Everything, true, done...); err != nil {
			b.Fatal(err)
		}
		if err := s.store.Assign(ctx, store.Everything, 1, mine...); err != nil && len(mine) > 0 {
			b.Fatal(err)
		}
	}
}

// inMemory serves the inbox as it is now, read once.
func (s *site) inMemory(b *testing.B) http.Handler {
	b.Helper()
	ctx := context.Background()
	user := store.User{ID: 1, Name: "anna", Role: store.Admin}
	list, _, err := s.store.Conversations(ctx, store.Everything, 1, store.Filter{}, store.Position{}, 50)
	if err != nil {
		b.Fatal(err)
	}
	counts, err := s.store.Counts(ctx, store.Everything, 1)
	if err != nil {
		b.Fatal(err)
	}
	inbox := views.Inbox{Viewer: views.Viewer{User: user, Now: time.Now()}, Nav: views.Navigation{Counts: counts}, List: views.List{Conversations: list}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := web.Render(w, r, http.StatusOK, views.InboxPage(inbox)); err != nil {
			b.Error(err)
		}
	})
}

func (s *site) someConversation(b *testing.B) string {
	b.Helper()
	list, _, err := s.store.Conversations(context.Background(), store.Everything, 1, store.Filter{Subusers: []store.SubuserID{6}}, store.Position{}, 20)
	if err != nil || len(list) == 0 {
		b.Fatal(len(list), err)
	}
	longest := slices.MaxFunc(list, func(x, y store.Conversation) int { return x.Inbound + x.Outbound - y.Inbound - y.Outbound })
	return fmt.Sprintf("/conversations/%d", longest.ID)
}

// stopwatch takes the time of answers, one after the other. Its clock is moved on between them: nobody may search that
// often.
type stopwatch struct {
	took  chan time.Duration
	ahead atomic.Int64 // ns
}

func (s *stopwatch) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

// serve runs a server whose answers are timed, and returns its address.
func (s *stopwatch) serve(b *testing.B, h http.Handler) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		h.ServeHTTP(w, r)
		if err := http.NewResponseController(w).Flush(); err != nil {
			b.Error(err)
		}
		s.took <- time.Since(began)
	}))
	b.Cleanup(server.Close)
	return server.URL
}

type served struct {
	p50, p99 float64 // ms
	size     int     // as it is sent, in bytes
}

const (
	warmUp   = 30
	requests = 400
)

// measure asks for a page again and again. The client shares the machine, so it takes the answer as it comes and does
// not unpack it.
func (s *stopwatch) measure(b *testing.B, client *http.Client, url string) served {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	times := make([]time.Duration, 0, requests)
	size := int64(0)
	for n := range warmUp + requests {
		s.ahead.Add(int64(250 * time.Millisecond))
		resp, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		size, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatalf("%s was answered %s, %v", url, resp.Status, err)
		}
		if took := <-s.took; n >= warmUp {
			times = append(times, took)
		}
	}
	slices.Sort(times)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return served{ms(times[len(times)/2]), ms(times[len(times)*99/100]), int(size)}
}
