package handlers

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"tagline/store"
	"tagline/web"
)

const (
	forwardPart   = "passing webhooks on"
	forwardWait   = 15 * time.Second // for a target to answer
	forwardStore  = 10 * time.Second // for the store to
	forwardAgain  = time.Second      // until the store is asked again after it failed
	longestRest   = time.Hour        // until it is looked again although nothing woke
	forwardCalls  = 8                // that are out at a target at once
	forwardFinish = 3 * time.Second  // for calls that are out when the server ends
)

// forwardPauses are the rests after a body was not taken, as Standard Webhooks has them; after the last it is given up.
var forwardPauses = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour}

// longestPause bounds what a target may ask for with Retry-After.
const longestPause = 24 * time.Hour

// forwarder passes accepted webhooks on to targets: in order for each number and target, each target in lines of its own. It is
// woken by commits; what was called for and not noted when the process ended is called for again.
type forwarder struct {
	store *store.Store
	caller
	log *slog.Logger

	looking context.Context // ends when the forwarder closes
	stop    context.CancelFunc
	giveUp  context.CancelFunc // ends calls under way
	running sync.WaitGroup

	rested chan outgoing
	busy   map[outgoing]struct{} // what is out; of the forwarder's goroutine alone
	out    map[int64]int         // how much of it is at each target
}

// outgoing names a body on its way to a target.
type outgoing struct{ target, delivery int64 }

func startForwarder(s *store.Store, now func() time.Time, log *slog.Logger) *forwarder {
	f := &forwarder{store: s, log: log, rested: make(chan outgoing), busy: map[outgoing]struct{}{}, out: map[int64]int{}}
	f.looking, f.stop = context.WithCancel(context.Background())
	f.caller = caller{public: web.OutwardClient(forwardWait, forwardCalls, false), nearby: web.OutwardClient(forwardWait, forwardCalls, true), now: now}
	f.calling, f.giveUp = context.WithCancel(context.Background())
	f.running.Go(f.run)
	return f
}

// close passes nothing more on and returns when it is noted how the calls under way ended.
func (f *forwarder) close() {
	f.stop()
	patience := time.AfterFunc(forwardFinish, f.giveUp)
	f.running.Wait()
	patience.Stop()
	f.giveUp()
	f.public.CloseIdleConnections()
	f.nearby.CloseIdleConnections()
}

func (f *forwarder) run() {
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-f.looking.Done():
			return
		case o := <-f.rested:
			f.free(o)
		case <-f.store.Forwarding():
		case <-next.C:
		}
		rest := forwardAgain
		err := guarded(f.store, forwardPart, func() (err error) {
			rest, err = f.look()
			return err
		})
		if err != nil && f.looking.Err() == nil {
			f.log.Error("webhooks could not be passed on", "error", err)
		}
		next.Reset(rest)
	}
}

func (f *forwarder) free(o outgoing) {
	delete(f.busy, o)
	if f.out[o.target]--; f.out[o.target] == 0 {
		delete(f.out, o.target)
	}
}

// look starts every call that is due, and returns how long nothing more will be.
func (f *forwarder) look() (rest time.Duration, err error) {
	ctx, cancel := context.WithTimeout(f.looking, forwardStore)
	defer cancel()
	targets, more, err := f.store.TakeForwards(ctx)
	if err != nil {
		return forwardAgain, err
	}
	for _, target := range targets {
		if err := f.start(ctx, target); err != nil {
			return forwardAgain, err
		}
	}
	if len(targets) == 0 {
		return longestRest, nil
	}
	if more {
		return 0, nil
	}
	at, err := f.store.NextForward(ctx)
	if err != nil {
		return forwardAgain, err
	}
	return min(max(time.UnixMilli(at).Sub(f.now()), time.Millisecond), longestRest), nil
}

// start starts the calls of one target that are due, as far as it may have more.
func (f *forwarder) start(ctx context.Context, target store.Target) error {
	free := forwardCalls - f.out[target.ID]
	if target.PausedAt != 0 || free <= 0 {
		return nil
	}
	due, err := f.store.DueForwards(ctx, target.ID, forwardCalls) // what is out is among them
	for _, d := range due {
		o := outgoing{target.ID, d.Delivery.ID}
		if _, busy := f.busy[o]; busy || free == 0 {
			continue
		}
		free--
		f.busy[o] = struct{}{}
		f.out[target.ID]++
		f.running.Go(func() { f.pass(target, d, o) })
	}
	return err
}

// pass makes one call and notes how it ended. If that cannot be noted the body is called for again.
func (f *forwarder) pass(target store.Target, d store.Forward, o outgoing) {
	if err := guarded(f.store, forwardPart, func() error { return f.call(target, d) }); err != nil {
		f.log.Error("how a webhook was passed on could not be noted", "target", target.ID, "delivery", d.Delivery.ID, "error", err)
	}
	select {
	case f.rested <- o:
	case <-f.looking.Done():
	}
}

func (f *forwarder) call(target store.Target, d store.Forward) error {
	called := f.post(f.calling, target, d.Delivery)
	if f.calling.Err() != nil && called.Error != "" {
		return nil // the server ends: the next one calls again
	}
	ctx, cancel := context.WithTimeout(context.Background(), forwardStore)
	defer cancel()
	paused, err := f.store.EndForward(ctx, d, called.ForwardAttempt, pauseAfter(d.Attempts, called.retryAfter))
	if paused {
		f.log.Warn("a target took nothing for a day and is paused; what is for it waits until an admin resumes it", "target", target.ID)
	}
	return err
}

// pauseAfter is how long to rest after a body was not taken that often before, with up to a tenth more, so that many do not come back at
// once; 0 is for ever. A target that asks for longer gets it.
func pauseAfter(attempts int, asked time.Duration) time.Duration {
	if attempts >= len(forwardPauses) {
		return 0
	}
	pause := max(forwardPauses[attempts], min(asked, longestPause))
	return pause + rand.N(pause/10) // #nosec G404 -- nobody gains by guessing it
}
