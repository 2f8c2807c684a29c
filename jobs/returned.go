package jobs

import "sync"

// returned is what calls that have ended give back. Its loop takes it in before it reads what is due: what was read
// while a call was under way may be done by now, and must still count as busy.
type returned[T any] struct {
	mu   sync.Mutex
	list []T
}

func (r *returned[T]) give(one T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, one)
}

func (r *returned[T]) take() []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.list
	r.list = nil
	return all
}
