package web_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"tagline/web"
)

// echo runs sockets that send back what they are told, for pages of an origin.
func echo(t *testing.T, origin string) (address string, sockets *web.Sockets) {
	t.Helper()
	sockets = web.NewSockets(origin, slog.New(slog.DiscardHandler), func(error) {})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = sockets.Serve(w, r, 1, func(s *web.Socket) error {
			for message := range s.Messages {
				if string(message) == "panic" {
					panic("as told")
				}
				if s.Write(message) != nil {
					break
				}
			}
			return nil
		})
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http"), sockets
}

func TestOnlyPagesOfThePublicOriginConnect(t *testing.T) {
	address, _ := echo(t, "https://inbox.example.com")
	for origin, want := range map[string]bool{
		"https://inbox.example.com":                            true,
		"http://inbox.example.com":                             false,
		"https://inbox.example.com:8443":                       false,
		"https://inbox.example.com.evil":                       false,
		"https://evil.example.com":                             false,
		"https://example.com":                                  false,
		"null":                                                 false,
		"":                                                     false,
		"https://inbox.example.com/":                           false,
		"https://user@inbox.example.com":                       false,
		"HTTPS://INBOX.EXAMPLE.COM":                            false,
		"wss://inbox.example.com":                              false,
		"https://inbox.example.com.":                           false,
		"https://inbox.example.com evil":                       false,
		"file://":                                              false,
		"https://xn--inbox-9ua.example":                        false,
		"https://inbox.example.com%00":                         false,
		"chrome-extension://abcdefghijkl":                      false,
		" https://inbox.example.com.evil":                      false,
		"https://inbox.example.com, https://inbox.example.com": false,
		"https://inbox.example.com:443":                        false, // browsers leave it out
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, resp, err := websocket.DefaultDialer.Dial(address, header)
		if got := err == nil; got != want {
			t.Errorf("origin %q connected: %v", origin, got)
		}
		if err == nil {
			conn.Close()
		} else if resp == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("origin %q was answered %v", origin, resp)
		}
	}
}

func TestARequestWithTwoOriginsIsRefused(t *testing.T) {
	address, _ := echo(t, "http://here")
	if _, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {"http://here", "http://evil"}}); err == nil {
		t.Error("it connected")
	}
}

func TestTheOldestSocketMakesRoomWhereOnePersonHasTooMany(t *testing.T) {
	address, sockets := echo(t, "http://here")
	answered := func(conn *websocket.Conn) error {
		if err := conn.WriteMessage(websocket.TextMessage, []byte("here")); err != nil {
			return err
		}
		_, _, err := conn.ReadMessage()
		return err
	}
	var all []*websocket.Conn
	for i := range web.SocketsEach + 3 {
		conn := dial(t, address)
		if err := answered(conn); err != nil { // a handshake alone does not tell which socket came first
			t.Fatalf("socket %d: %v", i, err)
		}
		all = append(all, conn)
	}
	for i, conn := range all {
		if i < 3 {
			if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, int(web.CloseCrowded)) {
				t.Errorf("socket %d ended with %v", i, err)
			}
			continue
		}
		if err := answered(conn); err != nil {
			t.Errorf("socket %d: %v", i, err)
		}
	}
	if n := counted(t, sockets); n != web.SocketsEach {
		t.Errorf("%v are open, want %d", n, web.SocketsEach)
	}
	for _, conn := range all {
		conn.Close()
	}
	sockets.Close()
}

// counted is how many sockets are measured to be open.
func counted(t *testing.T, sockets *web.Sockets) float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(sockets)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == "tagline_sockets" {
			return family.Metric[0].GetGauge().GetValue()
		}
	}
	return -1
}

func TestABrowserThatDoesNotReadIsCutOff(t *testing.T) {
	for name, limit := range map[string]time.Duration{"by itself": 10 * time.Second, "sooner where it is hurried": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended, stuck := make(chan time.Duration, 1), make(chan struct{})
			sockets := web.NewSockets("http://here", slog.New(slog.DiscardHandler), func(error) {})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = sockets.Serve(w, r, 1, func(s *web.Socket) error {
					began := time.Now()
					timer := time.AfterFunc(time.Second, func() { close(stuck) }) // since a frame left
					for frame := make([]byte, 1<<20); s.Write(frame) == nil; {
						began = time.Now()
						timer.Reset(time.Second)
					}
					ended <- time.Since(began)
					return nil
				})
			}))
			t.Cleanup(server.Close)
			dial(t, "ws"+strings.TrimPrefix(server.URL, "http"))
			if limit < 5*time.Second {
				<-stuck
				sockets.Hurry(1)
			}
			if took := <-ended; took > limit {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func dial(t *testing.T, address string) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial(address, http.Header{"Origin": {"http://here"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestAPanicEndsItsSocketOnly(t *testing.T) {
	address, sockets := echo(t, "http://here")
	first, second := dial(t, address), dial(t, address)
	if err := first.WriteMessage(websocket.TextMessage, []byte("panic")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := first.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseInternalServerErr) {
		t.Errorf("the first ended with %v", err)
	}
	if err := second.WriteMessage(websocket.TextMessage, []byte("still here")); err != nil {
		t.Fatal(err)
	}
	if _, message, err := second.ReadMessage(); err != nil || string(message) != "still here" {
		t.Errorf("%q, %v", message, err)
	}
	second.Close()
	sockets.Close()
}

func TestALargeMessageEndsTheSocket(t *testing.T) {
	address, _ := echo(t, "http://here")
	conn := dial(t, address)
	_ = conn.WriteMessage(websocket.TextMessage, make([]byte, 64<<10)) // may be cut short
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("it was taken")
	}
}

func TestASocketIsClosedWithTheCodeThatItsFunctionReturns(t *testing.T) {
	for name, test := range map[string]struct {
		returned error
		want     web.CloseCode
	}{
		"nothing":        {nil, web.CloseGone},
		"a code":         {web.CloseLagging, web.CloseLagging},
		"a wrapped code": {fmt.Errorf("read the session: %w", web.CloseSignedOut), web.CloseSignedOut},
		"a failure":      {errors.New("disk I/O error"), web.CloseError},
	} {
		t.Run(name, func(t *testing.T) {
			sockets := web.NewSockets("http://here", slog.New(slog.DiscardHandler), func(error) {})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_ = sockets.Serve(w, r, 1, func(*web.Socket) error { return test.returned })
			}))
			t.Cleanup(server.Close)
			conn := dial(t, "ws"+strings.TrimPrefix(server.URL, "http"))
			if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, int(test.want)) {
				t.Errorf("closed with %v, want %d", err, test.want)
			}
		})
	}
}
