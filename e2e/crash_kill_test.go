package e2e

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
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

// inFull returns the large number for make crash-full, the small one otherwise.
func inFull(small, large int) int {
	if os.Getenv("TAGLINE_CRASH_FULL") != "" {
		return large
	}
	return small
}

// fillDatabase stores messages directly, in conversations of ten.
func fillDatabase(t testing.TB, db string, messages int) {
	t.Helper()
	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	var next atomic.Int64
	for range 256 {
		clients.Go(func() {
			for n := next.Add(1); n <= int64(messages); n = next.Add(1) {
				at, number, text := 1700000000000+n, fmt.Sprintf("+1888%07d", n/10), fmt.Sprintf("Message %d of a long history, as long as usual.", n)
				key := sha256.Sum256([]byte(text))
				d := store.Delivery{Kind: store.KindReceived, ArrivedAt: at, PhoneNumber: number, Body: fmt.Appendf(nil, `{"phone_number":%q,"text":%q,"timestamp":%d}`, number, text, at)}
				r := store.Report{PhoneNumber: number, Text: text, TextKey: key[:16], Timestamp: &at}
				if _, err := s.RecordReceived(context.Background(), d, r); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	clients.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// crashLoad posts bodies from clients that never stop, and remembers the texts that were answered 200.
type crashLoad struct {
	t            *testing.T
	path         string
	mu           sync.Mutex
	acknowledged []string
}

// clientNumber is the number in all of crashLoad's bodies.
const clientNumber = "+17770001"

// post sends one body; the error says that there was no answer.
func (k *crashLoad) post(url, text string) error {
	body := fmt.Sprintf(`{"phone_number":%q,"text":%q,"timestamp":1748463114559}`, clientNumber, text)
	resp, err := http.Post(url+k.path+"sent", "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		k.t.Errorf("%s was answered %d", text, resp.StatusCode)
	} else {
		k.mu.Lock()
		k.acknowledged = append(k.acknowledged, text)
		k.mu.Unlock()
	}
	return err
}

// cycle starts the program, returns how long it took to its first answer, and kills it after so many more.
func (k *crashLoad) cycle(db string, n, answers int) time.Duration {
	k.t.Helper()
	began := time.Now()
	program := startProcess(k.t, db)
	if err := k.post(program.url, fmt.Sprintf("cycle %d", n)); err != nil {
		k.t.Fatal(err)
	}
	took := time.Since(began)
	var clients sync.WaitGroup
	var answered atomic.Int64
	for c := range 8 {
		clients.Go(func() {
			for i := 0; k.post(program.url, fmt.Sprintf("cycle %d, client %d, message %d", n, c, i)) == nil; i++ {
				if answered.Add(1) == int64(answers) {
					_ = program.Process.Kill()
				}
			}
		})
	}
	clients.Wait()
	_ = program.Wait()
	return took
}

func TestManyKillsLoseNothing(t *testing.T) {
	stored, cycles, seed := inFull(100_000, 200_000), inFull(40, 100), uint64(6)
	if raceDetector {
		stored, cycles = 2000, 8 // make test runs the whole without it
	}
	db := filepath.Join(t.TempDir(), "tagline.db")
	k := &crashLoad{t: t, path: pathOf(t, db)}
	fillDatabase(t, db, stored)
	rng := rand.New(rand.NewPCG(seed, 0))
	var starts []time.Duration
	for n := range cycles {
		starts = append(starts, k.cycle(db, n, 1+rng.IntN(150)))
		if n%25 == 24 {
			checkIntegrity(t, db)
		}
	}
	checkIntegrity(t, db)
	k.compare(db, stored)

	slices.Sort(starts)
	t.Logf("seed %d: %d kills, %d bodies acknowledged, %d messages stored before; first answer %v after the start in the middle, %v at worst",
		seed, cycles, len(k.acknowledged), stored, starts[cycles/2].Round(time.Millisecond), starts[cycles-1].Round(time.Millisecond))
	// One start may fall into a busy moment of the machine, not half of them.
	if middle := starts[cycles/2]; !raceDetector && middle > 500*time.Millisecond {
		t.Errorf("the program answers %v after its start", middle)
	}
}

// compare looks for what was acknowledged, in the messages and in the log.
func (k *crashLoad) compare(db string, before int) {
	k.t.Helper()
	out, err := command(k.t, "", "export", "--db", db)
	if err != nil {
		k.t.Fatal(err)
	}
	messages, bodies, old := map[string]int{}, map[string]int{}, 0
	for line := range strings.Lines(out) {
		message := strings.HasPrefix(line, `{"type":"message"`)
		if !strings.Contains(line, clientNumber) {
			if message {
				old++
			}
			continue
		}
		var o struct{ Type, Text, Body string }
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			k.t.Fatal(err)
		}
		switch o.Type {
		case "message":
			messages[o.Text]++
		case "delivery":
			if err := json.Unmarshal([]byte(o.Body), &o); err != nil {
				k.t.Fatal(err)
			}
			bodies[o.Text]++
		}
	}
	for _, text := range k.acknowledged {
		if messages[text] != 1 || bodies[text] != 1 {
			k.t.Errorf("%q was answered 200; it is %d messages and %d bodies in the log", text, messages[text], bodies[text])
		}
	}
	for text, n := range messages {
		if n != 1 || bodies[text] != 1 {
			k.t.Errorf("%q is %d messages and %d bodies in the log", text, n, bodies[text])
		}
	}
	if old != before {
		k.t.Errorf("%d messages from before the kills, want %d", old, before)
	}
}

// checkIntegrity asks SQLite whether the file is sound.
func checkIntegrity(t *testing.T, db string) {
	t.Helper()
	conn, err := sql.Open("sqlite", "file:"+db+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var sound string
	var dangling int
	if err := conn.QueryRow(`SELECT integrity_check, (SELECT count(*) FROM pragma_foreign_key_check) FROM pragma_integrity_check`).Scan(&sound, &dangling); err != nil {
		t.Fatal(err)
	}
	if sound != "ok" || dangling > 0 {
		t.Errorf("integrity: %s; %d dangling references", sound, dangling)
	}
}
