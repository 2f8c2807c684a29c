package jobs

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"tagline/store"
)

const (
	forwardPart  = "passing webhooks on"
	forwardWait  = 15 * time.Second // for a target to answer
	forwardCalls = 8                // that are out at a target at once
)

// forwardPauses are the rests after a body was not taken, as Standard Webhooks has them; after the last it is given up.
var forwardPauses = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 10 * time.Hour}

// longestPause bounds what a target may ask for with Retry-After.
const longestPause = 24 * time.Hour

// forwarding passes accepted webhooks on to targets: in order for each number and target, each target in lines of its
// own. It is woken by commits; what was called for and not noted when the process ended is called for again.
type forwarding struct {
	Env
	*Loop
	caller  *DestinationCaller
	calling context.Context // ends when calls under way are given up
	giveUp  context.CancelFunc
	calls   sync.WaitGroup

	answered returned[outgoing]
	busy     map[outgoing]struct{} // what is out; of the loop alone
	out      map[int64]int         // how much of it is at each target
}

// outgoing names a body on its way to a target.
type outgoing struct{ target, delivery int64 }

func startForwarding(env Env, caller *DestinationCaller) *forwarding {
	f := &forwarding{Env: env, caller: caller, busy: map[outgoing]struct{}{}, out: map[int64]int{}}
	f.calling, f.giveUp = context.WithCancel(context.Background())
	f.Loop = newLoop(env, forwardPart, env.Store.Forwarding, f.startDue)
	f.begin()
	return f
}

// Close passes nothing more on and returns when it is noted how the calls under way ended.
func (f *forwarding) Close() {
	f.Loop.Close()
	finish := time.AfterFunc(finishWait, f.giveUp)
	f.calls.Wait()
	finish.Stop()
	f.giveUp()
	f.caller.close()
}

// take keeps a place at the target for what goes out, unless it is out already or the target has enough.
func (f *forwarding) take(o outgoing) bool {
	if _, busy := f.busy[o]; busy || f.out[o.target] >= forwardCalls {
		return false
	}
	f.busy[o] = struct{}{}
	f.out[o.target]++
	return true
}

// settle frees the places of the calls that have ended.
func (f *forwarding) settle() {
	for _, o := range f.answered.take() {
		delete(f.busy, o)
		if f.out[o.target]--; f.out[o.target] == 0 {
			delete(f.out, o.target)
		}
	}
}

// startDue starts every call that is due, and returns how long nothing more will be.
func (f *forwarding) startDue(ctx context.Context) (rest time.Duration, err error) {
	f.settle()
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	targets, more, err := f.Store.TakeForwards(ctx)
	if err != nil {
		return 0, err
	}
	for _, target := range targets {
		if err := f.start(ctx, target); err != nil {
			return 0, err
		}
	}
	if len(targets) == 0 {
		return UntilWoken, nil
	}
	if more {
		return 0, nil
	}
	at, err := f.Store.NextForward(ctx)
	if err != nil {
		return 0, err
	}
	return min(max(time.UnixMilli(at).Sub(f.Now()), time.Millisecond), UntilWoken), nil
}

// start starts the calls of one target that are due, as far as it may have more.
func (f *forwarding) start(ctx context.Context, target store.Target) error {
	if target.PausedAt != 0 {
		return nil
	}
	due, err := f.Store.DueForwards(ctx, target.ID, forwardCalls) // what is out is among them
	for _, d := range due {
		if o := (outgoing{target.ID, d.Delivery.ID}); f.take(o) {
			f.calls.Go(func() { f.pass(target, d, o) })
		}
	}
	return err
}

// pass makes one call and notes how it ended. If that cannot be noted the body is called for again.
func (f *forwarding) pass(target store.Target, d store.Forward, o outgoing) {
	if err := Recover(f.Store, forwardPart, func() error { return f.call(target, d) }); err != nil {
		f.Log.Error("how a webhook was passed on could not be noted", "target", target.ID,
			"delivery", d.Delivery.ID, "error", err)
	}
	f.answered.give(o)
	f.Wake()
}

func (f *forwarding) call(target store.Target, d store.Forward) error {
	called := f.caller.Post(f.calling, target, d.Delivery)
	if f.calling.Err() != nil && called.Error != "" {
		return nil // the server ends: the next one calls again
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	paused, err := f.Store.EndForward(ctx, d, called.ForwardAttempt, pauseAfter(d.Attempts, called.RetryAfter))
	if paused {
		f.Log.Warn("a target took nothing for a day and is paused; what is for it waits until an admin resumes it",
			"target", target.ID)
	}
	return err
}

// pauseAfter is how long to rest after a body was not taken that often before, with up to a tenth more, so that many do
// not come back at once; 0 is for ever. A target that asks for longer gets it.
func pauseAfter(attempts int, asked time.Duration) time.Duration {
	if attempts >= len(forwardPauses) {
		return 0
	}
	pause := max(forwardPauses[attempts], min(asked, longestPause))
	return pause + rand.N(pause/10) // #nosec G404 -- nobody gains by guessing it
}
