package handlers

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tagline/jobs"
	"tagline/store"
)

// visitEvery is how exactly it is known when a session was last used.
const visitEvery = 5 * time.Minute

// lastSeen notes which sessions are in use, aside from the requests themselves: reading a page writes nothing.
type lastSeen struct {
	store *store.Store
	log   *slog.Logger
	now   func() time.Time

	mu      sync.Mutex
	noted   map[string]time.Time // when each session was noted last, by its sum
	closed  bool
	running sync.WaitGroup
}

// due tells whether the session is to be noted now, and that it is. One that has just begun is so by itself.
func (v *lastSeen) due(sum []byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	if last, known := v.noted[string(sum)]; v.closed || known && now.Sub(last) < visitEvery {
		return false
	}
	for old, at := range v.noted {
		if now.Sub(at) >= visitEvery {
			delete(v.noted, old)
		}
	}
	v.noted[string(sum)] = now
	return true
}

// touch notes that the session is in use, unless it was noted within visitEvery. It does not block.
func (v *lastSeen) touch(sum []byte) { v.note(sum, v.store.TouchSession) }

// touchToken does so of a token for the API.
func (v *lastSeen) touchToken(sum []byte) { v.note(sum, v.store.TouchAPIToken) }

func (v *lastSeen) note(sum []byte, touch func(context.Context, []byte) error) {
	if !v.due(sum) {
		return
	}
	v.running.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), storeWait)
		defer cancel()
		if err := jobs.Recover(v.store, "noting visits", func() error { return touch(ctx, sum) }); err != nil {
			v.log.Error("use of a session not noted", "error", err)
		}
	})
}

// close waits for what is being noted. Nothing is after it.
func (v *lastSeen) close() {
	v.mu.Lock()
	v.closed = true
	v.mu.Unlock()
	v.running.Wait()
}
