package live

import (
	"context"
	"sync"
	"time"
)

// patience is for how long sockets wait for the store. Those that ask at about the same time share one context: thousands of
// them, each with a timer of its own for every frame, would cost more than what they wait for.
type patience struct {
	mu     sync.Mutex
	shared context.Context
	cancel context.CancelFunc // only when the app closes: others may still wait
}

// liveWait is the least that a socket waits for the store; twice that is the most.
const liveWait = 10 * time.Second

// context returns one that ends by itself.
func (p *patience) context() context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shared != nil {
		if end, _ := p.shared.Deadline(); time.Until(end) > liveWait {
			return p.shared
		}
	}
	p.shared, p.cancel = context.WithTimeout(context.Background(), 2*liveWait)
	return p.shared
}

// close ends the waiting of all.
func (p *patience) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cancel != nil {
		p.cancel()
	}
}
