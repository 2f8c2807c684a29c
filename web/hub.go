package web

import (
	"sync"
	"time"
)

const (
	// hubKept is how much of what was published is kept for listeners that have not taken it yet.
	hubKept = 4096
	// wakeCost is about what it takes to wake one that waits and to serve it; see Pace.
	wakeCost = 20 * time.Microsecond
	wakeMost = 20 * time.Millisecond
)

// Pace is for how long to gather what is new after so many were woken: a few learn of everything at once, and a burst
// wakes many of them a few times, not for every part of it.
func Pace(woken int) time.Duration { return min(time.Duration(woken)*wakeCost, wakeMost) }

// Hub hands what is published to everybody who listens. It knows nothing of who may see what: listeners decide. Nobody
// is kept count of: listeners are places in one common list, so that an idle one costs next to nothing, a slow one
// holds up nobody, and one that falls too far behind is told so.
type Hub[T any] struct {
	mu     sync.Mutex
	list   []T           // the last of what was published; never changed in place, since listeners hold parts of it
	first  int           // how many were published before list
	woken  int           // listeners were woken for so many
	wakes  int           // how often
	asked  int           // how many listeners wait to be woken
	wakeAt time.Time     // not before it are they woken again
	timer  *time.Timer   // under way to that, or nil
	news   chan struct{} // closed to wake them
	closed bool
}

// Listener takes what was published since it began to listen, in order and without gaps. It is for one goroutine.
type Listener[T any] struct {
	hub   *Hub[T]
	next  int
	waits int  // the wake it waits for, by the hub's count
	ended bool // it was told that the hub is closed
}

// NewHub returns a hub nobody listens to.
func NewHub[T any]() *Hub[T] {
	return &Hub[T]{news: make(chan struct{})}
}

// Listen begins to listen. A listener that is not needed any more is just left.
func (h *Hub[T]) Listen() *Listener[T] {
	h.mu.Lock()
	defer h.mu.Unlock()
	return &Listener[T]{hub: h, next: h.first + len(h.list), waits: -1}
}

// Publish hands v to every listener. It never blocks.
func (h *Hub[T]) Publish(v T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.list) >= 2*hubKept {
		h.first += len(h.list) - hubKept
		h.list = append(make([]T, 0, 2*hubKept), h.list[len(h.list)-hubKept:]...)
	}
	h.list = append(h.list, v)
	if h.timer != nil {
		return
	}
	if wait := time.Until(h.wakeAt); wait > 0 {
		h.timer = time.AfterFunc(wait, h.wakeLate)
		return
	}
	h.wake()
}

func (h *Hub[T]) wakeLate() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wake()
}

func (h *Hub[T]) wake() {
	h.timer = nil
	if h.closed {
		return
	}
	h.woken, h.wakeAt = h.first+len(h.list), time.Now().Add(Pace(h.asked))
	h.wakes, h.asked = h.wakes+1, 0
	close(h.news)
	h.news = make(chan struct{})
}

// Again returns a listener for one that Take refused: a new one where it fell behind, the same where the hub is closed.
func (l *Listener[T]) Again() *Listener[T] {
	if l.ended {
		return l
	}
	return l.hub.Listen()
}

// Latest is what was published last; the zero T where nothing was.
func (h *Hub[T]) Latest() (latest T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.list) > 0 {
		latest = h.list[len(h.list)-1]
	}
	return latest
}

// Close tells all listeners, now and in the future, that there is nothing to come.
func (h *Hub[T]) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	if h.timer != nil {
		h.timer.Stop()
	}
	close(h.news)
}

// News is closed once there may be something to take. It is nil once Take has told that the hub is closed.
func (l *Listener[T]) News() <-chan struct{} {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	if l.ended {
		return nil
	}
	if l.next < l.hub.woken && !l.hub.closed {
		return ready
	}
	if l.waits != l.hub.wakes {
		l.waits = l.hub.wakes
		l.hub.asked++
	}
	return l.hub.news
}

// ready is news that is there already.
var ready = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Take returns what was published since the last time. It is to be read only. ok is false when the hub was closed, or
// when the listener fell too far behind.
func (l *Listener[T]) Take() (all []T, ok bool) {
	h := l.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if l.ended = h.closed; l.ended || l.next < h.first {
		return nil, false
	}
	all = h.list[l.next-h.first : len(h.list) : len(h.list)]
	l.next = h.first + len(h.list)
	return all, true
}
