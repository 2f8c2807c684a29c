// Package handlers is what the app does with each request. routes.go is the whole surface.
package handlers

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// passwordsAtOnce is how many passwords are hashed at the same time.
const passwordsAtOnce = 2

// App answers requests out of the store and keeps open pages up to date.
type App struct {
	store     *store.Store
	hub       *web.Hub[store.Change]
	sockets   *web.Sockets
	sessions  *web.Sessions
	passwords *web.Passwords
	log       *slog.Logger
	now       func() time.Time
	origin    *url.URL // what people and TextLink reach us at
	refusals  *refusals

	quietAfter time.Duration // a webhook that was active is missed after so long

	keys    *keyring
	setUp   string // the one-time way in while there is nobody, or ""
	closing atomic.Bool
}

// New returns an App on an open store. fixedSecret is the webhook secret of the configuration, or ""; quietAfter is how
// long an active webhook may be silent before people are told. Close it before the store.
func New(ctx context.Context, s *store.Store, hub *web.Hub[store.Change], origin *url.URL, fixedSecret string, quietAfter time.Duration, now func() time.Time, log *slog.Logger) (*App, error) {
	a := &App{
		store:     s,
		hub:       hub,
		sockets:   web.NewSockets(origin.Scheme+"://"+origin.Host, log),
		sessions:  web.NewSessions(s, origin.Scheme == "https", now),
		passwords: web.NewPasswords(passwordsAtOnce),
		log:       log,
		now:       now,
		origin:    origin,

		quietAfter: quietAfter,
	}
	var err error
	if a.keys, err = newKeyring(ctx, s, fixedSecret, now); err != nil {
		return nil, err
	}
	people, err := s.HasUsers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	if !people {
		a.setUp = rand.Text()
	}
	a.refusals = newRefusals(s, log)
	return a, nil
}

// WebhookURL is where TextLink posts one kind of webhook.
func WebhookURL(origin *url.URL, token string, kind store.Kind) string {
	return origin.JoinPath("webhooks", token, string(kind)).String()
}

// SetUpURL is the one-time address at which the first admin is made, or "" when there is somebody already.
func (a *App) SetUpURL() string {
	if a.setUp == "" {
		return ""
	}
	return a.origin.JoinPath("setup", a.setUp).String()
}

// Close ends all open pages' sockets; they come back to the next server. What was refused is noted before it returns.
func (a *App) Close() {
	a.closing.Store(true)
	a.hub.Close()
	a.sockets.Close()
	a.refusals.close()
}

// fail shows a refusal as a page.
func (a *App) fail(w http.ResponseWriter, r *http.Request, refusal *web.Error) {
	failure := views.Failure{Status: refusal.Status, Title: refusal.Title, Advice: refusal.Advice}
	if user, err := a.user(r); err == nil {
		viewer := a.viewer(r, user)
		failure.Viewer = &viewer
	}
	if err := web.Render(w, r, refusal.Status, views.FailurePage(failure)); err != nil {
		a.log.Error("failure page", "error", err)
	}
}
