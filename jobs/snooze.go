package handlers

import (
	"context"
	"log/slog"
	"time"

	"tagline/store"
)

const (
	alarmWait  = 10 * time.Second // for the store to answer
	alarmAgain = time.Second      // until the store is asked again after it failed
	// alarmLook is how long the alarm trusts its timer: that of a machine that slept runs late.
	alarmLook = time.Minute
	alarmPart = "waking snoozed conversations"
)

// alarm opens snoozed conversations again when their time comes. What is due is read from the store, so that a restart changes
// nothing; pages learn of it like of any change.
type alarm struct {
	store *store.Store
	log   *slog.Logger
	now   func() time.Time

	looking context.Context // ends when the alarm closes
	stop    context.CancelFunc
	ended   chan struct{}
}

func startAlarm(s *store.Store, now func() time.Time, log *slog.Logger) *alarm {
	al := &alarm{store: s, log: log, now: now, ended: make(chan struct{})}
	al.looking, al.stop = context.WithCancel(context.Background())
	go al.run()
	return al
}

func (al *alarm) close() {
	al.stop()
	<-al.ended
}

func (al *alarm) run() {
	defer close(al.ended)
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-al.looking.Done():
			return
		case <-next.C:
		case <-al.store.Slept():
		}
		wait := alarmAgain
		err := guarded(al.store, alarmPart, func() (err error) {
			wait, err = al.ring()
			return err
		})
		if err != nil && al.looking.Err() == nil {
			al.log.Error("snoozed conversations could not be looked at", "error", err)
		}
		next.Reset(wait)
	}
}

// ring wakes what is due and returns when to look again.
func (al *alarm) ring() (time.Duration, error) {
	ctx, cancel := context.WithTimeout(al.looking, alarmWait)
	defer cancel()
	now := al.now()
	next, err := al.store.Wake(ctx, now.UnixMilli())
	if err != nil {
		return alarmAgain, err
	}
	if next == 0 {
		return alarmLook, nil
	}
	return min(max(time.UnixMilli(next).Sub(now), 0), alarmLook), nil
}
