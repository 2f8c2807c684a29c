package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	soakRate  = 50  // webhooks a second
	soakPages = 200 // open at a time, that come and go
	soakLog   = 64 << 20
	soakSlope = 5.0 // MB an hour
)

// sample is what the program holds at a moment.
type sample struct {
	at                     time.Time
	memory, live           float64 // bytes: resident, and in use after the last collection
	goroutines, files, wal float64
}

// metricsOf reads what monitoring is told. The program keeps three times what is in use as garbage.
func metricsOf(t *testing.T, url string) sample {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	told := map[string]float64{}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range regexp.MustCompile(`(?m)^(\w+) (\S+)$`).FindAllStringSubmatch(string(body), -1) {
		told[line[1]], _ = strconv.ParseFloat(line[2], 64)
	}
	return sample{at: time.Now(), memory: told["process_resident_memory_bytes"], live: told["go_memstats_next_gc_bytes"] / 4,
		goroutines: told["go_goroutines"], files: told["process_open_fds"], wal: told["tagline_wal_bytes"]}
}

// A program that is used for long holds no more than at the beginning. TAGLINE_SOAK is for how long it is used; make
// soak takes half an hour, of which slopes mean something.
func TestAProgramThatIsUsedForLongHoldsNoMore(t *testing.T) {
	lasts, pages := 6*time.Second, 40
	if d, err := time.ParseDuration(os.Getenv("TAGLINE_SOAK")); err == nil {
		lasts, pages = d, soakPages
		if err := os.Unsetenv("TAGLINE_SOAK"); err != nil { // the program warns of variables that it does not know
			t.Fatal(err)
		}
	}
	s := newStorm(t, 50)
	monitor := freeAddr(t)
	open := s.pages(pages, pages/2)
	s.program = startProcess(t, s.db, "--addr", s.addr, "--url", s.url(), "--metrics-addr", monitor)
	told := "http://" + monitor + "/metrics"
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	s.seed(client)
	var loads sync.WaitGroup
	for _, p := range open { // so that as many connections to the database are open as ever will be
		loads.Go(func() {
			for range 3 {
				if err := p.load(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	loads.Wait()
	http.DefaultClient.CloseIdleConnections()
	base := metricsOf(t, told)

	began := time.Now()
	over := func() bool { return time.Since(began) >= lasts }
	var all sync.WaitGroup
	all.Go(func() {
		ticks := time.NewTicker(time.Second / soakRate)
		defer ticks.Stop()
		for n := 0; !over(); n++ {
			<-ticks.C
			all.Go(func() { s.post(client, 6+n%2, n%s.conversations, fmt.Sprintf("message %d", n)) })
		}
	})
	for n, p := range open {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(n), 0))
			for !over() {
				if p.loads == 0 || random.IntN(4) == 0 {
					if err := p.load(); err != nil {
						t.Errorf("page %d: %v", n, err)
					}
				}
				if err := p.followFor(min(time.Duration(1+random.IntN(30_000))*time.Millisecond, lasts-time.Since(began)+time.Millisecond), random.Int()); err != nil {
					t.Errorf("page %d: %v", n, err)
				}
			}
		})
	}
	var samples []sample
	every := time.NewTicker(max(lasts/180, 200*time.Millisecond))
	defer every.Stop()
	for !over() {
		<-every.C
		samples = append(samples, metricsOf(t, told))
	}
	all.Wait()
	for _, p := range open {
		for _, conn := range p.halfOpen {
			conn.Close()
		}
	}
	client.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()

	worst := slices.MaxFunc(samples, func(a, b sample) int { return int(a.wal - b.wal) }).wal
	if worst > soakLog {
		t.Errorf("the write-ahead log grew to %.0f MB", worst/(1<<20))
	}
	var end sample
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) { // nothing tells when the last is gone
		if end = metricsOf(t, told); end.goroutines <= base.goroutines+3 && end.files <= base.files+3 {
			break
		}
		if time.Now().After(deadline) {
			t.Errorf("%v goroutines and %v files are left; at the beginning there were %v and %v", end.goroutines, end.files, base.goroutines, base.files)
			break
		}
	}
	grows := "too short for slopes"
	memory, live := slope(samples, func(s sample) float64 { return s.memory }), slope(samples, func(s sample) float64 { return s.live })
	if lasts >= 20*time.Minute {
		if grows = fmt.Sprintf("memory %+.1f MB an hour, in use %+.1f", memory, live); memory > soakSlope || live > soakSlope {
			t.Error(grows)
		}
	}
	s.program.kill()
	if bad := regexp.MustCompile(`(?m)^.*"level":"(WARN|ERROR)".*$`).FindAllString(s.program.stderr.text.String(), 5); len(bad) > 0 {
		t.Errorf("the log says\n%s", strings.Join(bad, "\n"))
	}
	t.Logf("%v at %d webhooks a second with %d pages that come and go: %s (%.0f MB at the end); at most %.0f goroutines and %.0f files, %.0f and %.0f in the end (%.0f and %.0f at the beginning); log at most %.0f MB",
		lasts, soakRate, pages, grows, end.memory/1e6,
		slices.MaxFunc(samples, func(a, b sample) int { return int(a.goroutines - b.goroutines) }).goroutines, slices.MaxFunc(samples, func(a, b sample) int { return int(a.files - b.files) }).files,
		end.goroutines, end.files, base.goroutines, base.files, worst/(1<<20))
}

// slope is by how much a value grows, in MB an hour, once the program is warm: the line through the least of each tenth
// of the last two thirds, since memory goes up and down between collections.
func slope(samples []sample, value func(sample) float64) float64 {
	samples = samples[len(samples)/3:]
	var x, y []float64
	for part := range slices.Chunk(samples, max(1, len(samples)/10)) {
		least := slices.MinFunc(part, func(a, b sample) int { return int(value(a) - value(b)) })
		x, y = append(x, least.at.Sub(samples[0].at).Hours()), append(y, value(least)/1e6)
	}
	var sx, sy, sxx, sxy float64
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
