package handlers_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tagline/store"
	"tagline/web"
)

// BenchmarkLive measures the way from a webhook to the frames of open pages: how long it takes, what it costs, and what an
// idle socket holds, beside a bare broadcast of as many bytes over as many sockets in the same process. Its clients are in
// the process too, so that its CPU is theirs as well: the bare broadcast says how much of it is.
func BenchmarkLive(b *testing.B) {
	fmt.Printf("\n| sockets | webhook to frame p50, p99 | CPU a frame | bare broadcast | CPU a webhook | frame | memory an idle socket |\n|---|---|---|---|---|---|---|\n")
	for _, sockets := range []int{1, 500, 2000} {
		b.Run(fmt.Sprint(sockets), func(b *testing.B) {
			for b.Loop() {
				measureLive(b, sockets)
			}
		})
	}
}

// crowd are the clients of many sockets.
type crowd struct {
	mu    sync.Mutex
	times []time.Duration // from the webhook to each frame
	sent  time.Time
	bytes int
	left  int
	done  chan struct{}
}

func (c *crowd) expect(frames int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent, c.left, c.done = time.Now(), frames, make(chan struct{})
}

// read takes frames until the socket ends.
func (c *crowd) read(ws *websocket.Conn) {
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			return
		}
		c.mu.Lock()
		c.times = append(c.times, time.Since(c.sent))
		c.bytes += len(data)
		if c.left--; c.left == 0 {
			close(c.done)
		}
		c.mu.Unlock()
	}
}

const benchWebhooks = 40

func measureLive(b *testing.B, sockets int) {
	s := newSite(b, "")
	s.text(6, 0, "the first")
	people := max(1, sockets/10)
	var c crowd
	before := inUse()
	for n := range sockets {
		user := int64(n%people + 1)
		if n < people {
			if _, err := s.store.CreateUser(b.Context(), store.User{Name: fmt.Sprint("person", n), Role: store.Agent, Subusers: []store.SubuserID{6}}, ""); err != nil {
				b.Fatal(err)
			}
		}
		page := "/inbox"
		if n%100 == 0 {
			page = "/conversations/1" // 20 of 2,000 show the thread
		}
		client, _ := s.enter(user)
		l := s.listen(client, page, s.now())
		go c.read(l.Conn)
	}
	memory := float64(inUse()-before) / float64(sockets)

	round := func(post func(n int)) (cpu time.Duration) {
		c.times, c.bytes = nil, 0
		began := cpuTime()
		for n := range benchWebhooks {
			c.expect(sockets)
			post(n)
			<-c.done
		}
		return cpuTime() - began
	}
	round(func(n int) { s.text(6, 0, fmt.Sprint("warming up ", n)) })
	live := round(func(n int) { s.text(6, 0, fmt.Sprint("message about as long as usual, number ", n)) })
	frames := sockets * benchWebhooks
	slices.Sort(c.times)
	p50, p99, size := c.times[len(c.times)/2], c.times[len(c.times)*99/100], c.bytes/frames

	bare, stop := bareBroadcast(b, sockets, &c)
	frame := []byte(strings.Repeat("x", size))
	plain := round(func(int) { bare(frame) })
	stop()
	each := func(d time.Duration) string {
		return fmt.Sprintf("%.1f µs", float64(d.Nanoseconds())/float64(frames)/1000)
	}
	fmt.Printf("| %d | %v, %v | %s | %s | %.1f ms | %d bytes | %.1f KB |\n", sockets, p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond),
		each(live), each(plain), float64(live.Microseconds())/benchWebhooks/1000, size, memory/1024)
	b.ReportMetric(float64(live.Nanoseconds())/float64(frames), "ns/frame")
}

// bareBroadcast is what gorilla alone does: the same bytes to as many sockets.
func bareBroadcast(b *testing.B, sockets int, c *crowd) (send func([]byte), stop func()) {
	hub := web.NewHub[[]byte]()
	plain := web.NewSockets("http://here", slog.New(slog.DiscardHandler), func(error) {})
	n := int64(0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		l := hub.Listen()
		_ = plain.Serve(w, r, n, func(s *web.Socket) int {
			for {
				<-l.News()
				all, ok := l.Take()
				if !ok {
					return 1000
				}
				for _, frame := range all {
					if s.Write(frame) != nil {
						return 1000
					}
				}
			}
		})
	}))
	for range sockets {
		ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http"), http.Header{"Origin": {"http://here"}})
		if err != nil {
			b.Fatal(err)
		}
		go c.read(ws)
	}
	return hub.Publish, func() { hub.Close(); plain.Close(); server.Close() }
}

// inUse is the process's memory for heap and stacks after a collection, in bytes.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// cpuTime is what the process has used, by itself and in the system.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
