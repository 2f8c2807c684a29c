package handlers

import (
	"context"
	"log/slog"
	"time"

	"tagline/store"
)

const (
	sweepLook  = time.Minute      // how long the sweeper trusts its timer
	sweepAgain = 10 * time.Second // after it failed
	sweepEvery = 24 * time.Hour   // how often it looks for what has become too old
	sweepMore  = time.Hour        // the same, where one run left some
	clockHeld  = time.Hour        // for how long a clock must be ahead to be taken where nothing is removed
	sweepPart  = "removing what was deleted"
)

// sweeper finishes what deleting a contact began, and removes what has become older than it is to be kept. Both are read from the
// store, so that a restart changes nothing.
type sweeper struct {
	store *store.Store
	log   *slog.Logger
	now   func() time.Time
	ahead time.Time // since when the clock has been ahead; zero where it is not

	wake    chan struct{}   // there may be something to do
	looking context.Context // ends when the sweeper closes
	stop    context.CancelFunc
	ended   chan struct{}
}

func startSweeper(s *store.Store, now func() time.Time, log *slog.Logger) *sweeper {
	sw := &sweeper{store: s, log: log, now: now, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	sw.looking, sw.stop = context.WithCancel(context.Background())
	go sw.run()
	return sw
}

func (sw *sweeper) close() {
	sw.stop()
	<-sw.ended
}

// hurry has the sweeper look at once.
func (sw *sweeper) hurry() {
	select {
	case sw.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (sw *sweeper) run() {
	defer close(sw.ended)
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-sw.looking.Done():
			return
		case <-next.C:
		case <-sw.wake:
		}
		wait := sweepLook
		if err := guarded(sw.store, sweepPart, func() error { return sw.sweep(sw.looking) }); err != nil {
			wait = sweepAgain
			if sw.looking.Err() == nil {
				sw.log.Error("what was deleted could not be removed yet", "error", err)
			}
		}
		next.Reset(wait)
	}
}

func (sw *sweeper) sweep(ctx context.Context) error {
	if err := sw.store.FinishDeletions(ctx); err != nil {
		return err
	}
	if err := sw.followClock(ctx); err != nil {
		return err
	}
	if err := sw.store.HastenForwards(ctx, longestPause+longestPause/10); err != nil {
		return err
	}
	kept, err := sw.store.Retentions(ctx)
	if err != nil {
		return err
	}
	for _, r := range kept {
		if !due(r, sw.now()) {
			continue
		}
		removed, err := sw.store.Expire(ctx)
		for kind, n := range removed {
			if n > 0 {
				sw.log.Info("removed what was too old", "kind", string(kind), "count", n)
			}
		}
		return err
	}
	return nil
}

// due tells whether it is time to look for what has become too old. A run at a time to come was one of a clock that was ahead.
func due(r store.Retention, now time.Time) bool {
	every := sweepEvery
	if r.More {
		every = sweepMore
	}
	ago := now.Sub(time.UnixMilli(r.RanAt))
	return r.Days != 0 && (ago >= every || ago < 0)
}

// followClock has the store note what the clock has reached. One that is ahead is taken where nothing hangs on it, once it has
// been so for a while.
func (sw *sweeper) followClock(ctx context.Context) error {
	if !sw.store.Clock().Ahead() {
		sw.ahead = time.Time{}
		return sw.store.FollowClock(ctx)
	}
	if sw.ahead.IsZero() {
		sw.ahead = time.Now()
	}
	if time.Since(sw.ahead) < clockHeld {
		return nil
	}
	return sw.store.TrustClock(ctx)
}
