package handlers

import (
	"context"
	"errors"
	"net/http"

	"tagline/store"
	"tagline/web"
)

// explain says in words what keeps a request from being stored where nothing can be stored at the moment.
func (a *site) explain(r *http.Request, err error) error {
	if _, said := errors.AsType[*web.Error](err); said || !a.store.Failing(err) {
		return err
	}
	a.log.Error("request not stored", "method", r.Method, "route", r.Pattern, "error", err)
	return &web.Error{Status: http.StatusServiceUnavailable, Title: "This could not be saved",
		Advice: a.store.Health().Message + " What is there can still be read."}
}

// note writes to the audit log. What must happen all the same while nothing can be stored goes into the log of the
// program.
func (a *site) note(ctx context.Context, action store.Action, subject string) error {
	err := a.store.Audit(ctx, action, subject)
	if a.store.Failing(err) {
		a.log.Warn("not in the audit log", "action", action, "subject", subject, "error", err)
		return nil
	}
	return err
}
