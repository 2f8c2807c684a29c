package web

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	socketWriteWait = 5 * time.Second        // for one frame to leave
	socketHurry     = 500 * time.Millisecond // for a frame that is leaving while the person's sockets are hurried
	socketPing      = 25 * time.Second       // between pings; below the idle limit of common proxies
	socketPongWait  = 60 * time.Second       // without any sign of life
	socketReadLimit = 8 << 10                // bytes of one message from a browser
	// bytes that the system keeps for a browser that does not read; by itself it would keep megabytes
	socketBuffer = 128 << 10
)

// SocketsEach is how many sockets one person may have open. One more closes the oldest, with CloseCrowded.
const SocketsEach = 20

// Sockets upgrades requests to websockets, from pages of the public origin only.
type Sockets struct {
	upgrader websocket.Upgrader
	panicked func(error)
	mu       sync.Mutex
	open     map[int64][]*Socket // by person, the oldest first
	closing  bool
	running  sync.WaitGroup
	frames   atomic.Int64 // sent so far
}

// NewSockets returns sockets for pages of the origin ("https://inbox.example.com"). panicked is told of each panic that
// a socket survived.
func NewSockets(origin string, log *slog.Logger, panicked func(error)) *Sockets {
	return &Sockets{
		panicked: panicked,
		open:     map[int64][]*Socket{},
		upgrader: websocket.Upgrader{
			ReadBufferSize:   512,
			WriteBufferPool:  &sync.Pool{},
			HandshakeTimeout: 10 * time.Second,
			// A browser always sends Origin; whoever leaves it out is not one of our pages.
			CheckOrigin: func(r *http.Request) bool {
				same := r.Header.Get("Origin") == origin && len(r.Header.Values("Origin")) == 1
				if !same {
					log.Warn("live updates refused to a page at another address than --url",
						"page", r.Header.Get("Origin"), "url", origin)
				}
				return same
			},
		},
	}
}

// Socket is one open websocket. Write may be called from one goroutine only.
type Socket struct {
	conn   *websocket.Conn
	person int64
	frames *atomic.Int64
	// Messages carries what the browser says; it is closed when the socket ends.
	Messages <-chan []byte
}

// Serve upgrades the person's request and runs the function for the socket in a goroutine of its own, so that the
// request's memory is freed. The socket is closed when the function returns: with the CloseCode it returns, CloseGone
// where it returns nil, else CloseError.
func (s *Sockets) Serve(w http.ResponseWriter, r *http.Request, person int64, run func(*Socket) error) error {
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil // the upgrader has answered
	}
	boundBuffer(conn.NetConn())
	messages := make(chan []byte, 4)
	socket := &Socket{conn: conn, person: person, frames: &s.frames, Messages: messages}
	oldest, added := s.add(socket)
	if !added {
		socket.end(CloseRestart)
		return nil
	}
	go s.guard(func() { socket.read(messages) })
	go s.run(socket, run)
	if oldest != nil {
		oldest.end(CloseCrowded)
	}
	return nil
}

// boundBuffer has a browser that does not read be noticed soon, and take little.
func boundBuffer(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(socketBuffer)
	}
}

// run survives a panic of the function: one socket must not end the process.
func (s *Sockets) run(socket *Socket, run func(*Socket) error) {
	code := CloseError
	defer s.remove(socket)
	defer func() { socket.end(code) }()
	s.guard(func() { code = closeCode(run(socket)) })
}

func (s *Sockets) guard(do func()) {
	defer func() {
		if p := recover(); p != nil {
			s.panicked(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	do()
}

// add returns the person's oldest socket if that must make room.
func (s *Sockets) add(socket *Socket) (oldest *Socket, added bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, false
	}
	own := append(s.open[socket.person], socket)
	if len(own) > SocketsEach {
		oldest, own = own[0], own[1:]
	}
	s.open[socket.person] = own
	s.running.Add(1)
	return oldest, true
}

func (s *Sockets) remove(socket *Socket) {
	defer s.running.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.open[socket.person]
	for i, other := range own {
		if other == socket {
			own = append(own[:i:i], own[i+1:]...)
		}
	}
	if s.open[socket.person] = own; len(own) == 0 {
		delete(s.open, socket.person)
	}
}

// Hurry gives what is on its way to the person a moment more to leave. Their sockets have something else to do, and one
// whose browser does not read must not keep that waiting.
func (s *Sockets) Hurry(person int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, socket := range s.open[person] {
		_ = socket.conn.NetConn().SetWriteDeadline(time.Now().Add(socketHurry))
	}
}

// Close refuses further sockets and returns when those open have ended; whoever runs them must end them.
func (s *Sockets) Close() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.running.Wait()
}

// Write sends one text frame.
func (s *Socket) Write(frame []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(socketWriteWait)); err != nil {
		return err
	}
	err := s.conn.WriteMessage(websocket.TextMessage, frame)
	if err == nil {
		s.frames.Add(1)
	}
	return err
}

// Ping asks the browser for a sign of life; call it every PingEvery.
func (s *Socket) Ping() error {
	return s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(socketWriteWait))
}

// PingEvery is how often Ping is due.
const PingEvery = socketPing

// read hands on what the browser says until the socket ends. What comes faster than it is taken ends the socket.
func (s *Socket) read(messages chan<- []byte) {
	defer close(messages)
	s.conn.SetReadLimit(socketReadLimit)
	alive := func(string) error { return s.conn.SetReadDeadline(time.Now().Add(socketPongWait)) }
	s.conn.SetPongHandler(alive)
	for {
		if alive("") != nil {
			return
		}
		_, message, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		select {
		case messages <- message:
		default:
			return
		}
	}
}

func (s *Socket) end(code CloseCode) {
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(int(code), ""),
		time.Now().Add(time.Second))
	_ = s.conn.Close()
}
