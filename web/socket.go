package web

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	socketWriteWait = 10 * time.Second // for one frame to leave
	socketPing      = 25 * time.Second // between pings; below the idle limit of common proxies
	socketPongWait  = 60 * time.Second // without any sign of life
	socketReadLimit = 8 << 10          // bytes of one message from a browser
)

// Sockets upgrades requests to websockets, from pages of the public origin only.
type Sockets struct {
	upgrader websocket.Upgrader
	log      *slog.Logger
	mu       sync.Mutex
	open     map[*Socket]struct{}
	closing  bool
	running  sync.WaitGroup
}

// NewSockets returns sockets for pages of the origin ("https://inbox.example.com").
func NewSockets(origin string, log *slog.Logger) *Sockets {
	return &Sockets{
		log:  log,
		open: map[*Socket]struct{}{},
		upgrader: websocket.Upgrader{
			ReadBufferSize:   512,
			WriteBufferPool:  &sync.Pool{},
			HandshakeTimeout: 10 * time.Second,
			// A browser always sends Origin; whoever leaves it out is not one of our pages.
			CheckOrigin: func(r *http.Request) bool {
				same := r.Header.Get("Origin") == origin
				if !same {
					log.Warn("live updates refused to a page at another address than --url", "page", r.Header.Get("Origin"), "url", origin)
				}
				return same
			},
		},
	}
}

// Socket is one open websocket. Write may be called from one goroutine only.
type Socket struct {
	conn *websocket.Conn
	// Messages carries what the browser says; it is closed when the socket ends.
	Messages <-chan []byte
}

// Serve upgrades the request and runs the function for the socket in a goroutine of its own, so that the request's
// memory is freed. The socket is closed when the function returns, with the code it returns.
func (s *Sockets) Serve(w http.ResponseWriter, r *http.Request, run func(*Socket) int) error {
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil // the upgrader has answered
	}
	messages := make(chan []byte, 4)
	socket := &Socket{conn: conn, Messages: messages}
	if !s.add(socket) {
		socket.end(websocket.CloseServiceRestart)
		return nil
	}
	go socket.read(messages)
	go s.run(socket, run)
	return nil
}

// run survives a panic of the function: one socket must not end the process.
func (s *Sockets) run(socket *Socket, run func(*Socket) int) {
	code := websocket.CloseInternalServerErr
	defer s.remove(socket)
	defer func() { socket.end(code) }()
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic in a socket", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	code = run(socket)
}

func (s *Sockets) add(socket *Socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.open[socket] = struct{}{}
	s.running.Add(1)
	return true
}

func (s *Sockets) remove(socket *Socket) {
	s.mu.Lock()
	delete(s.open, socket)
	s.mu.Unlock()
	s.running.Done()
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
	return s.conn.WriteMessage(websocket.TextMessage, frame)
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

func (s *Socket) end(code int) {
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	_ = s.conn.Close()
}
