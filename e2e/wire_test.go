package e2e

import (
	"bytes"
	"net"
	"sync"
	"testing"
)

// wire stands between a browser and a server, and can be cut or fall silent as networks do.
type wire struct {
	net.Listener
	to   string
	mu   sync.Mutex
	cut  bool
	ends map[net.Conn]net.Conn // of each connection, by the other one
	live map[net.Conn]bool     // those of websockets; false once nothing passes any more
}

// newWire leads to an address, which may begin to listen later.
func newWire(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: listener, to: to, ends: map[net.Conn]net.Conn{}, live: map[net.Conn]bool{}}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go w.join(conn)
		}
	}()
	t.Cleanup(func() { listener.Close(); w.setCut(true) })
	return w
}

func (w *wire) url() string { return "http://" + w.Addr().String() }

func (w *wire) join(here net.Conn) {
	there, err := net.Dial("tcp", w.to)
	w.mu.Lock()
	if err != nil || w.cut {
		w.mu.Unlock()
		here.Close()
		if err == nil {
			there.Close()
		}
		return
	}
	w.ends[here], w.ends[there] = there, here
	w.mu.Unlock()
	go w.pass(here, there)
	w.pass(there, here)
}

func (w *wire) pass(from, to net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		w.mu.Lock()
		if bytes.Contains(buffer[:n], []byte("Upgrade: websocket")) {
			w.live[from], w.live[to] = true, true
		}
		passes, live := w.live[from]
		w.mu.Unlock()
		if n > 0 && (passes || !live) {
			_, err = to.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// silence has nothing pass any more on the websockets that are open, which neither side is told: as when a laptop
// sleeps and the network forgets it.
func (w *wire) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for end := range w.live {
		w.live[end] = false
	}
}

// setCut ends all connections and refuses others, or lets them through again.
func (w *wire) setCut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for end := range w.ends {
		if cut {
			end.Close()
			delete(w.ends, end)
		}
	}
}
