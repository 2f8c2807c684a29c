package jobs

import (
	"context"
	"errors"
	"time"

	"tagline/store"
)

// indexPause is how long the search index lets writes gather: many at once cost less than each.
const indexPause = 100 * time.Millisecond

// StartSearchIndex keeps the search index up to date.
func StartSearchIndex(env Env) *Loop {
	return StartLoop(env, "search", env.Store.Committed, func(ctx context.Context) (time.Duration, error) {
		select {
		case <-ctx.Done():
			return UntilWoken, nil
		case <-time.After(indexPause):
		}
		err := env.Store.IndexSearch(ctx)
		if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrBusy) {
			// Whatever it is, the writes that meet it say so themselves. The next commit begins anew.
			env.Log.Warn("the search index is behind", "error", err)
		}
		return UntilWoken, nil
	})
}
