package store

import (
	"context"
	"errors"
	"time"
)

// othersFirst is how much longer than a batch others have the writer to themselves.
const othersFirst = 4

// shortRest is how long a batch waits at least: what is removed behind the writes has time.
const shortRest = time.Millisecond

// inBatches has do remove a few rows in a write of its own again and again, until it finds none. In between it leaves the
// writer to others, and waits while too many of them do.
func (s *Store) inBatches(ctx context.Context, do func(*tx) (int, error)) error {
	for {
		var n int
		took, err := s.batch(ctx, func(t *tx) (err error) { n, err = do(t); return err })
		if err != nil || n == 0 {
			return err
		}
		if !rest(ctx, othersFirst*took+shortRest) {
			return ctx.Err()
		}
	}
}

// batch is a write that waits until there is room for it, and how long the writer was busy with it.
func (s *Store) batch(ctx context.Context, do func(*tx) error) (took time.Duration, err error) {
	for {
		var busy time.Duration // of the writer's goroutine until the write succeeded: it may outlive ctx
		err := s.write(ctx, func(t *tx) error {
			began := time.Now()
			defer func() { busy = time.Since(began) }()
			return do(t)
		})
		if err == nil {
			return busy, nil
		}
		if !errors.Is(err, ErrBusy) {
			return 0, err
		}
		if !rest(ctx, indexPause) {
			return 0, ctx.Err()
		}
	}
}
