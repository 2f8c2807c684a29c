package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tagline/store"
	"tagline/textlink"
)

// Sending is how replies and tag requests reach TextLink.
type Sending struct {
	Client *textlink.Client
	Pace   time.Duration // how long a SIM card rests from one message to the next
}

// caller is what outbox and tag sync share: TextLink, and the calls under way, which outlive the loop for a while.
type caller struct {
	Env
	Sending
	calling context.Context // ends when calls under way are given up
	giveUp  context.CancelFunc
}

func newCaller(env Env, sending Sending) *caller {
	c := &caller{Env: env, Sending: sending}
	c.calling, c.giveUp = context.WithCancel(context.Background())
	return c
}

// outbox hands replies to TextLink: one at a time for each SIM card, in order in each conversation. It is woken by
// commits. What goes out is noted before the call and how it ended after it, so that a crash between the two leaves it
// unknown, and an unknown one is never sent again by itself.
type outbox struct {
	*caller
	*Loop
	sends *prometheus.CounterVec
	calls sync.WaitGroup

	rested returned[int64]    // lines that may send again
	busy   map[int64]struct{} // those that may not; of the loop alone
}

const sendingPart = "sending replies"

func startOutbox(c *caller, sends *prometheus.CounterVec) *outbox {
	o := &outbox{caller: c, sends: sends, busy: map[int64]struct{}{}}
	o.Loop = newLoop(c.Env, sendingPart, c.Store.RepliesQueued, func(ctx context.Context) (time.Duration, error) {
		return UntilWoken, o.sendDue(ctx)
	})
	o.begin()
	return o
}

// Close sends nothing more and returns when it is noted how the calls under way ended.
func (o *outbox) Close() {
	o.Loop.Close()
	o.calls.Wait()
}

// take tells whether a line is free, and keeps it.
func (o *outbox) take(line int64) bool {
	if _, busy := o.busy[line]; busy {
		return false
	}
	o.busy[line] = struct{}{}
	return true
}

// sendDue starts every send that is due on a line that is free.
func (o *outbox) sendDue(ctx context.Context) error {
	for _, line := range o.rested.take() {
		delete(o.busy, line)
	}
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	held, err := o.Store.HoldLate(ctx)
	if err != nil {
		return err
	}
	if held > 0 {
		o.Log.Warn("replies waited too long or are dated ahead of the clock, and are held until somebody sends them",
			"replies", held)
	}
	due, err := o.Store.DueSends(ctx)
	for _, d := range due {
		if o.take(d.Line()) {
			o.calls.Go(func() { o.send(d) })
		}
	}
	return err
}

// send makes one call and lets the line rest.
func (o *outbox) send(d store.Send) {
	rest := time.NewTimer(o.Pace)
	defer rest.Stop()
	if err := Recover(o.Store, sendingPart, func() error { return o.call(d) }); err != nil {
		o.Log.Error("a reply could not be sent", "reply", d.ID, "error", err)
	}
	select {
	case <-rest.C:
		o.rested.give(d.Line())
		o.Wake()
	case <-o.ctx.Done():
	}
}

// call hands one reply to TextLink, if nobody else does, and notes how that ended.
func (o *outbox) call(d store.Send) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if err := o.Store.StartSend(ctx, d.ID); err != nil {
		return err // if the note was taken all the same, the reply is unknown after the next start
	}
	var waiting bool
	err := Recover(o.Store, sendingPart, func() (err error) {
		waiting, err = o.Client.Send(o.calling, textlink.SMS{
			Subuser: int64(d.Subuser), PhoneNumber: d.PhoneNumber, Text: d.Text, SIMCardID: d.SIMCardID, CustomID: d.CustomID,
		})
		return err
	})
	ended := outcome(waiting, err)
	o.sends.WithLabelValues(ended).Inc()
	return o.note(func(ctx context.Context) error {
		switch ended {
		case sendRefused:
			return o.Store.RefuseSend(ctx, d.ID, err.Error())
		case sendUnknown:
			return o.Store.LoseSend(ctx, d.ID, err.Error())
		}
		return o.Store.EndSend(ctx, d.ID, waiting)
	})
}

// outcome is how a call ended, for monitoring.
func outcome(waiting bool, err error) string {
	var refusal *textlink.Refusal
	switch {
	case errors.As(err, &refusal):
		return sendRefused
	case err != nil:
		return sendUnknown
	case waiting:
		return sendWaiting
	}
	return sendAccepted
}

// note writes how a call ended, again and again until the store takes it or the server ends.
func (c *caller) note(write func(context.Context) error) error {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), storeWait)
		err := write(ctx)
		cancel()
		if err == nil || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrClosed) {
			return err
		}
		c.Log.Error("how a call ended could not be noted", "error", err)
		select {
		case <-time.After(retryAfter):
		case <-c.calling.Done():
			return err
		}
	}
}

// loseSends notes that calls which were out when another process ended are unknown.
func (env Env) loseSends(ctx context.Context) error {
	lost, err := env.Store.LoseSends(ctx, "Tagline was stopped during the call.")
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	if lost > 0 {
		env.Log.Warn("calls were out when Tagline ended; whether these replies were sent is unknown", "replies", lost)
	}
	return nil
}

// The outcomes of a call with a reply, as monitoring tells them.
const (
	sendAccepted = "accepted"
	sendWaiting  = "waiting" // accepted; the phone is busy or offline
	sendRefused  = "refused"
	sendUnknown  = "unknown"
)

func newSendCounter() *prometheus.CounterVec {
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tagline_sends_total",
		Help: "Replies handed to TextLink by how the call ended."}, []string{"outcome"})
	for _, outcome := range []string{sendAccepted, sendWaiting, sendRefused, sendUnknown} {
		counter.WithLabelValues(outcome)
	}
	return counter
}
