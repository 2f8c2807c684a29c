package jobs

import (
	"context"
	"time"
)

// startSnooze opens snoozed conversations again when their time comes. What is due is read from the store, so that a
// restart changes nothing; pages learn of it like of any change.
func startSnooze(env Env) *Loop {
	return StartLoop(env, "waking snoozed conversations", env.Store.SnoozeChanged,
		func(ctx context.Context) (time.Duration, error) {
			ctx, cancel := context.WithTimeout(ctx, storeWait)
			defer cancel()
			now := env.Now()
			next, err := env.Store.WakeDue(ctx, now.UnixMilli())
			if err != nil || next == 0 {
				return timerTrust, err
			}
			return min(max(time.UnixMilli(next).Sub(now), 0), timerTrust), nil
		})
}
