package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"tagline/web"
)

const (
	longReadsAtOnce = 2 // downloads and the like that read at the same time: everybody else needs the cores as well
	longReadWait    = 10 * time.Second
)

// longRead waits until the person has no other one of the kind under way, for a while.
func (a *site) longRead(w http.ResponseWriter, r *http.Request, kind string) (*web.Slot, error) {
	ctx, cancel := context.WithTimeout(r.Context(), longReadWait)
	defer cancel()
	slot, err := a.longReads.Acquire(ctx, kind+" "+strconv.FormatInt(person(r).ID, 10))
	if errors.Is(err, context.DeadlineExceeded) {
		err = tooManyAtOnce(w)
	}
	return slot, err
}

// readLong reads what one page shows once it is the person's turn and there is room, or says after a while that there
// is none.
func (a *site) readLong(w http.ResponseWriter, r *http.Request, kind string, read func() error) error {
	slot, err := a.longRead(w, r, kind)
	if err != nil {
		return err
	}
	defer slot.Release()
	waiting, cancel := context.WithTimeout(r.Context(), longReadWait)
	defer cancel()
	begun := false
	err = slot.Do(waiting, func() error {
		begun = true
		return read()
	})
	if !begun && errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil {
		err = tooManyAtOnce(w)
	}
	return err
}

func tooManyAtOnce(w http.ResponseWriter) error {
	w.Header().Set("Retry-After", strconv.Itoa(int(longReadWait.Seconds())))
	return &web.Error{Status: http.StatusTooManyRequests, Title: "Too much at once",
		Advice: "What you opened before is still being read. Wait until it is done, then try again."}
}
