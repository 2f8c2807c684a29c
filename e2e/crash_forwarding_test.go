package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// passedOn is how many webhooks the crash test passes on: few by default, TAGLINE_CRASH_FORWARDS for more (make
// crash-forwards: 2,000).
func passedOn() int {
	if n, err := strconv.Atoi(os.Getenv("TAGLINE_CRASH_FORWARDS")); err == nil {
		return n
	}
	return 160
}

// receiver is a tool that webhooks are passed on to; it keeps the texts that it took, by number, in order.
type receiver struct {
	*httptest.Server
	mood func(text string) int // the status that it answers

	mu   sync.Mutex
	took map[string][]string
}

func newReceiver(t testing.TB, mood func(string) int) *receiver {
	r := &receiver{mood: mood, took: map[string][]string{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var said struct {
			PhoneNumber string `json:"phone_number"`
			Text        string `json:"text"`
		}
		body, err := io.ReadAll(req.Body)
		if err != nil || json.Unmarshal(body, &said) != nil {
			return
		}
		status := r.mood(said.Text)
		if status == http.StatusOK {
			r.mu.Lock()
			if !slices.Contains(r.took[said.PhoneNumber], said.Text) {
				r.took[said.PhoneNumber] = append(r.took[said.PhoneNumber], said.Text)
			}
			r.mu.Unlock()
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(r.Close)
	return r
}

// targetsOf adds a target for each address to the database.
func targetsOf(t testing.TB, db string, addresses ...string) (ids []int64) {
	t.Helper()
	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, address := range addresses {
		id, err := s.AddTarget(t.Context(), store.Target{Name: address, URL: address, Kinds: store.Kinds, Nearby: true, SigningKey: "whsec_AAAA"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// Wherever the process is killed, each tool gets every body that was answered 200, at least once and in order for each
// number, once it takes any: one takes all, one fails half of the time, one hangs at first.
func TestKillsPassEverythingOn(t *testing.T) {
	const numbers, seed = 8, 12
	each := passedOn() / numbers
	db := databaseWithTeam(t, "anna --role admin")
	var untilKill atomic.Int64 // calls of tools until the program is killed; 0 for never
	var current atomic.Pointer[process]
	called := func() {
		if untilKill.Load() > 0 && untilKill.Add(-1) == 0 {
			_ = current.Load().Process.Kill()
		}
	}
	var hangs atomic.Bool
	hangs.Store(true)
	released := make(chan struct{})
	well := newReceiver(t, func(string) int { called(); return http.StatusOK })
	flaky := newReceiver(t, func(string) int {
		called()
		return []int{http.StatusOK, http.StatusInternalServerError}[rand.IntN(2)]
	})
	hanging := newReceiver(t, func(string) int {
		if hangs.Load() {
			<-released
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	tools := []*receiver{well, flaky, hanging}
	ids := targetsOf(t, db, well.URL, flaky.URL, hanging.URL)

	path, random := pathOf(t, db), rand.New(rand.NewPCG(seed, 0))
	next, kills := [numbers]int{}, 0 // the first of each number's that was not answered
	for left := true; left; {
		program := startProcess(t, db)
		var answers atomic.Int64
		until := int64(1 + random.IntN(each))
		var posting sync.WaitGroup
		for number := range numbers {
			posting.Go(func() {
				for ; next[number] < each; next[number]++ {
					body := fmt.Sprintf(`{"phone_number":"+1777000%d","text":"%d of %d"}`, number, next[number], number)
					resp, err := http.Post(program.url+path+"received", "application/json", strings.NewReader(body))
					if err != nil {
						return // killed: whether it was stored is open, and it is posted again
					}
					resp.Body.Close()
					if resp.StatusCode != http.StatusOK {
						t.Errorf("a webhook was answered %s", resp.Status)
					}
					if answers.Add(1) == until {
						_ = program.Process.Kill()
					}
				}
			})
		}
		posting.Wait()
		left = slices.ContainsFunc(next[:], func(n int) bool { return n < each })
		program.kill()
		kills++
	}
	hangs.Store(false)
	close(released)

	// The rests between tries are long: an admin has all tried at once, again and again, while it is killed a few times
	// more.
	for rounds := 0; ; rounds++ {
		program := startProcess(t, db)
		client := signedIn(t, program.url, "anna")
		if rounds < 4 {
			untilKill.Store(int64(1 + random.IntN(each)))
			current.Store(program)
		} else {
			untilKill.Store(0)
		}
		for deadline := time.Now().Add(time.Minute); !nothingWaits(client, program.url, ids); {
			if time.Now().After(deadline) {
				t.Fatal("something always waits")
			}
			if dead(program) {
				break
			}
		}
		over := !dead(program)
		program.kill()
		if over {
			break
		}
		kills++
	}
	for i, tool := range tools {
		for number := range numbers {
			var want []string
			for n := range each {
				want = append(want, fmt.Sprintf("%d of %d", n, number))
			}
			if got := tool.took[fmt.Sprintf("+1777000%d", number)]; !slices.Equal(got, want) {
				t.Errorf("tool %d got of number %d %d of %d, in the order %v", i, number, len(got), each, got)
			}
		}
	}
	t.Logf("%d webhooks to three tools, %d kills", each*numbers, kills)
}

// dead tells whether the program does not answer any more.
func dead(p *process) bool {
	resp, err := http.Get(p.url + "/healthz")
	if err == nil {
		resp.Body.Close()
	}
	return err != nil
}

// nothingWaits has everything that waits tried at once, and tells whether nothing is left.
func nothingWaits(client *http.Client, url string, ids []int64) bool {
	for _, id := range ids {
		resp, err := client.PostForm(fmt.Sprintf("%s/settings/targets/%d/resume", url, id), nil)
		if err != nil {
			return false
		}
		resp.Body.Close()
	}
	resp, err := client.Get(url + "/settings/targets")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	return err == nil && strings.Count(string(page), "Nothing waits") == len(ids)
}
