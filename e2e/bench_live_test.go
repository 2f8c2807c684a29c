package e2e

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
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

	"github.com/gorilla/websocket"

	"tagline/store"
)

// BenchmarkLive measures the way from a webhook to the frames of open pages on a program of its own, whose clients are
// in this process: how long it takes, what it costs the program, and what an idle socket holds. Beside it a bare
// broadcast of as many bytes over as many sockets, by another program. make bench runs it.
func BenchmarkLive(b *testing.B) {
	for b.Loop() {
		fmt.Printf("\n| sockets | webhook to frame p50, p99 | CPU a frame | bare broadcast: p50, p99 | CPU a frame | CPU a webhook | frame |\n|---|---|---|---|---|---|---|\n")
		for _, sockets := range []int{1, 500, 2000} {
			measureLive(b, sockets)
		}
		measureIdle(b)
		measureSlow(b)
		measureReturn(b)
	}
}

// crowd are the clients of many sockets.
type crowd struct {
	mu     sync.Mutex
	times  []time.Duration // from the webhook to each frame
	posts  []time.Duration // from the webhook to its answer
	sent   time.Time
	bytes  int
	left   int
	wanted chan struct{} // closed when all frames of a webhook were read
}

func (c *crowd) expect(frames int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent, c.left, c.wanted = time.Now(), frames, make(chan struct{})
}

// read takes frames until the socket ends. Signs of life don't count.
func (c *crowd) read(ws *websocket.Conn) {
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			return
		}
		if !bytes.Contains(data, []byte("message about")) && data[0] != 'x' {
			continue
		}
		c.mu.Lock()
		c.times = append(c.times, time.Since(c.sent))
		c.bytes += len(data)
		if c.left--; c.left == 0 {
			close(c.wanted)
		}
		c.mu.Unlock()
	}
}

// round has each of so many posts reach so many sockets.
func (c *crowd) round(b *testing.B, posts, sockets int, post func(n int) error) {
	b.Helper()
	c.times, c.posts, c.bytes = nil, nil, 0
	for n := range posts {
		c.expect(sockets)
		began := time.Now()
		if err := post(n); err != nil {
			b.Fatal(err)
		}
		c.posts = append(c.posts, time.Since(began))
		select {
		case <-c.wanted:
		case <-time.After(30 * time.Second):
			b.Fatalf("%d of %d frames did not arrive", c.left, sockets)
		}
	}
}

// quantiles are the middle and the 99th of a hundred, in words.
func quantiles(times []time.Duration) (p50, p99 time.Duration, words string) {
	slices.Sort(times)
	p50, p99 = times[len(times)/2], times[len(times)*99/100]
	return p50, p99, fmt.Sprintf("%v, %v", p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond))
}

// audience is a program with people whose pages are open.
type audience struct {
	*measured
	db       string
	sessions []string
	shows    map[string]openPage // what each page shows at first, by path
}

func newAudience(b *testing.B, people int) *audience {
	b.Helper()
	db := filepath.Join(b.TempDir(), "live.db")
	s := &audience{db: db, sessions: sessions(b, db, people, store.User{Role: store.Agent, Subusers: []store.SubuserID{store.Main}}), shows: map[string]openPage{}}
	s.measured = startProgram(b, db)
	if err := s.say("message about to open the conversation"); err != nil {
		b.Fatal(err)
	}
	return s
}

// say posts one message of the one conversation that pages show; the first is that of the program's start.
func (s *audience) say(text string) error {
	body := fmt.Sprintf(`{"phone_number":"+15550100","text":%q,"timestamp":%d}`, text, time.Now().UnixMilli()+s.posted.Add(1))
	return postBody(http.DefaultClient, strings.TrimSuffix(s.hook, "sent")+"received", body)
}

func (s *audience) sayUsual(n int) error {
	return s.say(fmt.Sprintf("message about as long as what people write to each other, number %d", n))
}

// open opens the page of the n-th socket, and returns when the server has said something.
func (s *audience) open(n int, path string) *websocket.Conn {
	s.b.Helper()
	page, loaded := s.shows[path]
	if !loaded {
		page = openPage{url: "http://" + measuredAddr, path: path, session: s.sessions[0]}
		if err := page.load(); err != nil {
			s.b.Fatal(err)
		}
		s.shows[path] = page
	}
	page.session = s.sessions[n%len(s.sessions)]
	conn, err := page.connect()
	if err == nil {
		_, _, err = conn.ReadMessage()
	}
	if err != nil {
		s.b.Fatal(err)
	}
	s.b.Cleanup(func() { conn.Close() })
	return conn
}

const (
	liveRounds = 40
	inAThread  = 100 // one socket of so many shows the thread
)

func measureLive(b *testing.B, sockets int) {
	s := newAudience(b, 1+sockets/10)
	defer s.stop()
	var c crowd
	for n := range sockets {
		path := "/inbox"
		if n%inAThread == inAThread/2 {
			path = "/conversations/2"
		}
		go c.read(s.open(n, path))
	}

	rounds := liveRounds * max(1, 10/sockets)
	c.round(b, liveRounds, sockets, s.sayUsual)
	used := s.cpu()
	c.round(b, rounds, sockets, s.sayUsual)
	used = s.cpu() - used
	frames := rounds * sockets
	_, _, live := quantiles(c.times)
	size := c.bytes / frames

	bare := startBare(b, sockets, &c)
	frame := strings.Repeat("x", size)
	broadcast := func(int) error { return postBody(http.DefaultClient, "http://"+bareAddr+"/", frame) }
	c.round(b, 3, sockets, broadcast)
	plain := bare.cpu()
	c.round(b, rounds, sockets, broadcast)
	plain = bare.cpu() - plain
	bare.stop()
	_, _, broadcastTimes := quantiles(c.times)

	each := func(d time.Duration) string {
		return fmt.Sprintf("%.1f µs", float64(d.Nanoseconds())/float64(frames)/1000)
	}
	fmt.Printf("| %d | %s | %s | %s | %s | %.1f ms | %d bytes |\n", sockets, live, each(used), broadcastTimes, each(plain),
		used.Seconds()*1000/float64(rounds), size)
	b.ReportMetric(float64(used.Nanoseconds())/float64(frames), fmt.Sprintf("ns/frame-%d", sockets))
}

// measureIdle says what a socket holds that has nothing to do. The program collects its garbage at once, so that what
// it has is what it needs.
func measureIdle(b *testing.B) {
	b.Helper()
	b.Setenv("GOGC", "5")
	defer b.Setenv("GOGC", "")
	const sockets = 2000
	s := newAudience(b, sockets/10)
	defer s.stop()
	s.open(0, "/inbox")
	before := s.memory()
	for n := range sockets {
		s.open(n, "/inbox")
	}
	fmt.Printf("\nmemory of an idle socket: %.1f KB (%d open)\n", (s.memory()-before)*1000/sockets, sockets)
}

// measureSlow has a hundred of a thousand pages read nothing any more.
func measureSlow(b *testing.B) {
	b.Helper()
	const sockets, slow = 1000, 100
	s := newAudience(b, sockets/10)
	defer s.stop()
	long := strings.Repeat("a message about many things ", 1500) // what is sent of it fills what networks hold
	say := func(n int) error { return s.say(fmt.Sprint("message about ", n, long)) }
	var c crowd
	var stalled atomic.Bool
	for n := range sockets {
		if n >= slow {
			go c.read(s.open(n, "/inbox"))
			continue
		}
		conn := s.open(n, "/conversations/2")
		_ = conn.NetConn().(*net.TCPConn).SetReadBuffer(16 << 10) // or they could be silent for megabytes
		go func() {
			for !stalled.Load() {
				if _, _, err := conn.ReadMessage(); err != nil {
					return
				}
			}
		}()
	}
	c.round(b, 5, sockets-slow, say)
	c.round(b, 200, sockets-slow, say)
	_, before, all := quantiles(c.times)
	_, _, posts := quantiles(c.posts)
	stalled.Store(true)
	began, gone := time.Now(), time.Duration(0)
	c.round(b, 200, sockets-slow, func(n int) error {
		if gone == 0 && n%10 == 0 && s.sockets() <= sockets-slow {
			gone = time.Since(began)
		}
		return say(n)
	})
	_, after, others := quantiles(c.times)
	_, _, postsAfter := quantiles(c.posts)
	for gone == 0 && time.Since(began) < time.Minute {
		if time.Sleep(50 * time.Millisecond); s.sockets() <= sockets-slow {
			gone = time.Since(began)
		}
	}
	fmt.Printf("\n%d of %d pages cease to read: webhook to frame %s for the others, %s before (p99 %+.0f %%); webhook to answer %s, %s before; the slow are gone after %v\n",
		slow, sockets, others, all, 100*(after.Seconds()/before.Seconds()-1), postsAfter, posts, gone.Round(100*time.Millisecond))
}

// measureReturn restarts the program under a thousand pages, which come back as pages do, while webhooks arrive.
func measureReturn(b *testing.B) {
	b.Helper()
	const sockets = 1000
	s := newAudience(b, sockets/10)
	var away sync.WaitGroup
	var longest atomic.Int64
	back := make(chan struct{})
	for n := range sockets {
		conn := s.open(n, "/inbox")
		away.Go(func() {
			for {
				if _, _, err := conn.ReadMessage(); err != nil {
					break
				}
			}
			<-back
			began := time.Now()
			s.comeBack(n)
			for took := int64(time.Since(began)); ; {
				if most := longest.Load(); took <= most || longest.CompareAndSwap(most, took) {
					return
				}
			}
		})
	}
	s.stop()
	close(back)
	s.measured = startProgram(b, s.db)
	var times []time.Duration
	var mu sync.Mutex
	over := make(chan struct{})
	var posts sync.WaitGroup
	posts.Go(func() {
		due := time.NewTicker(20 * time.Millisecond)
		defer due.Stop()
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			case <-due.C:
				posts.Go(func() {
					began := time.Now()
					if err := s.sayUsual(n); err != nil {
						b.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					times = append(times, time.Since(began))
				})
			}
		}
	})
	away.Wait()
	close(over)
	posts.Wait()
	_, _, answers := quantiles(times)
	fmt.Printf("\nafter a restart %d pages are back within %v; webhook to answer %s meanwhile (%d webhooks)\n", sockets, time.Duration(longest.Load()).Round(100*time.Millisecond), answers, len(times))
	s.stop()
}

// comeBack tries until the n-th page is live again, at the intervals of pages.
func (s *audience) comeBack(n int) {
	page := s.shows["/inbox"]
	page.session = s.sessions[n%len(s.sessions)]
	for wait := 500 * time.Millisecond; ; wait = min(2*wait, 15*time.Second) {
		time.Sleep(time.Duration(float64(wait) * (0.1 + 1.8*rand.Float64())))
		conn, err := page.connect()
		if err != nil {
			continue
		}
		s.b.Cleanup(func() { conn.Close() })
		if _, _, err = conn.ReadMessage(); err == nil {
			return
		}
	}
}

// cpu is what the program has used, by itself and in the system.
func (p *measured) cpu() time.Duration {
	p.b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		p.b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100
}

const bareAddr = "localhost:18475"

// startBare starts what gorilla alone does in a process of its own, and connects so many sockets to it.
func startBare(b *testing.B, sockets int, c *crowd) *measured {
	b.Helper()
	p := &measured{b: b, cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), "TAGLINE_BARE="+bareAddr)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr := newOutput()
	p.cmd.Stderr = stderr
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	stderr.await(b, "(ready)")
	for range sockets {
		conn, _, err := websocket.DefaultDialer.Dial("ws://"+bareAddr+"/", nil)
		if err != nil {
			b.Fatal(err)
		}
		go c.read(conn)
	}
	return p
}

// serveBare sends every body that is posted to every socket that is open.
func serveBare(addr string) error {
	var mu sync.Mutex
	var open []*websocket.Conn
	upgrader := websocket.Upgrader{ReadBufferSize: 512, WriteBufferPool: &sync.Pool{}}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "ready")
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method != http.MethodPost {
			if conn, err := upgrader.Upgrade(w, r, nil); err == nil {
				open = append(open, conn)
			}
			return
		}
		body, _ := io.ReadAll(r.Body)
		for _, conn := range open {
			_ = conn.WriteMessage(websocket.TextMessage, body)
		}
	}))
}

// sockets is how many the program says are open.
func (s *audience) sockets() int {
	resp, err := http.Get("http://" + measuredMetrics + "/metrics")
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	n, _ := strconv.Atoi(string(regexp.MustCompile(`(?m)^tagline_sockets (\d+)`).FindSubmatch(body)[1]))
	return n
}
