package handlers

import (
	"sync"
	"time"
)

const (
	// sharedFor is how long something is kept for others that nobody asked for meanwhile; it may be twice as long. Who needs
	// the same needs it at about the same time, and a thread takes a lot of memory.
	sharedFor = 5 * time.Second
	// sharedMost is how many things are kept at most, or twice as many.
	sharedMost = 4096
)

// shared keeps what was read or rendered for one open page for the others that need the same. What a person may see is
// part of the key wherever it makes a difference.
type shared struct {
	latest func() int64 // the number of the latest change
	now    func() time.Time

	mu     sync.Mutex
	turned time.Time        // when kept became older
	kept   map[any]*sharing // what was asked for since then
	older  map[any]*sharing // and before; nobody asked for it since
}

// sharing is one such thing. Who makes it keeps the others waiting: they need it too.
type sharing struct {
	mu    sync.Mutex
	made  bool
	at    int64 // it shows every change up to this one
	value any
}

func newShared(latest func() int64, now func() time.Time) *shared {
	return &shared{latest: latest, now: now, kept: map[any]*sharing{}}
}

// share returns what key stands for with every change up to the number since in it. It calls fresh, which reads the store, only
// where nobody has done so since then.
func share[V any](s *shared, key any, since int64, fresh func() (V, error)) (V, error) {
	return keep(s, key, since, func() int64 { return max(since, s.latest()) }, fresh)
}

// derive is share for what is made of something that was read before and shows every change up to since: a later one may be
// missing in it, whenever it is made.
func derive[V any](s *shared, key any, since int64, fresh func() (V, error)) (V, error) {
	return keep(s, key, since, func() int64 { return since }, fresh)
}

// keep keeps what fresh returns as something that shows every change up to the number at, which is asked for before.
func keep[V any](s *shared, key any, since int64, at func() int64, fresh func() (V, error)) (V, error) {
	one := s.find(key)
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.made && one.at >= since {
		return one.value.(V), nil
	}
	shows := at()
	value, err := fresh()
	if err == nil {
		one.made, one.at, one.value = true, shows, value
	}
	return value, err
}

func (s *shared) find(key any) *sharing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); len(s.kept) >= sharedMost || now.Sub(s.turned) >= sharedFor {
		s.older, s.kept, s.turned = s.kept, map[any]*sharing{}, now
	}
	one := s.kept[key]
	if one == nil {
		if one = s.older[key]; one == nil {
			one = &sharing{}
		}
		s.kept[key] = one
	}
	return one
}
