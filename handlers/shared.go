package handlers

import "sync"

// sharedMost is how much is kept for others at most. Everything is forgotten then; it is soon there again.
const sharedMost = 4096

// shared keeps what was read or rendered for one open page for the others that need the same. What a person may see is
// part of the key wherever it makes a difference.
type shared struct {
	latest func() int64 // the number of the latest change
	mu     sync.Mutex
	kept   map[any]*sharing
}

// sharing is one such thing. Who makes it keeps the others waiting: they need it too.
type sharing struct {
	mu    sync.Mutex
	made  bool
	at    int64 // it shows every change up to this one
	value any
}

func newShared(latest func() int64) *shared {
	return &shared{latest: latest, kept: map[any]*sharing{}}
}

// share returns what key stands for with every change up to the number since in it. It calls fresh only where nobody has
// done so since then.
func share[V any](s *shared, key any, since int64, fresh func() (V, error)) (V, error) {
	one := s.find(key)
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.made && one.at >= since {
		return one.value.(V), nil
	}
	at := max(since, s.latest())
	value, err := fresh()
	if err == nil {
		one.made, one.at, one.value = true, at, value
	}
	return value, err
}

func (s *shared) find(key any) *sharing {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.kept[key]
	if one == nil {
		if len(s.kept) >= sharedMost {
			clear(s.kept)
		}
		one = &sharing{}
		s.kept[key] = one
	}
	return one
}
