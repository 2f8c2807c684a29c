// Package jobs is what happens without a request: outbox, tag sync, forwarding, snooze, retention, search index,
// backups, alerts and push. One Loop runs each of them.
package jobs

import (
	"context"
	"log/slog"
	"time"

	"tagline/store"
)

const (
	// retryAfter is when a job that failed runs again.
	retryAfter = time.Second
	// storeWait bounds a call of the store.
	storeWait = 10 * time.Second
	// finishWait is for calls to other servers that are under way when the program ends.
	finishWait = 3 * time.Second
	// UntilWoken is for jobs that have nothing to do at a time of their own.
	UntilWoken = time.Hour
	// timerTrust bounds how long a job trusts its timer: that of a machine that slept runs late.
	timerTrust = time.Minute
)

// Env is what every job works with.
type Env struct {
	Store *store.Store
	Now   func() time.Time
	Log   *slog.Logger
}

// Work does what is due and returns how long nothing more will be.
type Work func(ctx context.Context) (next time.Duration, err error)

// Loop runs a job in a goroutine of its own until it is closed: at the start, when it is woken, and when the time has
// come that its work returned. An error is logged, a panic makes health red as well, and the work runs again soon.
type Loop struct {
	name  string
	env   Env
	woken func() <-chan struct{}
	work  Work

	wake  chan struct{}
	ctx   context.Context // ends when the loop closes
	stop  context.CancelFunc
	ended chan struct{}
}

// StartLoop runs a job. woken returns what wakes it, each time anew; it may be nil.
func StartLoop(env Env, name string, woken func() <-chan struct{}, work Work) *Loop {
	l := newLoop(env, name, woken, work)
	l.begin()
	return l
}

// newLoop returns a loop that does not run yet, for a job whose work uses it.
func newLoop(env Env, name string, woken func() <-chan struct{}, work Work) *Loop {
	if woken == nil {
		woken = func() <-chan struct{} { return nil }
	}
	l := &Loop{name: name, env: env, woken: woken, work: work, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	l.ctx, l.stop = context.WithCancel(context.Background())
	return l
}

func (l *Loop) begin() { go l.run() }

// Wake has the job run soon.
func (l *Loop) Wake() {
	select {
	case l.wake <- struct{}{}:
	default: // it was woken and has not run yet
	}
}

// Close returns when the work under way has ended.
func (l *Loop) Close() {
	l.stop()
	<-l.ended
}

func (l *Loop) run() {
	defer close(l.ended)
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-l.ctx.Done():
			return
		case <-next.C:
		case <-l.wake:
		case <-l.woken():
		}
		next.Reset(l.once())
	}
}

// once runs the work and returns when to run it again.
func (l *Loop) once() time.Duration {
	next := retryAfter
	err := Recover(l.env.Store, l.name, func() (err error) {
		next, err = l.work(l.ctx)
		return err
	})
	if err == nil {
		return next
	}
	if l.ctx.Err() == nil {
		l.env.Log.Error("job failed", "job", l.name, "error", err)
	}
	return retryAfter
}
