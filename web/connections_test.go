package web

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// crowd is a server on a real socket with bounds that a test can reach.
type crowd struct {
	t     *testing.T
	all   *Connections
	addr  string
	log   *bytes.Buffer // of warnings
	busy  chan struct{} // what is asked for at /busy is answered once it is closed
	began chan struct{} // one for each of these
}

func newCrowd(t *testing.T, total, each int, exempt Proxies) *crowd {
	t.Helper()
	c := &crowd{t: t, log: &bytes.Buffer{}, busy: make(chan struct{}), began: make(chan struct{}, 100)}
	c.all = NewConnections(0, exempt, slog.New(slog.NewTextHandler(c.log, nil)), time.Now)
	c.all.total, c.all.each = total, each
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.addr = listener.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) { c.began <- struct{}{}; <-c.busy })
	mux.HandleFunc("/body", func(_ http.ResponseWriter, r *http.Request) {
		c.began <- struct{}{}
		_, _ = io.Copy(io.Discard, r.Body)
	})
	mux.HandleFunc("/socket", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
		go func() { _, _ = io.Copy(io.Discard, conn); conn.Close() }()
	})
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- Serve(ctx, c.all.Listener(listener), mux, slog.New(slog.DiscardHandler), func() {}) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return c
}

// dial connects, and sends a request for the path unless it is "".
func (c *crowd) dial(path string) net.Conn {
	c.t.Helper()
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	if path != "" {
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	}
	return conn
}

// answered reads an answer and returns its status, 0 if the connection was closed.
func (c *crowd) answered(conn net.Conn) int {
	c.t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(4 * time.Second))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err, ok := errors.AsType[net.Error](err); ok && err.Timeout() {
		c.t.Fatal("nothing was answered, and the connection is open")
	}
	if err != nil {
		return 0
	}
	if resp.StatusCode == http.StatusOK {
		_, _ = io.Copy(io.Discard, resp.Body)
	}
	return resp.StatusCode
}

// ask makes a request on a connection of its own, which proves that all that connected before have been accepted.
func (c *crowd) ask() int {
	c.t.Helper()
	conn := c.dial("/")
	defer conn.Close()
	return c.answered(conn)
}

func TestTheLongestIdleConnectionMakesPlace(t *testing.T) {
	for name, bounds := range map[string][2]int{"in all": {10, 100}, "from one address": {100, 10}} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, bounds[0], bounds[1], nil)
			socket := c.dial("/socket")
			if got := c.answered(socket); got != http.StatusSwitchingProtocols {
				t.Fatalf("the socket was answered %d", got)
			}
			busy := c.dial("/busy")
			<-c.began
			var silent []net.Conn
			for range 20 {
				silent = append(silent, c.dial(""))
			}
			if got := c.ask(); got != http.StatusOK {
				t.Errorf("a request after 20 silent connections was answered %d", got)
			}
			for i, conn := range silent[:11] {
				if got := c.answered(conn); got != 0 {
					t.Errorf("silent connection %d was answered %d, not closed", i, got)
				}
			}
			last := silent[len(silent)-1]
			fmt.Fprint(last, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			if got := c.answered(last); got != http.StatusOK {
				t.Errorf("the newest of them was answered %d", got)
			}
			close(c.busy)
			if got := c.answered(busy); got != http.StatusOK {
				t.Errorf("what was being answered all the time was answered %d", got)
			}
			_ = socket.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
			if _, err := socket.Read(make([]byte, 1)); !isTimeout(err) {
				t.Errorf("the websocket was closed: %v", err)
			}
			if !strings.Contains(c.log.String(), "too many connections") || strings.Count(c.log.String(), "\n") != 1 {
				t.Errorf("the log says\n%s", c.log)
			}
		})
	}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

func TestWhereNoneIsIdleANewConnectionIsClosed(t *testing.T) {
	c := newCrowd(t, 5, 100, nil)
	for range 4 {
		if got := c.answered(c.dial("/socket")); got != http.StatusSwitchingProtocols {
			t.Fatalf("a socket was answered %d", got)
		}
	}
	c.dial("/busy")
	<-c.began
	if got := c.ask(); got != 0 {
		t.Errorf("one too many was answered %d", got)
	}
	close(c.busy)
	c.all.mu.Lock()
	open := c.all.open
	c.all.mu.Unlock()
	if open != 5 {
		t.Errorf("%d connections are counted, want 5", open)
	}
}

func TestProxiesMayHaveMoreConnections(t *testing.T) {
	exempt, err := ParseProxies([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	c := newCrowd(t, 100, 3, exempt)
	var all []net.Conn
	for range 30 {
		all = append(all, c.dial(""))
	}
	for i, conn := range all {
		fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if got := c.answered(conn); got != http.StatusOK {
			t.Errorf("connection %d of a proxy was answered %d", i, got)
		}
	}
}

func TestConnectionsThatEndAreNotCountedAnyMore(t *testing.T) {
	c := newCrowd(t, 50, 50, nil)
	var all []net.Conn
	for range 40 {
		all = append(all, c.dial("/"))
	}
	for _, conn := range all {
		if got := c.answered(conn); got != http.StatusOK {
			t.Fatalf("answered %d", got)
		}
	}
	if open, most, crowded := c.all.Use(); open != 40 || most != 50 || !crowded {
		t.Errorf("%d of %d connections, crowded %v", open, most, crowded)
	}
	for _, conn := range all {
		conn.Close()
	}
	for deadline := time.Now().Add(5 * time.Second); ; {
		open, _, crowded := c.all.Use()
		c.all.mu.Lock()
		left := c.all.idle.Len() + len(c.all.addresses)
		c.all.mu.Unlock()
		if open == 0 && !crowded && left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections and %d traces are left", open, left)
		}
		if got := c.ask(); got != http.StatusOK {
			t.Fatalf("answered %d", got)
		}
	}
}

// 6,000 silent connections made each webhook wait for ten seconds; here every bound is a twentieth of that.
func TestRequestsStayFastAmongSilentConnections(t *testing.T) {
	c := newCrowd(t, 200, 200, nil)
	for range 600 {
		c.dial("")
	}
	var took []time.Duration
	lost := 0
	for range 300 {
		c.dial("") // they keep coming
		c.dial("")
		began := time.Now()
		if c.ask() != http.StatusOK {
			lost++
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	t.Logf("p50 %v, p99 %v, lost %d of %d", took[len(took)/2], took[len(took)*99/100], lost, len(took))
	if p99 := took[len(took)*99/100]; p99 > time.Second || lost > 0 {
		t.Errorf("p99 %v, %d lost", p99, lost)
	}
}

func TestTheBoundsAreBelowWhatTheSystemAllows(t *testing.T) {
	for _, files := range []int{1, 2, 64, 1024, 524_288, OpenFiles()} {
		c := NewConnections(files, nil, slog.New(slog.DiscardHandler), time.Now)
		if files > 1 && c.total >= files || c.total < 1 || c.total > mostConnections || c.each < 1 || c.each > c.total {
			t.Errorf("%d in all, %d from one address; %d files", c.total, c.each, files)
		}
	}
}

// A body that trickles in holds no place: whoever sends one is no better than who only connects.
func TestAnUnfinishedBodyHoldsNoPlace(t *testing.T) {
	c := newCrowd(t, 10, 10, nil)
	for range 10 {
		conn := c.dial("")
		fmt.Fprint(conn, "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\na little")
		<-c.began // its handler reads the body
	}
	if status := c.answered(c.dial("/")); status != http.StatusOK {
		t.Errorf("a newcomer was answered %d", status)
	}
}

// from is a connection of which only the other side's address is known.
type from struct {
	net.Conn
	address string
}

func (f from) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(f.address))
}

// Who has many IPv6 addresses has no more connections than others, and nobody has two shares by another notation.
func TestConnectionsAreCountedByNetwork(t *testing.T) {
	for _, test := range []struct {
		one, other string
		same       bool
	}{
		{"[2001:db8:1:2::1]:80", "[2001:db8:1:2:ffff::9]:81", true},
		{"[2001:db8:1:2::1]:80", "[2001:db8:1:3::1]:80", false},
		{"192.0.2.1:80", "[::ffff:192.0.2.1]:81", true},
		{"192.0.2.1:80", "192.0.2.2:80", false},
		{"[fe80::1%eth0]:80", "[fe80::2%eth1]:80", true},
	} {
		c := NewConnections(100, nil, slog.New(slog.DiscardHandler), time.Now)
		for _, address := range []string{test.one, test.other} {
			c.admit(from{address: address})
		}
		if networks := len(c.addresses); (networks == 1) != test.same {
			t.Errorf("%s and %s are counted as %d", test.one, test.other, networks)
		}
	}
}

// The system writes the address of a proxy in several ways; none of them is bounded as a visitor's.
func TestProxiesAreKnownHoweverTheirAddressIsWritten(t *testing.T) {
	exempt := Proxies{netip.MustParsePrefix("192.0.2.0/28"), netip.MustParsePrefix("fe80::/10")}
	for address, is := range map[string]bool{
		"192.0.2.1:80": true, "[::ffff:192.0.2.1]:80": true, "[fe80::1%eth0]:80": true,
		"192.0.2.16:80": false, "[::ffff:192.0.2.16]:80": false, "[2001:db8:2::1]:80": false, "[::192.0.2.1]:80": false,
	} {
		c := NewConnections(100, exempt, slog.New(slog.DiscardHandler), time.Now)
		c.admit(from{address: address})
		if counted := len(c.addresses) == 1; counted == is {
			t.Errorf("%s is a proxy: %t", address, !is)
		}
	}
}
