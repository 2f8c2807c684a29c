// Package web is the plumbing between HTTP and the app: server, middleware, sessions, passwords, rendering, hub and
// sockets. It knows nothing of messages.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
)

// Handler answers a request or returns why it could not.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Error is a refusal in words for the person in front of the browser. Whatever else a Handler returns is logged
// and answered as an internal error: internals never reach a browser.
type Error struct {
	Status int
	Title  string // what happened
	Advice string // what to do
}

func (e *Error) Error() string { return e.Title }

// NotFound is the answer for what does not exist and for what one may not see, alike.
func NotFound() *Error {
	return &Error{http.StatusNotFound, "Not found",
		"It may have been removed, or you may not have access to it. Go back to the inbox and try from there."}
}

// BadRequest is the answer to a request that makes no sense.
func BadRequest(advice string) *Error {
	return &Error{http.StatusBadRequest, "That request could not be understood", advice}
}

// Adapt makes an http.Handler of h. fail shows an Error; it is called with headers not yet written, unless h wrote
// some.
func Adapt(h Handler, log *slog.Logger, fail func(http.ResponseWriter, *http.Request, *Error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil || errors.Is(err, context.Canceled) && r.Context().Err() != nil {
			return
		}
		refusal, ok := errors.AsType[*Error](err)
		if !ok {
			log.Error("request failed", "method", r.Method, "route", r.Pattern, "error", err)
			refusal = &Error{http.StatusInternalServerError, "Something went wrong on our side",
				"Try again in a moment. If it stays, look into the server's log."}
		}
		fail(w, r, refusal)
	})
}
