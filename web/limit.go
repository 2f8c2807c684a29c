package web

import (
	"crypto/sha256"
	"slices"
	"sync"
	"time"
)

// maxKeys bounds what a Limit remembers. Who comes from more places than this is not kept out by counting places.
const maxKeys = 100_000

// limitKey is what a Limit remembers of a key: strangers write keys, as long as they like.
type limitKey [16]byte

func shortKey(key string) limitKey {
	sum := sha256.Sum256([]byte(key))
	return limitKey(sum[:16])
}

// Limit lets something happen a number of times at once for each key, and from then on once in a while.
type Limit struct {
	burst float64
	every time.Duration
	now   func() time.Time
	mu    sync.Mutex
	spent map[limitKey]spending
	swept time.Time
}

// spending is how much a key had spent at a moment; it is less with every while that passes.
type spending struct {
	amount float64
	at     time.Time
}

// NewLimit returns a limit of burst times at once and one more every while.
func NewLimit(burst int, every time.Duration, now func() time.Time) *Limit {
	return &Limit{burst: float64(burst), every: every, now: now, spent: map[limitKey]spending{}}
}

// Allow spends one time of the key and returns true, or false and how long to wait until there is one.
func (l *Limit) Allow(key string) (ok bool, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	short := shortKey(key)
	amount := l.left(short, now)
	if over := amount + 1 - l.burst; over > 0 {
		return false, time.Duration(over * float64(l.every))
	}
	l.spent[short] = spending{amount + 1, now}
	return true, 0
}

// Refund returns what Take took.
func (l *Limit) Refund(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, short := l.now(), shortKey(key)
	if left := l.left(short, now) - 1; left > 0 {
		l.spent[short] = spending{left, now}
	} else {
		delete(l.spent, short)
	}
}

// Remaining is how often the key may take at once now, and how long until it may as often as ever.
func (l *Limit) Remaining(key string) (times int, full time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	spent := l.left(shortKey(key), l.now())
	return int(l.burst - spent), time.Duration(spent * float64(l.every))
}

// Burst is how often a key may take at once at most.
func (l *Limit) Burst() int { return int(l.burst) }

func (l *Limit) left(key limitKey, now time.Time) float64 {
	s, known := l.spent[key]
	if !known {
		return 0
	}
	return max(0, s.amount-float64(now.Sub(s.at))/float64(l.every))
}

// sweep forgets keys that have nothing spent any more, now and then. Where there are too many it also forgets those
// that have spent least: nobody gets out of a limit by making up keys, unless each of them spends as much.
func (l *Limit) sweep(now time.Time) {
	if now.Sub(l.swept) < l.every && len(l.spent) < maxKeys {
		return
	}
	l.swept = now
	amounts := make([]float64, 0, len(l.spent))
	for key := range l.spent {
		if left := l.left(key, now); left > 0 {
			amounts = append(amounts, left)
		} else {
			delete(l.spent, key)
		}
	}
	if len(amounts) < maxKeys {
		return
	}
	slices.Sort(amounts)
	least, excess := amounts[len(amounts)/10], len(amounts)/10 // a tenth goes, so that this is seldom
	for key := range l.spent {
		if excess > 0 && l.left(key, now) <= least {
			delete(l.spent, key)
			excess--
		}
	}
}
