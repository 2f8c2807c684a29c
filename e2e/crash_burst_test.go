package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// process is the program in a process of its own.
type process struct {
	*exec.Cmd
	url    string
	stderr *output
}

// startProcess returns once the program listens.
func startProcess(t testing.TB, db string, args ...string) *process {
	t.Helper()
	stderr := newOutput()
	p := &process{stderr: stderr, Cmd: exec.Command(binary(t), append([]string{"serve", "--addr", "localhost:0", "--db", db}, args...)...)}
	p.Stderr = stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	p.url = stderr.await(t, `"url":"([^"]+)"`)
	return p
}

// kill ends the process with SIGKILL and waits for that.
func (p *process) kill() {
	_ = p.Process.Kill()
	_ = p.Wait()
}

// delivery is a webhook body on its way.
type delivery struct{ kind, body string }

// pathOf is the path of the database's webhook addresses, without the kind.
func pathOf(t testing.TB, db string) string {
	t.Helper()
	return regexp.MustCompile(`/webhooks/\w+/`).FindString(webhooks(t, db, "http://localhost")["sent"])
}

// deliver posts the bodies over so many connections. It returns those that got no answer; what is answered must be
// answered 200. answered is told after each answer how many there were.
func deliver(t testing.TB, url string, deliveries []delivery, connections int, answered func(n int)) (lost []delivery) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var workers sync.WaitGroup
	var next, answers atomic.Int64
	for range connections {
		workers.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(deliveries); i = next.Add(1) - 1 {
				d := deliveries[i]
				resp, err := client.Post(url+d.kind, "application/json", strings.NewReader(d.body))
				if err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				if err != nil {
					mu.Lock()
					lost = append(lost, d)
					mu.Unlock()
					continue
				}
				if resp.StatusCode != http.StatusOK {
					t.Errorf("%s %s was answered %d", d.kind, d.body, resp.StatusCode)
				}
				answered(int(answers.Add(1)))
			}
		})
	}
	workers.Wait()
	return lost
}

// identity is what tells messages apart in an export.
func identity(m map[string]any) string {
	return fmt.Sprintf("%v %v %v %v %q %.0f", m["direction"], m["state"], m["subuser_id"], m["phone_number"], m["text"], m["timestamp"])
}

// copies are the bodies of so many messages, in all the ways in which messages come, and what the export says of them.
func copies(messages, each int) (deliveries []delivery, want []string) {
	for n := range messages {
		number, text, at := fmt.Sprintf("+1555%07d", n/8), fmt.Sprintf("Message %d", n), 1748463114559+int64(n)
		members := fmt.Sprintf(`"phone_number":%q,"text":%q`, number, text)
		timestamp := fmt.Sprintf(`,"timestamp":%d`, at)
		export := map[string]any{"direction": "in", "state": "received", "phone_number": number, "text": text, "timestamp": float64(at)}
		var bodies []delivery
		switch n % 5 {
		case 0:
			bodies = []delivery{{"received", members + timestamp}}
		case 1:
			bodies = []delivery{{"received", members}}
			export["timestamp"] = nil
		case 2:
			bodies = []delivery{{"sent", members + timestamp + `,"subuser_id":6`}}
			export["direction"], export["state"], export["subuser_id"] = "out", "sent", float64(6)
		case 3:
			bodies = []delivery{{"sent", members + timestamp}, {"failed", members + timestamp + fmt.Sprintf(`,"textlink_id":%d`, 1+n)}}
			export["direction"], export["state"] = "out", "failed"
		case 4:
			bodies = []delivery{{"failed", members + timestamp}}
			export["direction"], export["state"] = "out", "failed"
		}
		for i := range each {
			d := bodies[i%len(bodies)]
			deliveries = append(deliveries, delivery{d.kind, "{" + d.body + "}"})
		}
		want = append(want, identity(export))
	}
	slices.Sort(want)
	return deliveries, want
}

func TestABurstOfCopiesWithAKillInItsMiddleMakesEachMessageOnce(t *testing.T) {
	messages, each, seed := 200, 100, uint64(5)
	if raceDetector {
		messages, each = 40, 20 // make test runs the whole without it
	}
	const connections = 50
	db := filepath.Join(t.TempDir(), "tagline.db")
	path := pathOf(t, db)
	window := []string{"--repeat-window", "10m"} // copies without a timestamp come from before the kill and from after it
	deliveries, want := copies(messages, each)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(deliveries), func(i, j int) { deliveries[i], deliveries[j] = deliveries[j], deliveries[i] })

	program := startProcess(t, db, window...)
	var answers atomic.Int64
	lost := deliver(t, program.url+path, deliveries, connections, func(n int) {
		answers.Add(1)
		if n == len(deliveries)/2 {
			_ = program.Process.Kill()
		}
	})
	if len(lost) == 0 {
		t.Fatal("the kill came too late to show anything")
	}
	_ = program.Wait()
	program = startProcess(t, db, window...)
	if again := deliver(t, program.url+path, lost, connections, func(int) { answers.Add(1) }); len(again) > 0 {
		t.Fatalf("%d bodies got no answer although nothing was killed", len(again))
	}
	program.kill()
	if n := int(answers.Load()); n != len(deliveries) {
		t.Errorf("%d answers, want %d", n, len(deliveries))
	}
	objects := exported(t, db)
	if n := len(objects["delivery"]); n < len(deliveries) {
		t.Errorf("%d bodies in the log, %d were answered 200", n, len(deliveries))
	}
	compareMessages(t, objects["message"], want)
	t.Logf("seed %d: %d copies of %d messages; the kill left %d to be posted again; %d answers, %d messages",
		seed, len(deliveries), messages, len(lost), answers.Load(), len(objects["message"]))
}

func compareMessages(t *testing.T, messages []map[string]any, want []string) {
	t.Helper()
	var got []string
	for _, m := range messages {
		got = append(got, identity(m))
	}
	slices.Sort(got)
	if slices.Equal(got, want) {
		return
	}
	t.Errorf("%d messages, want %d", len(got), len(want))
	for _, m := range slices.Compact(slices.Clone(got)) {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s != m })); n > 1 || !slices.Contains(want, m) {
			t.Errorf("%d times %s", n, m)
		}
	}
	for _, m := range want {
		if !slices.Contains(got, m) {
			t.Errorf("missing: %s", m)
		}
	}
}

// nearDuplicates are bodies that a reader might take for the same as another, but which are not: one of them in ten has
// none like it, each other differs from that in one thing.
func nearDuplicates(n int) []delivery {
	var all []delivery
	for i := 0; len(all) < n; i++ {
		word := fmt.Sprintf("Caf\u00e9 %d", i)
		body := func(text string, number, subuser int, at int64) string {
			return fmt.Sprintf(`{"phone_number":"+1555%07d","subuser_id":%d,"text":"%s","timestamp":%d}`, number, subuser, text, 1748463114559+at)
		}
		all = append(all,
			delivery{"received", body(word, i, 6, 0)},
			delivery{"received", body(word, i, 6, 1)},                                          // one millisecond later
			delivery{"received", body(word, i, 7, 0)},                                          // another subuser
			delivery{"received", body(word, i+1_000_000, 6, 0)},                                // another number
			delivery{"sent", body(word, i, 6, 0)},                                              // the other way
			delivery{"received", body(word+" ", i, 6, 0)},                                      // a space after it
			delivery{"received", body(strings.ReplaceAll(word, "\u00e9", "e\u0301"), i, 6, 0)}, // the accent composed otherwise
			delivery{"received", body(strings.ToLower(word), i, 6, 0)},                         // another case
			delivery{"received", body(word+[]string{"\xff", `\ud800`}[i%2], i, 6, 0)},          // not readable
			delivery{"received", body(word+[]string{"\xfe", `\ud801`}[i%2], i, 6, 0)},          // not readable in another way
		)
	}
	return all[:n]
}

func TestNearDuplicatesAreNotMerged(t *testing.T) {
	const n, connections = 500, 50
	db := filepath.Join(t.TempDir(), "tagline.db")
	bodies := nearDuplicates(n)
	s := serve(t, "--db", db)
	if lost := deliver(t, s.url+pathOf(t, db), slices.Concat(bodies, bodies), connections, func(int) {}); len(lost) > 0 {
		t.Fatalf("%d got no answer", len(lost))
	}
	objects := exported(t, db)
	if got := len(objects["message"]); got != n {
		t.Errorf("%d messages of %d bodies that are all different", got, n)
	}
	if got := len(objects["delivery"]); got != 2*n {
		t.Errorf("%d bodies in the log, want %d", got, 2*n)
	}
}
