package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// storming tells whether a storm blows at full size (make storm), which is too long for every day.
func storming() bool { return os.Getenv("TAGLINE_STORM") != "" }

// storm is a program that takes webhooks, at an address that outlives it, and pages that are open on it.
type storm struct {
	t             *testing.T
	db            string
	addr, path    string // where it listens; the path of its webhooks
	conversations int
	program       *process
	down          sync.RWMutex // held while the program is not running
	acknowledged  sync.Map     // the texts of subuser 6 that were answered 200
	answers       atomic.Int64
}

func newStorm(t *testing.T, conversations int) *storm {
	t.Helper()
	s := &storm{t: t, db: filepath.Join(t.TempDir(), "tagline.db"), addr: freeAddr(t), conversations: conversations}
	s.path = pathOf(t, s.db)
	return s
}

func (s *storm) start() { s.program = startProcess(s.t, s.db, "--addr", s.addr, "--url", s.url()) }

func (s *storm) url() string { return "http://" + s.addr }

// kill ends the program with SIGKILL and starts it again.
func (s *storm) kill() {
	s.down.Lock()
	defer s.down.Unlock()
	s.program.kill()
	s.start()
}

// awake returns when the program is running.
func (s *storm) awake() {
	s.down.RLock()
	defer s.down.RUnlock()
}

// pages are open pages of so many agents, each of whom sees subuser 6. Each has a conversation open.
func (s *storm) pages(n, people int) []*openPage {
	s.t.Helper()
	ids := sessions(s.t, s.db, people, store.User{Role: store.Agent, Subusers: []store.SubuserID{6}})
	var pages []*openPage
	for i := range n {
		pages = append(pages, &openPage{url: s.url(), path: fmt.Sprint("/conversations/", 1+i%s.conversations), session: ids[i%people]})
	}
	return pages
}

// seed has each conversation of subuser 6 begin.
func (s *storm) seed(client *http.Client) {
	for n := range s.conversations {
		s.post(client, 6, n, fmt.Sprintf("the first of %d", n))
	}
}

// post sends a webhook and tells whether it was answered. The text must be one that no other webhook has.
func (s *storm) post(client *http.Client, subuser, number int, text string) bool {
	s.awake()
	body := fmt.Sprintf(`{"phone_number":"+1555%07d","subuser_id":%d,"text":%q,"timestamp":%d}`, number, subuser, text, time.Now().UnixMilli())
	resp, err := client.Post(s.url()+s.path+"received", "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Errorf("%q was answered %d", text, resp.StatusCode)
		return false
	}
	if subuser == 6 {
		s.acknowledged.Store(text, true)
	}
	s.answers.Add(1)
	return true
}

// stored are the messages of a conversation in the database, ascending, from a position on.
func stored(t *testing.T, s *store.Store, conversation int64, from string) (messages []store.Message) {
	t.Helper()
	var position store.Position
	if from != "" {
		if _, err := fmt.Sscanf(from, "%d.%d", &position.At, &position.ID); err != nil {
			t.Fatal(err)
		}
	}
	messages, err := s.MessagesFrom(t.Context(), store.Scope{Subusers: []store.SubuserID{6}}, conversation, position)
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

// 200 pages are cut off again and again, in every way and with the server killed, while webhooks arrive. Each shows in
// the end what the database holds.
func TestAfterCutsAndKillsEveryPageShowsWhatTheDatabaseHolds(t *testing.T) {
	pages, cuts, webhooks, kills := 10, 6, 500, 2
	if storming() {
		pages, cuts, webhooks, kills = 200, 100, 20_000, 20
	}
	s := newStorm(t, pages)
	open := s.pages(pages, pages)
	s.start()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	s.seed(client)
	seed := rand.Uint64()
	began := time.Now()

	var posts, follows sync.WaitGroup
	for writer := range 4 {
		posts.Go(func() {
			for n := writer; n < webhooks; n += 4 {
				s.post(client, 6+n/pages%2, n%pages, fmt.Sprintf("message %d", n))
			}
		})
	}
	posts.Go(func() {
		for k := range kills {
			for int(s.answers.Load()) < pages+(k+1)*webhooks/(kills+2) {
				s.post(client, 6, k%pages, fmt.Sprintf("before kill %d, after %d", k, s.answers.Load()))
			}
			s.kill()
		}
	})
	for n, p := range open {
		follows.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(n)))
			for p.loads == 0 {
				s.awake()
				_ = p.load()
			}
			for range cuts {
				s.awake()
				if err := p.followFor(time.Duration(1+random.IntN(80))*time.Millisecond, random.Int()); err != nil {
					t.Errorf("page %d (seed %d): %v", n, seed, err)
				}
			}
		})
	}
	posts.Wait()
	follows.Wait()
	took := time.Since(began)

	now := &openPage{url: s.url(), path: "/inbox", session: open[0].session}
	if err := now.load(); err != nil {
		t.Fatal(err)
	}
	loads := 0
	for n, p := range open {
		for err := error(errLoaded); err != nil; {
			if err = p.follow(now.change); err != nil && err != errLoaded {
				t.Fatal(err)
			}
		}
		fresh := &openPage{url: p.url, path: p.path, session: p.session}
		if err := fresh.load(); err != nil {
			t.Fatal(err)
		}
		want := fresh.list(len(fresh.rows))
		if got := p.list(len(want)); !slices.Equal(got, want) || len(want) < min(pages, 50) {
			t.Errorf("page %d (seed %d) lists\n%s\na fresh one\n%s", n, seed, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		loads += p.loads - 1
	}
	s.program.kill()

	data, err := store.Open(context.Background(), s.db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	texts := map[string]bool{}
	for n, p := range open {
		var want []int64
		for _, m := range stored(t, data, int64(1+n), p.from) {
			if !p.ends(m.At, m.ID) {
				want = append(want, m.ID)
			}
		}
		if !slices.Equal(p.thread, want) || len(want) < 2 {
			t.Errorf("page %d (seed %d) shows the messages %v, the database has %v", n, seed, p.thread, want)
		}
		for _, m := range stored(t, data, int64(1+n), "") {
			texts[m.Text] = true
		}
	}
	s.acknowledged.Range(func(text, _ any) bool {
		if !texts[text.(string)] {
			t.Errorf("%q was answered 200 and is gone", text)
		}
		return true
	})
	t.Logf("%d pages, %d cuts each, %d kills, %d webhooks answered in %v; pages were loaded anew %d times", pages, cuts, kills, s.answers.Load(), took.Round(time.Millisecond), loads)
}

// Pages are loaded while webhooks arrive, and their sockets opened a moment later. Nothing is missing that happened in
// between.
func TestNothingIsMissedBetweenAPageAndItsSocket(t *testing.T) {
	loads, rate := 60, 200
	if storming() {
		loads, rate = 1000, 500
	}
	const conversations, loaders = 40, 8
	s := newStorm(t, conversations)
	open := s.pages(loads, loaders)
	s.start()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	s.seed(client)

	var posts, follows sync.WaitGroup
	began := time.Now()
	done := make(chan struct{})
	posts.Go(func() { s.postEvenly(client, rate, done) })
	var next atomic.Int64
	for range loaders {
		follows.Go(func() {
			for n := next.Add(1) - 1; int(n) < loads; n = next.Add(1) - 1 {
				p := open[n]
				if err := p.load(); err != nil {
					t.Error(err)
					return
				}
				if err := p.follow(p.change + 10); err != nil {
					t.Errorf("page %d: %v", n, err)
				}
			}
		})
	}
	follows.Wait()
	took := time.Since(began)
	close(done)
	posts.Wait()
	s.program.kill()

	data, err := store.Open(context.Background(), s.db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	caught := 0
	for n, p := range open {
		caught += s.wantAllUpTo(data, n, p)
	}
	if caught == 0 {
		t.Error("no page had to catch up with anything; the test shows nothing")
	}
	t.Logf("%d pages were loaded in %v while %d webhooks came, %.0f a second; their sockets brought %d messages", loads, took.Round(time.Millisecond), s.answers.Load(), float64(s.answers.Load())/took.Seconds(), caught)
}

// postEvenly posts so many webhooks a second until it is told to end, however long their answers take.
func (s *storm) postEvenly(client *http.Client, rate int, done <-chan struct{}) {
	var jobs sync.WaitGroup
	defer jobs.Wait()
	due := time.NewTicker(time.Second / time.Duration(rate))
	defer due.Stop()
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		case <-due.C:
			jobs.Go(func() {
				if !s.post(client, 6, n%s.conversations, fmt.Sprintf("message %d", n)) {
					s.t.Errorf("message %d was not answered", n)
				}
			})
		}
	}
}

// wantAllUpTo compares a page with the messages up to its change; a message has the number of the change that brought
// it. The page may show later ones, of which it is about to be told. It returns how many of its thread came over the
// socket.
func (s *storm) wantAllUpTo(data *store.Store, n int, p *openPage) (caught int) {
	s.t.Helper()
	upTo := func(conversation int64, from string) (messages []store.Message) {
		return slices.DeleteFunc(stored(s.t, data, conversation, from), func(m store.Message) bool { return m.ID > p.change })
	}
	var want []int64
	for _, m := range upTo(int64(1+n%s.conversations), p.from) {
		if !p.ends(m.At, m.ID) {
			want = append(want, m.ID)
		}
	}
	shown := slices.DeleteFunc(slices.Clone(p.thread), func(id int64) bool { return id > p.change })
	if !slices.Equal(shown, want) {
		s.t.Errorf("page %d at change %d shows the messages %v, the database has %v", n, p.change, shown, want)
	}
	for conversation := int64(1); conversation <= int64(s.conversations); conversation++ {
		messages := upTo(conversation, "")
		row := p.rows[fmt.Sprint("row-", conversation)]
		if last := messages[len(messages)-1]; row.at() < last.At {
			s.t.Errorf("page %d at change %d lists conversation %d as of %d; at %d it said %q", n, p.change, conversation, row.at(), last.At, last.Text)
		}
	}
	return len(p.thread) - p.first
}
