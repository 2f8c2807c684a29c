package web

import (
	"context"
	"sync"
)

// Slots bound how many long requests run at once: one for each key, and a few in total while they work.
type Slots struct {
	working chan struct{} // holds one for each that works
	mu      sync.Mutex
	held    map[string]*place // by key
}

// place is the one of a key. It is forgotten once nobody holds it or waits for it.
type place struct {
	users int
	taken chan struct{} // full while a request holds it
}

// NewSlots returns room for total requests that work at once.
func NewSlots(total int) *Slots {
	return &Slots{working: make(chan struct{}, total), held: map[string]*place{}}
}

// Slot is what one request holds. Its Release must be called.
type Slot struct {
	Release func()
	slots   *Slots
}

// Acquire waits until no other request of the key holds a slot. If ctx ends before, the error is its own.
func (s *Slots) Acquire(ctx context.Context, key string) (*Slot, error) {
	own := s.join(key)
	select {
	case own.taken <- struct{}{}:
	case <-ctx.Done():
		s.leave(key, own)
		return nil, ctx.Err()
	}
	release := sync.OnceFunc(func() {
		<-own.taken
		s.leave(key, own)
	})
	return &Slot{release, s}, nil
}

// Do waits until there is room among those that work, and works. What waits for somebody else, like a slow browser,
// does not belong into it. If ctx ends before there is room, the error is its own.
func (s *Slot) Do(ctx context.Context, work func() error) error {
	select {
	case s.slots.working <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.slots.working }()
	return work()
}

func (s *Slots) join(key string) *place {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.held[key]
	if own == nil {
		own = &place{taken: make(chan struct{}, 1)}
		s.held[key] = own
	}
	own.users++
	return own
}

func (s *Slots) leave(key string, own *place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if own.users--; own.users == 0 {
		delete(s.held, key)
	}
}
