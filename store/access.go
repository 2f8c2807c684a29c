package store

import (
	"context"
	"slices"
	"sync"
)

// accesses numbers what people may see and where they are signed in. A person's number is another one from before the
// commit that changes any of it, so that whoever asks right before showing something shows nothing that was taken away.
type accesses struct {
	mu       sync.Mutex
	numbers  map[int64]int64
	changing map[int64]chan struct{} // closed after the commit that is under way
}

// Access returns the number of what the person may see now. While a commit that changes it is under way it waits for
// that; read what they may see after it.
func (s *Store) Access(ctx context.Context, user int64) (int64, error) {
	a := &s.writer.accesses
	for {
		a.mu.Lock()
		number, under := a.numbers[user], a.changing[user]
		a.mu.Unlock()
		if under == nil {
			return number, nil
		}
		select {
		case <-under:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// SameAccess tells whether the person may still see what they could when Access returned the number.
func (s *Store) SameAccess(user, number int64) bool {
	a := &s.writer.accesses
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.numbers[user] == number && a.changing[user] == nil
}

// change is called before the commit of writes that change the access of people; settled after it, whether it succeeded
// or not. Only the writer calls it, so that there is one at a time.
func (a *accesses) change(batch []*write) (settled func()) {
	var people []int64
	for _, job := range batch {
		for _, c := range job.changes {
			if c.PersonID != 0 && !slices.Contains(people, c.PersonID) {
				people = append(people, c.PersonID)
			}
		}
	}
	if people == nil {
		return func() {}
	}
	done := make(chan struct{})
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.numbers == nil {
		a.numbers, a.changing = map[int64]int64{}, map[int64]chan struct{}{}
	}
	for _, user := range people {
		a.numbers[user]++
		a.changing[user] = done
	}
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, user := range people {
			delete(a.changing, user)
		}
		close(done)
	}
}
