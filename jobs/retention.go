package jobs

import (
	"context"
	"time"
)

// retentionEvery is how often what has become too old is removed.
const retentionEvery = 24 * time.Hour

// startRetention finishes what deleting a contact began, and removes what has become older than it is to be kept. Both are read from
// the store, so that a restart changes nothing.
func startRetention(env Env) *Loop {
	return StartLoop(env, "removing what was deleted", env.Store.RetentionDue, func(ctx context.Context) (time.Duration, error) {
		return timerTrust, env.retain(ctx)
	})
}

func (env Env) retain(ctx context.Context) error {
	if err := env.Store.FinishDeletions(ctx); err != nil {
		return err
	}
	kept, err := env.Store.Retentions(ctx)
	if err != nil {
		return err
	}
	for _, r := range kept {
		if r.Days == 0 || env.Now().Sub(time.UnixMilli(r.RanAt)) < retentionEvery {
			continue
		}
		removed, err := env.Store.Expire(ctx)
		for kind, n := range removed {
			if n > 0 {
				env.Log.Info("removed what was too old", "kind", string(kind), "count", n)
			}
		}
		return err
	}
	return nil
}
