package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tagline/textlink/fake"
)

// crashes is how many replies the crash test sends: few by default, TAGLINE_CRASH_SENDS for more (make crash-full:
// 1,000).
func crashes(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("TAGLINE_CRASH_SENDS"))
	if err != nil {
		return 60
	}
	return n
}

// Wherever the process is killed, every reply is sent once or shown as unknown: none twice, and none that was taken is
// gone.
func TestKillsSendNoReplyTwiceAndLoseNone(t *testing.T) {
	sends, seed := crashes(t), uint64(11)
	db := databaseWithTeam(t, "anna --role admin")
	rng := rand.New(rand.NewPCG(seed, 0))
	var killAfter atomic.Int64 // calls until the program is killed
	var program atomic.Pointer[process]
	killed := make(chan struct{}, 1)
	kill := func() {
		_ = program.Load().Process.Kill()
		killed <- struct{}{}
	}
	silent := atomic.Bool{}
	api := &fake.API{Mood: func(c fake.Call) fake.Mood {
		if n := killAfter.Add(-1); n == 0 {
			// Within the call: before it is answered, or about when it is.
			if len(c.Text)%2 == 0 {
				kill()
			} else {
				time.AfterFunc(time.Duration(len(c.Text)%7)*time.Millisecond, kill)
			}
		}
		return fake.Mood{Silent: silent.Load()}
	}}
	silent.Store(true) // a webhook to a dead program would be lost anyway: what counts is what the program knows by itself
	textLink := httptest.NewServer(api)
	defer textLink.Close()

	var client *http.Client
	taken, written, asked, kills := map[string]bool{}, 0, 0, 0
	for {
		p := startProcess(t, db, "--api-key", apiKey, "--api-url", textLink.URL, "--send-pace", "0s")
		program.Store(p)
		if client == nil { // once: the session outlives the kills
			client = signedIn(t, p.url, "anna")
			urls := webhooks(t, db, p.url)
			for i := range 8 {
				post(t, urls["received"], fmt.Appendf(nil, `{"phone_number":"+1555010%d","text":"Hello","sim_card_id":%d}`, i, 1+i%4))
			}
		}
		killAfter.Store(int64(1 + rng.IntN(20)))
		for written < sends {
			asked++ // one that was not answered is another when it is written again
			text := fmt.Sprintf("Reply %d, %d%s", written, asked, strings.Repeat("x", rng.IntN(15)))
			resp, err := client.PostForm(fmt.Sprintf("%s/conversations/%d/messages", p.url, 1+written%8), neturl.Values{"text": {text}, "sim_card_id": {strconv.Itoa(1 + written%4)}})
			if err != nil {
				break // killed; whether this one was taken is open
			}
			resp.Body.Close()
			written++
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("a reply was answered %s", resp.Status)
			}
			taken[text] = true
		}
		if written == sends && idle(t, db) {
			p.kill()
			break
		}
		select {
		case <-killed:
			kills++
		case <-time.After(2 * time.Second): // fewer were left than calls to wait for
		}
		p.kill()
	}
	sent := map[string]int{}
	for _, call := range api.Calls() {
		sent[call.Text]++
	}
	states, unknown := map[string]string{}, 0
	for _, m := range exported(t, db)["message"] {
		if m["direction"] == "out" {
			states[m["text"].(string)] = m["state"].(string)
		}
	}
	for text := range taken {
		switch state := states[text]; {
		case state == "":
			t.Errorf("%q was taken and is gone", text)
		case state == "unknown":
			unknown++
		case state != "accepted":
			t.Errorf("%q ends as %s", text, state)
		case sent[text] != 1:
			t.Errorf("%q says it was sent, %d times", text, sent[text])
		}
	}
	for text, n := range sent {
		if n > 1 {
			t.Errorf("%q was sent %d times", text, n)
		}
	}
	t.Logf("seed %d: %d replies, %d kills, %d calls, %d unknown", seed, len(taken), kills, len(api.Calls()), unknown)
}

// idle tells whether nothing is left to send.
func idle(t *testing.T, db string) bool {
	for _, m := range exported(t, db)["message"] {
		if m["state"] == "queued" {
			return false
		}
	}
	return true
}
