package web

import "sync"

// Hub hands what is published to everybody who listens. It knows nothing of who may see what: listeners decide.
type Hub[T any] struct {
	mu        sync.RWMutex // held for reading while sending, for writing while a channel is closed
	listeners map[*Listener[T]]struct{}
	closed    bool
}

// Listener receives what was published since it began to listen, in order and without gaps, until it lags behind.
type Listener[T any] struct {
	C <-chan T // closed when the listener lagged behind or the hub was closed
	c chan T
}

// NewHub returns a hub nobody listens to.
func NewHub[T any]() *Hub[T] {
	return &Hub[T]{listeners: map[*Listener[T]]struct{}{}}
}

// Listen begins to listen. buffer is how far a listener may lag behind before it is dropped: one that does not keep
// up must not hold up the others. Leave with Leave.
func (h *Hub[T]) Listen(buffer int) *Listener[T] {
	c := make(chan T, buffer)
	l := &Listener[T]{C: c, c: c}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(c)
		return l
	}
	h.listeners[l] = struct{}{}
	return l
}

// Leave ends listening. It may be called more than once.
func (h *Hub[T]) Leave(l *Listener[T]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(l)
}

func (h *Hub[T]) drop(l *Listener[T]) {
	if _, listens := h.listeners[l]; listens {
		delete(h.listeners, l)
		close(l.c)
	}
}

// Publish hands v to every listener. It never blocks.
func (h *Hub[T]) Publish(v T) {
	h.mu.RLock()
	var lagging []*Listener[T]
	for l := range h.listeners {
		select {
		case l.c <- v:
		default:
			lagging = append(lagging, l)
		}
	}
	h.mu.RUnlock()
	for _, l := range lagging {
		h.Leave(l)
	}
}

// Close drops all listeners, now and in the future.
func (h *Hub[T]) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for l := range h.listeners {
		h.drop(l)
	}
}
