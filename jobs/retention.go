package jobs

import (
	"context"
	"time"

	"tagline/store"
)

const (
	retentionEvery = 24 * time.Hour // how often what has become too old is removed
	retentionMore  = time.Hour      // the same, where one run left some
	clockHeld      = time.Hour      // for how long a clock must be ahead or behind to be taken
)

// retention finishes what deleting a contact began, and removes what has become older than it is to be kept. Both are
// read from the store, so that a restart changes nothing.
type retention struct {
	Env
	off time.Time // since when the clock has been ahead or behind; zero where it is neither
}

func startRetention(env Env) *Loop {
	r := &retention{Env: env}
	return StartLoop(env, "removing what was deleted", env.Store.RetentionChanged,
		func(ctx context.Context) (time.Duration, error) {
			return timerTrust, r.remove(ctx)
		})
}

func (r *retention) remove(ctx context.Context) error {
	if err := r.Store.FinishDeletions(ctx); err != nil {
		return err
	}
	if err := r.followClock(ctx); err != nil {
		return err
	}
	if err := r.Store.HastenForwards(ctx, longestPause+longestPause/10); err != nil {
		return err
	}
	kept, err := r.Store.Retentions(ctx)
	if err != nil {
		return err
	}
	for _, one := range kept {
		if !retentionDue(one, r.Now()) {
			continue
		}
		removed, err := r.Store.Expire(ctx)
		for kind, n := range removed {
			if n > 0 {
				r.Log.Info("removed what was too old", "kind", string(kind), "count", n)
			}
		}
		return err
	}
	return nil
}

// retentionDue tells whether it is time to look for what has become too old. A run at a time to come was one of a clock
// that was ahead.
func retentionDue(r store.Retention, now time.Time) bool {
	every := retentionEvery
	if r.More {
		every = retentionMore
	}
	ago := now.Sub(time.UnixMilli(r.RanAt))
	return r.Days != 0 && (ago >= every || ago < 0)
}

// followClock has the store note what the clock has reached. One that is behind, or ahead where nothing hangs on it, is
// taken once it has been so for a while.
func (r *retention) followClock(ctx context.Context) error {
	if clock := r.Store.Clock(); !clock.Ahead() && !clock.Behind() {
		r.off = time.Time{}
		return r.Store.FollowClock(ctx)
	}
	if r.off.IsZero() {
		r.off = time.Now()
	}
	if time.Since(r.off) < clockHeld {
		return nil
	}
	return r.Store.TrustClock(ctx)
}
