package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tagline/store"
	"tagline/textlink"
)

// Sending is how replies go out.
type Sending struct {
	Client *textlink.Client
	Pace   time.Duration // how long a SIM card rests from one message to the next
}

const (
	outboxWait   = 10 * time.Second // for the store to answer
	outboxAgain  = time.Second      // until the store is asked again after it failed
	outboxFinish = 3 * time.Second  // for calls that are out when the server ends
)

// outbox hands replies to TextLink: one at a time for each SIM card, in order in each conversation. It is woken by commits.
// What goes out is noted before the call and how it ended after it, so that a crash between the two leaves it unknown, and
// an unknown one is never sent again by itself.
type outbox struct {
	Sending
	sends *prometheus.CounterVec
	store *store.Store
	log   *slog.Logger

	looking context.Context // ends when the outbox closes
	stop    context.CancelFunc
	calling context.Context // ends when calls under way are given up
	giveUp  context.CancelFunc
	ended   sync.WaitGroup

	rested chan int64         // lines that may send again
	busy   map[int64]struct{} // lines that may not; of the outbox's goroutine alone
}

// loseSends notes that calls which were out when another process ended are unknown.
func (a *App) loseSends(ctx context.Context) error {
	lost, err := a.store.LoseSends(ctx, "Tagline was stopped during the call.")
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	if lost > 0 {
		a.log.Warn("calls were out when Tagline ended; whether these replies were sent is unknown", "replies", lost)
	}
	return nil
}

// Send begins to send what waits in the outbox. Without it nobody can answer. It is called before the first request.
func (a *App) Send(sending Sending) {
	o := &outbox{Sending: sending, sends: a.sends, store: a.store, log: a.log, rested: make(chan int64), busy: map[int64]struct{}{}}
	o.looking, o.stop = context.WithCancel(context.Background())
	o.calling, o.giveUp = context.WithCancel(context.Background())
	a.outbox = o
	o.ended.Go(o.run)
	a.tagger = startTagger(o)
}

// close sends nothing more and returns when it is noted how the calls under way ended.
func (o *outbox) close() {
	if o == nil {
		return
	}
	o.stop()
	patience := time.AfterFunc(outboxFinish, o.giveUp)
	o.ended.Wait()
	patience.Stop()
	o.giveUp()
}

// sendingPart is what people are told has failed.
const sendingPart = "sending replies"

func (o *outbox) run() {
	for {
		var again <-chan time.Time
		if err := guarded(o.store, sendingPart, o.sendDue); err != nil && o.looking.Err() == nil {
			o.log.Error("the outbox could not be read", "error", err)
			again = time.After(outboxAgain)
		}
		select {
		case <-o.looking.Done():
			return
		case line := <-o.rested:
			delete(o.busy, line)
		case <-o.store.Due():
		case <-again:
		}
	}
}

// sendDue starts every send that is due on a line that is free.
func (o *outbox) sendDue() error {
	ctx, cancel := context.WithTimeout(o.looking, outboxWait)
	defer cancel()
	held, err := o.store.HoldLate(ctx)
	if err != nil {
		return err
	}
	if held > 0 {
		o.log.Warn("replies waited too long and are held until somebody sends them", "replies", held)
	}
	due, err := o.store.DueSends(ctx)
	for _, d := range due {
		if _, busy := o.busy[d.Line()]; busy {
			continue
		}
		o.busy[d.Line()] = struct{}{}
		o.ended.Go(func() { o.send(d) })
	}
	return err
}

// send makes one call and lets the line rest.
func (o *outbox) send(d store.Send) {
	rest := time.NewTimer(o.Pace)
	defer rest.Stop()
	if err := guarded(o.store, sendingPart, func() error { return o.call(d) }); err != nil {
		o.log.Error("a reply could not be sent", "reply", d.ID, "error", err)
	}
	select {
	case <-rest.C:
	case <-o.looking.Done():
		return
	}
	select {
	case o.rested <- d.Line():
	case <-o.looking.Done():
	}
}

// call hands one reply to TextLink, if nobody else does, and notes how that ended.
func (o *outbox) call(d store.Send) error {
	ctx, cancel := context.WithTimeout(context.Background(), outboxWait)
	defer cancel()
	if err := o.store.StartSend(ctx, d.ID); err != nil {
		return err // if the note was taken all the same, the reply is unknown after the next start
	}
	var waiting bool
	err := guarded(o.store, sendingPart, func() (err error) {
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
			return o.store.RefuseSend(ctx, d.ID, err.Error())
		case sendUnknown:
			return o.store.LoseSend(ctx, d.ID, err.Error())
		}
		return o.store.EndSend(ctx, d.ID, waiting)
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
func (o *outbox) note(write func(context.Context) error) error {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), outboxWait)
		err := write(ctx)
		cancel()
		if err == nil || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrClosed) {
			return err
		}
		o.log.Error("how a call ended could not be noted", "error", err)
		select {
		case <-time.After(outboxAgain):
		case <-o.calling.Done():
			return err
		}
	}
}
