package web_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tagline/web"
)

// pipes is a listener whose connections are made here: time in them is the test's.
type pipes struct {
	made  chan net.Conn
	ended chan struct{}
	end   func() // once
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.made:
		return conn, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { p.end(); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{} }

// Who sends or reads slowly, or only holds a connection, is let go; each holds a connection for a known time at most.
func TestSlowClientsAreLetGo(t *testing.T) {
	const whole = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	for what, c := range map[string]struct {
		sends string
		reads bool
		after time.Duration
	}{
		"nothing":            {"", true, 5 * time.Second},
		"half a header":      {"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", true, 5 * time.Second},
		"half a body":        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", true, 30 * time.Second},
		"nothing more":       {whole, true, 2 * time.Minute},
		"takes no answer up": {whole, false, time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			ended := make(chan struct{})
			listener := pipes{make(chan net.Conn), ended, sync.OnceFunc(func() { close(ended) })}
			ctx, cancel := context.WithCancel(t.Context())
			served := make(chan error, 1)
			answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, strings.Repeat("long ", 10_000))
			})
			go func() { served <- web.Serve(ctx, listener, answer, slog.New(slog.DiscardHandler), func() {}) }()
			client, server := net.Pipe()
			watched := &watchedConn{Conn: server, closed: make(chan struct{})}
			listener.made <- watched
			began := time.Now()
			if _, err := io.WriteString(client, c.sends); err != nil {
				t.Fatal(err)
			}
			if c.reads {
				go func() { _, _ = io.Copy(io.Discard, bufio.NewReader(client)) }()
			}
			select {
			case <-watched.closed:
			case <-time.After(time.Hour):
				t.Errorf("who sends %s is never let go", what)
			}
			if took := time.Since(began); took > c.after+time.Second {
				t.Errorf("who sends %s is let go after %v", what, took)
			}
			client.Close()
			cancel()
			if err := <-served; err != nil {
				t.Error(err)
			}
		})
	}
}

type watchedConn struct {
	net.Conn
	closed chan struct{}
}

func (c *watchedConn) Close() error {
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return c.Conn.Close()
}

func TestBrowsersAreToldToStayWithHTTPSWhereItIs(t *testing.T) {
	for https, want := range map[bool]string{true: "max-age=31536000", false: ""} {
		answer := httptest.NewRecorder()
		web.Secure(https, http.NotFoundHandler()).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
		if got := answer.Header().Get("Strict-Transport-Security"); got != want {
			t.Errorf("https %v: %q", https, got)
		}
	}
}
