package web

import (
	"sync"
	"time"
)

// maxKeys bounds what a Limit remembers. Who comes from more places than this is not kept out by counting places.
const maxKeys = 100_000

// Limit lets something happen a number of times at once for each key, and from then on once in a while.
type Limit struct {
	burst float64
	every time.Duration
	now   func() time.Time
	mu    sync.Mutex
	spent map[string]spending
	swept time.Time
}

// spending is how much a key had spent at a moment; it is less with every while that passes.
type spending struct {
	amount float64
	at     time.Time
}

// NewLimit returns a limit of burst times at once and one more every while.
func NewLimit(burst int, every time.Duration, now func() time.Time) *Limit {
	return &Limit{burst: float64(burst), every: every, now: now, spent: map[string]spending{}}
}

// Take spends one time of the key and returns true, or false and how long to wait until there is one.
func (l *Limit) Take(key string) (ok bool, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	amount := l.left(key, now)
	if over := amount + 1 - l.burst; over > 0 {
		return false, time.Duration(over * float64(l.every))
	}
	l.spent[key] = spending{amount + 1, now}
	return true, 0
}

// Give returns what Take took.
func (l *Limit) Give(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.spent[key] = spending{max(0, l.left(key, now)-1), now}
}

// Rest is how often the key may take at once now, and how long until it may as often as ever.
func (l *Limit) Rest(key string) (times int, full time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	spent := l.left(key, l.now())
	return int(l.burst - spent), time.Duration(spent * float64(l.every))
}

// Burst is how often a key may take at once at most.
func (l *Limit) Burst() int { return int(l.burst) }

func (l *Limit) left(key string, now time.Time) float64 {
	s, known := l.spent[key]
	if !known {
		return 0
	}
	return max(0, s.amount-float64(now.Sub(s.at))/float64(l.every))
}

// sweep forgets keys that have nothing spent any more, now and then.
func (l *Limit) sweep(now time.Time) {
	if now.Sub(l.swept) < l.every && len(l.spent) < maxKeys {
		return
	}
	l.swept = now
	for key := range l.spent {
		if l.left(key, now) == 0 || len(l.spent) > maxKeys {
			delete(l.spent, key)
		}
	}
}
