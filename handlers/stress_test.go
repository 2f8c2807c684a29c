package handlers_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// Pages open and go, change what they show and are signed out, while webhooks arrive and permissions change; in the end
// the app closes in the midst of it. make storm does so for 30 seconds. It is for the race detector, and TestMain looks
// for what is left behind.
func TestStressOfOpeningAndClosing(t *testing.T) {
	lasts := time.Second
	if storm() {
		lasts = 30 * time.Second
	}
	s := newSite(t, "")
	s.person("anna", store.Admin)
	var people []store.User
	for n := range 6 {
		s.text(6, n, fmt.Sprint("the first of ", n))
		user, err := s.store.CreateUser(t.Context(), store.User{Name: fmt.Sprint("person", n), Role: store.Agent, Subusers: []store.SubuserID{6, 7}}, "")
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, user)
	}
	over := time.Now().Add(lasts)
	seed := rand.Uint64()
	var jobs sync.WaitGroup
	var frames, opened, permissions atomic.Int64
	for writer := range 2 {
		jobs.Go(func() {
			for n := 0; time.Now().Before(over); n++ {
				s.text(6+n%2, n%12, fmt.Sprintf("message %d of %d", n, writer))
			}
		})
	}
	for n := range 12 {
		jobs.Go(func() {
			random, person := rand.New(rand.NewPCG(seed, uint64(n))), people[n%len(people)].ID
			for time.Now().Before(over) {
				client, sum, err := s.tryEnter(person)
				if err != nil {
					continue // kept out just now
				}
				opened.Add(1)
				frames.Add(int64(s.wander(client, random)))
				if random.IntN(3) == 0 {
					_ = s.store.DeleteSession(t.Context(), sum)
				}
			}
		})
	}
	jobs.Go(func() {
		for turn := 0; time.Now().Before(over); turn++ {
			s.permit(&people[turn%len(people)], turn/len(people))
			permissions.Add(1)
		}
	})
	jobs.Wait()
	if status, health := s.fetch(http.DefaultClient, "GET", "/healthz"); status != http.StatusOK {
		t.Errorf("health is %s", health)
	}
	client, _ := s.enter(1)
	last := s.listen(client, "/inbox", s.now()) // is open when the app closes
	s.close()
	for err := error(nil); err == nil; {
		_, err = last.next()
	}
	t.Logf("seed %d: %d pages opened, %d frames, %d permissions, change %d", seed, opened.Load(), frames.Load(), permissions.Load(), s.now())
}

// wander opens a page, goes to others and reads, until it has enough or is cut off, and counts the frames. Nothing may
// come out of order.
func (s *site) wander(client *http.Client, random *rand.Rand) (frames int) {
	pages := []string{"/inbox", "/conversations/1", "/conversations/2", "/conversations/3?view=unread", "/inbox?view=failed", "/tags", "/settings/preferences"}
	l, err := s.dial(client, pages[random.IntN(len(pages))], max(0, s.now()-random.Int64N(50)))
	if err != nil {
		return 0 // signed out meanwhile
	}
	defer time.AfterFunc(time.Duration(random.IntN(100))*time.Millisecond, func() { l.Close() }).Stop()
	view, change := 0, int64(0)
	for ; ; frames++ {
		f, err := l.next()
		if err != nil {
			return frames
		}
		if f.View == view && f.Change < change {
			s.t.Errorf("change %d after %d", f.Change, change)
		} else if f.View == view {
			change = f.Change
		}
		switch random.IntN(6) {
		case 0:
			view++
			change = s.now()
			_ = l.WriteJSON(map[string]any{"page": pages[random.IntN(len(pages))], "change": change, "view": view})
		case 1:
			_ = l.WriteJSON(map[string]any{"page": "/conversations/1", "change": change, "view": view, "hidden": random.IntN(2) == 0, "writing": random.IntN(2) == 0})
		}
	}
}
