package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// measureOpening loads and opens 1,800 pages beside 200 that are open while messages come.
func measureOpening(b *testing.B) {
	const open, more, rate = 200, 1800, 10
	s := newAudience(b, 100)
	defer s.stop()
	s.openAll(open, inbox)
	s.messages(rate, 2*time.Second, open)
	before := s.messages(rate, 5*time.Second, open)
	var opened sync.WaitGroup
	var took time.Duration
	opened.Go(func() {
		began := time.Now()
		s.openMore(more)
		took = time.Since(began)
	})
	during := s.messages(rate, 5*time.Second, open)
	opened.Wait()
	fmt.Printf("\n%d open pages: webhook to frame p50, last p50, worst %s, %s, %s ms; "+
		"while %d more are loaded and opened within %v %s, %s, %s ms\n", open, ms(before.p50), ms(before.last), ms(before.worst),
		more, took.Round(100*time.Millisecond), ms(during.p50), ms(during.last), ms(during.worst))
}

// openMore loads and opens so many pages, eight at a time. What they are sent is read and not noted.
func (s *audience) openMore(pages int) {
	var all sync.WaitGroup
	for first := range 8 {
		all.Go(func() {
			for n := first; n < pages; n += 8 {
				page := openPage{url: "http://" + measuredAddr, path: "/inbox", session: s.sessions[n%len(s.sessions)]}
				html, err := page.get(page.path)
				var conn *websocket.Conn
				if err == nil { // what it says is not looked at: that takes longer than to make it
					page.change, _ = strconv.ParseInt(pageChange.FindStringSubmatch(html)[1], 10, 64)
					conn, err = page.connect()
				}
				if err != nil {
					s.b.Error(err)
					return
				}
				s.b.Cleanup(func() { conn.Close() })
				go drain(conn)
			}
		})
	}
	all.Wait()
}

// drain reads what comes until the socket ends.
func drain(conn *websocket.Conn) {
	for {
		if _, _, err := conn.NextReader(); err != nil {
			return
		}
	}
}

// measureSlow has a hundred of a thousand pages read nothing any more.
func measureSlow(b *testing.B) {
	b.Helper()
	const sockets, slow, rate = 1000, 100, 10
	s := newAudience(b, 100)
	defer s.stop()
	s.openAll(sockets-slow, inbox)
	var stalled atomic.Bool
	for n := range slow {
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
	s.long = strings.Repeat(" about many things", 1500) // what is sent of it fills what networks hold
	s.messages(rate, 2*time.Second, sockets-slow)
	before := s.messages(rate, 8*time.Second, sockets-slow)
	stalled.Store(true)
	began := time.Now()
	after := s.messages(rate, 8*time.Second, sockets-slow)
	for s.sockets() > sockets-slow && time.Since(began) < time.Minute {
		time.Sleep(50 * time.Millisecond)
	}
	fmt.Printf("\n%d of %d pages cease to read: webhook to frame p50, last p50, worst %s, %s, %s ms for the others, %s, %s, %s ms before; "+
		"the slow are gone after %v\n", slow, sockets, ms(after.p50), ms(after.last), ms(after.worst),
		ms(before.p50), ms(before.last), ms(before.worst), time.Since(began).Round(100*time.Millisecond))
}

// measureReturn restarts the program under two thousand pages, which come back as pages do, while webhooks arrive.
func measureReturn(b *testing.B) {
	b.Helper()
	const sockets, rate = 2000, 50
	s := newAudience(b, 100)
	var away sync.WaitGroup
	var longest atomic.Int64
	back := make(chan struct{})
	for n := range sockets {
		conn := s.open(n, "/inbox")
		away.Go(func() {
			drain(conn)
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
	r := s.messages(rate, spanTime, 0)
	away.Wait()
	fmt.Printf("\nafter a restart %d pages are back within %v; webhook to answer p50, worst %s, %s ms meanwhile (%d webhooks)\n",
		sockets, time.Duration(longest.Load()).Round(100*time.Millisecond), ms(r.answer), ms(r.slowest), r.posts)
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
			go drain(conn)
			return
		}
	}
}

// measureBare is what the machine needs at least: another program that only sends frames as long as usual.
func measureBare(b *testing.B) {
	const sockets, rate = 2000, 4.0
	s := &audience{measured: startBare(b), posts: map[int]*numbered{}}
	defer s.stop()
	for range sockets {
		conn, _, err := websocket.DefaultDialer.Dial("ws://"+bareAddr+"/", nil)
		if err != nil {
			b.Fatal(err)
		}
		go s.read(conn)
		b.Cleanup(func() { conn.Close() })
	}
	r := s.messages(rate, spanTime, sockets)
	fmt.Printf("\nbare broadcast, %d sockets, %.0f/s: p50, last p50 %s, %s ms; CPU a delivery %s µs\n", sockets, rate,
		ms(r.p50), ms(r.last), us(r.each()))
}

const (
	bareAddr  = "localhost:18475"
	bareFrame = 1500 // bytes, as long as what one message changes on the inbox
)

// startBare starts what gorilla alone does in a process of its own.
func startBare(b *testing.B) *measured {
	b.Helper()
	p := &measured{b: b, cmd: exec.Command(os.Args[0]), hook: "http://" + bareAddr + "/sent"}
	p.cmd.Env = append(os.Environ(), "TAGLINE_BARE="+bareAddr)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr := newOutput()
	p.cmd.Stderr = stderr
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	stderr.await(b, "(ready)")
	return p
}

// serveBare sends every body that is posted to every socket that is open, with so much behind it that it is as long as
// a frame.
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
		body = append(body, strings.Repeat("x", max(0, bareFrame-len(body)))...)
		for _, conn := range open {
			_ = conn.WriteMessage(websocket.TextMessage, body)
		}
	}))
}
