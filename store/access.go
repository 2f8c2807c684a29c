package store

import (
	"context"
	"sync"
)

// accesses numbers what people may see and where they are signed in. A person's number is another one from before the
// commit that changes any of it, so that whoever asks right before showing something shows nothing that was taken away.
type accesses struct {
	mu       sync.Mutex
	all      int64 // is part of everybody's number
	numbers  map[int64]int64
	changing map[int64]chan struct{} // closed after the transaction that is under way
}

// Access returns the number of what the person may see now. While a commit that changes it is under way it waits for
// that; read what they may see after it.
func (s *Store) Access(ctx context.Context, user int64) (int64, error) {
	a := &s.effects.accesses
	for {
		a.mu.Lock()
		number, under := a.all+a.numbers[user], a.changing[user]
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
	a := &s.effects.accesses
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.all+a.numbers[user] == number && a.changing[user] == nil
}

// change is called by writes that change a person's access. Only the writer calls it, so that there is one transaction
// at a time.
func (a *accesses) change(user int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.numbers == nil {
		a.numbers, a.changing = map[int64]int64{}, map[int64]chan struct{}{}
	}
	if a.changing[user] == nil {
		a.numbers[user]++
		a.changing[user] = make(chan struct{})
	}
}

// changeAll is called where a sign-in has ended and it is not known whose.
func (a *accesses) changeAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all++
}

// settle is called after each transaction, whether it was committed or not.
func (a *accesses) settle() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for user, under := range a.changing {
		close(under)
		delete(a.changing, user)
	}
}
