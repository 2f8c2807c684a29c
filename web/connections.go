package web

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

const (
	// mostConnections is how many are open at once at most, where the system lets us have more files.
	mostConnections = 16_384
	// mostOfAddress is how many one address may have of them.
	mostOfAddress = 1_024
	// connectionWarnings is how often the log says that a bound is reached.
	connectionWarnings = time.Minute
	// crowdedPercent is from where on people are told.
	crowdedPercent = 80
)

// Connections bounds how many connections are open, in all and from one address, so that those who only connect do not
// take the files of those who have something to say. A new one takes the place of the one that has been idle longest;
// where none is idle it is closed. What is being answered and websockets are not idle.
type Connections struct {
	total, each int
	exempt      Proxies // behind whose addresses are many visitors
	log         *slog.Logger
	now         func() time.Time

	mu        sync.Mutex
	open      int
	idle      list.List // of *connection, the longest idle first
	addresses map[string]*addressConnections
	warned    time.Time
}

// addressConnections are the connections of one address.
type addressConnections struct {
	open int
	idle list.List
}

// NewConnections returns bounds that suit how many files we may have open, 0 where that is not known.
func NewConnections(files int, exempt Proxies, log *slog.Logger, now func() time.Time) *Connections {
	total := mostConnections
	if files > 0 {
		total = max(1, min(total, files*3/4)) // the rest is for the database, and for calls of our own
	}
	return &Connections{total: total, each: min(mostOfAddress, max(1, total/4)), exempt: exempt, log: log, now: now,
		addresses: map[string]*addressConnections{}}
}

// Use tells how many connections are open, how many may be, and whether that is nearly all.
func (c *Connections) Use() (open, most int, crowded bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open, c.total, c.open*100 >= c.total*crowdedPercent
}

// Listener counts what the listener accepts. Several may share the bounds.
func (c *Connections) Listener(listener net.Listener) net.Listener {
	return boundedListener{listener, c}
}

type boundedListener struct {
	net.Listener
	all *Connections
}

// Accept returns the next connection for which there is a place.
func (l boundedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if counted := l.all.admit(conn); counted != nil {
			return counted, nil
		}
	}
}

// connection is one that is counted until it is closed.
type connection struct {
	net.Conn
	all    *Connections
	key    string // of its address, "" if it is exempt
	once   sync.Once
	closed error

	// Under all.mu:
	counted bool
	busy    int           // requests being answered; one more for ever where it is a websocket
	place   *list.Element // in all.idle
	own     *list.Element // in the idle ones of its address
}

// admit counts a connection, or closes it and returns nil where there is no place.
func (c *Connections) admit(conn net.Conn) *connection {
	fresh := &connection{Conn: conn, all: c, key: c.keyOf(conn)}
	c.mu.Lock()
	gone, ok := c.makePlace(fresh.key)
	if ok {
		c.add(fresh)
	}
	warn := (!ok || gone != nil) && c.now().Sub(c.warned) >= connectionWarnings
	if warn {
		c.warned = c.now()
	}
	open := c.open
	c.mu.Unlock()
	if warn {
		c.log.Warn("too many connections: those that are idle longest are closed for new ones", "open", open, "most", c.total,
			"most from one address", c.each, "from", fresh.key)
	}
	if gone != nil {
		_ = gone.Close()
	}
	if !ok {
		_ = conn.Close()
		return nil
	}
	return fresh
}

// makePlace takes the longest idle connection out of the count where a bound is reached. Not ok if none is idle.
func (c *Connections) makePlace(key string) (gone *connection, ok bool) {
	idle := &c.idle
	if of := c.addresses[key]; key != "" && of != nil && of.open >= c.each {
		idle = &of.idle
	} else if c.open < c.total {
		return nil, true
	}
	oldest := idle.Front()
	if oldest == nil {
		return nil, false
	}
	gone = oldest.Value.(*connection)
	c.remove(gone)
	return gone, true
}

// keyOf is by what a connection's address is counted.
func (c *Connections) keyOf(conn net.Conn) string {
	from, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return ""
	}
	address := from.Addr().Unmap().WithZone("")
	if c.exempt.include(address) {
		return ""
	}
	return Network(address)
}

func (c *Connections) add(conn *connection) {
	conn.counted = true
	c.open++
	if conn.key != "" {
		of := c.addresses[conn.key]
		if of == nil {
			of = &addressConnections{}
			c.addresses[conn.key] = of
		}
		of.open++
	}
	c.rest(conn)
}

func (c *Connections) remove(conn *connection) {
	if !conn.counted {
		return
	}
	conn.counted = false
	c.wake(conn)
	c.open--
	if of := c.addresses[conn.key]; of != nil {
		if of.open--; of.open == 0 {
			delete(c.addresses, conn.key)
		}
	}
}

// rest puts a connection behind all that are idle.
func (c *Connections) rest(conn *connection) {
	conn.place = c.idle.PushBack(conn)
	if of := c.addresses[conn.key]; of != nil {
		conn.own = of.idle.PushBack(conn)
	}
}

// wake takes it from among them.
func (c *Connections) wake(conn *connection) {
	if conn.place != nil {
		c.idle.Remove(conn.place)
	}
	if conn.own != nil {
		c.addresses[conn.key].idle.Remove(conn.own)
	}
	conn.place, conn.own = nil, nil
}

// work counts requests that are being answered.
func (conn *connection) work(requests int) {
	c := conn.all
	c.mu.Lock()
	defer c.mu.Unlock()
	was := conn.busy
	conn.busy += requests
	switch {
	case !conn.counted:
	case was == 0 && conn.busy > 0:
		c.wake(conn)
	case was > 0 && conn.busy == 0:
		c.rest(conn)
	}
}

// Close also takes the connection out of the count.
func (conn *connection) Close() error {
	conn.once.Do(func() {
		conn.all.mu.Lock()
		conn.all.remove(conn)
		conn.all.mu.Unlock()
		conn.closed = conn.Conn.Close()
	})
	return conn.closed
}

// CloseWrite is for net/http, which says goodbye in this way where it can.
func (conn *connection) CloseWrite() error {
	if half, ok := conn.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// work is a request that is being answered. It begins when the request is there as a whole: a body that trickles in
// holds no place.
type work struct {
	on    *connection
	begun bool
}

func (w *work) begin() {
	if !w.begun {
		w.begun = true
		w.on.work(1)
	}
}

func (w *work) end() {
	if w.begun {
		w.on.work(-1)
	}
}

type arrivingBody struct {
	io.ReadCloser
	work *work
}

func (b arrivingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.work.begin()
	}
	return n, err
}

type connectionKey struct{}

// connectionOf finds what is counted behind a connection of a server, nil if nothing is.
func connectionOf(conn net.Conn) *connection {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	counted, _ := conn.(*connection)
	return counted
}

// watchConnections has the server tell which connections are being worked on.
func watchConnections(server *http.Server) {
	handler := server.Handler
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, connectionOf(conn))
	}
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		if counted := connectionOf(conn); counted != nil && state == http.StateHijacked {
			counted.work(1)
		}
	}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if counted, _ := r.Context().Value(connectionKey{}).(*connection); counted != nil {
			work := &work{on: counted}
			defer work.end()
			if r.ContentLength == 0 {
				work.begin()
			} else {
				r.Body = arrivingBody{r.Body, work}
			}
		}
		handler.ServeHTTP(w, r)
	})
}
