package sqlite

import (
	"context"
	"errors"
	"time"
)

// othersFirst is how much longer than a batch others have the writer to themselves.
const othersFirst = 4

// shortRest is how long a batch waits at least: what is removed behind the writes has time.
const shortRest = time.Millisecond

// busyPause is how long a write waits for room.
const busyPause = 100 * time.Millisecond

// InBatches has do remove a few rows in a write of its own again and again, until it finds none. In between it leaves
// the writer to others, and waits while too many of them do.
func (db *DB) InBatches(ctx context.Context, do func(*Tx) (int, error)) error {
	for {
		var n int
		took, err := db.WriteBehind(ctx, func(t *Tx) (err error) { n, err = do(t); return err })
		if err != nil || n == 0 {
			return err
		}
		if err := Yield(ctx, took); err != nil {
			return err
		}
	}
}

// Yield leaves the writer to others after a write that took so long.
func Yield(ctx context.Context, took time.Duration) error {
	if !Sleep(ctx, othersFirst*took+shortRest) {
		return ctx.Err()
	}
	return nil
}

// WriteBehind is Write, but waits until there is room for it. It returns how long the writer was busy with it.
func (db *DB) WriteBehind(ctx context.Context, do func(*Tx) error) (took time.Duration, err error) {
	for {
		var busy time.Duration // of the writer's goroutine until the write succeeded: it may outlive ctx
		err := db.Write(ctx, func(t *Tx) error {
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
		if !Sleep(ctx, busyPause) {
			return 0, ctx.Err()
		}
	}
}

// Sleep tells whether the time has passed before ctx ended.
func Sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
