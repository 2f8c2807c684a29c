package handlers_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// reader is an open inbox as a browser keeps it: what it shows, and the last change that it applied.
type reader struct {
	site   *site
	client *http.Client
	change int64
	rows   map[string]string // what the row of each conversation says
}

var (
	aRow      = regexp.MustCompile(`(?s)<div id="(row-\d+)" (?:data-gone|class="row-holder" data-sort="([^"]+)".*?dir="auto">(.*?)</span>\s*<span class="row-flags">(.*?)</span>\s*<span class="row-chips">)`)
	itsChange = regexp.MustCompile(`data-change="(\d+)"`)
)

func (r *reader) load() {
	_, page := r.site.fetch(r.client, http.MethodGet, "/inbox")
	r.change, _ = strconv.ParseInt(itsChange.FindStringSubmatch(page)[1], 10, 64)
	r.rows = map[string]string{}
	r.apply(page)
}

func (r *reader) apply(html string) {
	for _, row := range aRow.FindAllStringSubmatch(html, -1) {
		if row[2] == "" {
			delete(r.rows, row[1])
		} else {
			r.rows[row[1]] = row[2] + row[3] + row[4]
		}
	}
}

// follow takes frames until the cut comes, or, where the cut is none, until it has applied the last change. It tells whether
// it has.
func (r *reader) follow(last *atomic.Int64, cut time.Duration, how int) bool {
	l := r.site.listen(r.client, "/inbox", r.change)
	defer l.Close()
	if cut > 0 {
		time.AfterFunc(cut, func() {
			if how%2 == 0 { // as when a network goes away
				_ = l.NetConn().(*net.TCPConn).SetLinger(0)
			}
			_ = l.NetConn().Close()
		})
	}
	for {
		f, err := l.next()
		if err != nil {
			return false
		}
		if f.Change < r.change {
			r.site.t.Errorf("change %d after %d", f.Change, r.change)
		}
		r.change = max(r.change, f.Change)
		if f.Stale {
			r.load()
			return false
		}
		r.apply(f.Content)
		if end := last.Load(); end > 0 && r.change >= end {
			return true
		}
	}
}

func TestAfterManyCutsEveryOpenListConvergesToTheDatabase(t *testing.T) {
	readers, cuts, webhooks := 8, 6, 400
	if storm() {
		readers, cuts, webhooks = 200, 100, 20_000
	}
	s := newSite(t, "")
	seed := rand.Uint64()
	var all []*reader
	for n := range readers {
		user, err := s.store.CreateUser(t.Context(), store.User{Name: fmt.Sprint("person", n), Role: store.Agent, Subusers: []store.SubuserID{6}}, "")
		if err != nil {
			t.Fatal(err)
		}
		client, _ := s.enter(user.ID)
		all = append(all, &reader{site: s, client: client})
	}
	var last atomic.Int64
	var posts, follows sync.WaitGroup
	for writer := range 4 {
		posts.Go(func() {
			for n := writer; n < webhooks; n += 4 {
				s.text(6+n%2, n%40, fmt.Sprintf("message %d", n))
			}
		})
	}
	for n, r := range all {
		follows.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(n)))
			r.load()
			for range cuts {
				r.follow(&last, time.Duration(1+random.IntN(80))*time.Millisecond, random.Int())
			}
			for !r.follow(&last, 0, 0) {
			}
		})
	}
	posts.Wait()
	s.text(6, 41, "the last of all")
	last.Store(s.now())
	s.text(6, 42, "and one to wake who has it already")
	follows.Wait()
	for n, r := range all {
		fresh := &reader{site: s, client: r.client}
		fresh.load()
		for _, row := range []map[string]string{r.rows, fresh.rows} { // it may have ended before the very last
			maps.DeleteFunc(row, func(_, says string) bool { return regexp.MustCompile("one to wake").MatchString(says) })
		}
		if !maps.Equal(r.rows, fresh.rows) || len(fresh.rows) < 20 {
			t.Errorf("reader %d (seed %d) shows %d rows %v\nthe database has %d %v", n, seed, len(r.rows), r.rows, len(fresh.rows), fresh.rows)
		}
	}
	t.Logf("%d readers, %d cuts each, %d webhooks", readers, cuts, webhooks)
}
