package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// BenchmarkProgram measures the built program as a whole: size, memory, time to the first answer, and ingest where the
// disk is slow or the database large. make bench runs it.
func BenchmarkProgram(b *testing.B) {
	for b.Loop() {
		info, err := os.Stat(released(b))
		if err != nil {
			b.Fatal(err)
		}
		fmt.Printf("\nbinary: %.1f MB (as make build makes it)\n", float64(info.Size())/1e6)

		empty := filepath.Join(b.TempDir(), "empty.db")
		p := startProgram(b, empty)
		fmt.Printf("start to the first 200, empty database: %v\n", p.firstAnswer)
		fmt.Printf("memory idle: %.0f MB\n", p.memory())
		base := p.load(64, 4*time.Second)
		fmt.Printf("64 connections, empty database: %s\n", base)
		for p.posted.Load() < 100_000 {
			p.load(64, time.Second)
		}
		fmt.Printf("memory after %d messages: %.0f MB\n", p.posted.Load(), p.memory())
		p.stop()

		slow := startProgram(b, filepath.Join(b.TempDir(), "slow.db"), "strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null",
			"-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=20000")
		fmt.Printf("64 connections, 20 ms added to every fsync: %s\n", slow.load(64, 6*time.Second))
		slow.stop()

		large := filepath.Join(b.TempDir(), "large.db")
		fillDatabase(b, large, 1_000_000)
		p = startProgram(b, large)
		fmt.Printf("start to the first 200, 1,000,000 messages: %v\n", p.firstAnswer)
		full := p.load(64, 6*time.Second)
		fmt.Printf("64 connections, 1,000,000 messages: %s, %.0f %% of the empty database's rate\n", full, 100*full.rate/base.rate)
		p.stop()
	}
}

var releaseBuild = sync.OnceValues(func() (string, error) {
	return buildRelease(filepath.Join(builtIn, "tagline-release"), "")
})

func released(b *testing.B) string {
	b.Helper()
	file, err := releaseBuild()
	if err != nil {
		b.Fatal(err)
	}
	return file
}

// measuredPort is where the program under a benchmark listens; its metrics are one further.
const measuredPort, measuredAddr, measuredMetrics = 18473, "localhost:18473", "localhost:18474"

// measured is the program under a benchmark.
type measured struct {
	b           *testing.B
	cmd         *exec.Cmd
	hook        string                   // address of the sent webhook
	received    string                   // address of the received webhook
	say         func(*http.Client) error // what load does again and again; it posts to hook unless set
	firstAnswer time.Duration
	posted      atomic.Int64
}

func startProgram(b *testing.B, db string, wrapper ...string) *measured {
	b.Helper()
	return startProgramAt(b, db, measuredPort, wrapper...)
}

func startProgramAt(b *testing.B, db string, port int, wrapper ...string) *measured {
	b.Helper()
	addr, metrics := fmt.Sprint("localhost:", port), fmt.Sprint("localhost:", port+1)
	url := "http://" + addr
	token := regexp.MustCompile(`/webhooks/(\w+)/`).FindStringSubmatch(webhooks(b, db, url)["sent"])[1]
	p := &measured{b: b, hook: url + "/webhooks/" + token + "/sent", received: url + "/webhooks/" + token + "/received"}
	p.say = func(client *http.Client) error { return p.post(client, "message") }
	args := append(wrapper, released(b), "serve", "--db", db, "--addr", addr, "--metrics-addr", metrics)
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	for p.post(http.DefaultClient, "first") != nil {
		if time.Since(began) > 20*time.Second {
			b.Fatal("the program does not answer")
		}
		time.Sleep(time.Millisecond)
	}
	p.firstAnswer = time.Since(began).Round(time.Millisecond)
	return p
}

func (p *measured) stop() {
	p.b.Helper()
	// The whole group: a wrapper does not pass signals on.
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
	_ = p.cmd.Wait()
}

func (p *measured) post(client *http.Client, text string) error {
	n := p.posted.Add(1)
	body := fmt.Sprintf(`{"phone_number":"+1555%07d","text":"%s %d, about as long as what people write to each other.","timestamp":%d,"sim_card_id":123}`,
		n%5000, text, n, 1748463114559+n)
	err := postBody(client, p.hook, body)
	if err != nil {
		p.posted.Add(-1)
	}
	return err
}

// postBody posts a body, which must be answered 200.
func postBody(client *http.Client, url, body string) error {
	resp, err := client.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %d", resp.StatusCode)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// speed is a rate in requests a second with quantiles of the time an answer takes.
type speed struct {
	rate     float64
	p50, p99 time.Duration
}

func (s speed) String() string {
	return fmt.Sprintf("%.0f/s, p50 %v, p99 %v", s.rate, s.p50.Round(100*time.Microsecond), s.p99.Round(100*time.Microsecond))
}

func (p *measured) load(connections int, d time.Duration) speed {
	p.b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var times []time.Duration
	var clients sync.WaitGroup
	began := time.Now()
	for range connections {
		clients.Go(func() {
			for time.Since(began) < d {
				sent := time.Now()
				if err := p.say(client); err != nil {
					p.b.Error(err)
					return
				}
				took := time.Since(sent)
				mu.Lock()
				times = append(times, took)
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	took := time.Since(began)
	slices.Sort(times)
	return speed{float64(len(times)) / took.Seconds(), times[len(times)/2], times[len(times)*99/100]}
}

// memory is the program's resident memory in MB.
func (p *measured) memory() float64 {
	p.b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.b.Fatal(err)
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	kb, _ := strconv.Atoi(string(found[1]))
	return float64(kb) / 1000
}
