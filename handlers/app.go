// Package handlers is what the app does with each request. routes.go is the whole surface.
package handlers

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"time"

	"tagline/handlers/live"
	"tagline/jobs"
	"tagline/store"
	"tagline/textlink"
	"tagline/views"
	"tagline/web"
)

// passwordsAtOnce is how many passwords are hashed at the same time: half of the cores stay free for everything else.
func passwordsAtOnce() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// App answers requests out of the store and keeps open pages up to date.
type App struct {
	*site
	conversations *conversations
	signIn        *signIn
	team          *team
	webhooks      *webhooks
	destinations  *destinations
	settings      *settings
	downloads     *downloads
	api           *apiHandlers

	hub     *web.Hub[store.Change]
	sockets *web.Sockets
	live    *live.Server
	revoked *jobs.Loop // disconnects pages of users whose access changed
}

// Deps are what an App works with. Each is needed unless it says otherwise.
type Deps struct {
	Store  *store.Store
	Hub    *web.Hub[store.Change]
	Origin *url.URL // what people and TextLink reach us at
	Now    func() time.Time
	Log    *slog.Logger

	TextLink     *textlink.Client // nil where replies do not go out
	Destinations *jobs.DestinationCaller
	PushKey      string // public; "" where no browser can be told

	WebhookSecret string        // of the configuration, or ""
	QuietAfter    time.Duration // how long an active webhook may be silent before people are told
	SessionLife   time.Duration // how long a sign-in lasts at most
	Proxies       web.Proxies   // whose word is taken for where a request comes from; none by default

	Connections *web.Connections // counts what is open; nil where nobody does
}

// New returns an App on an open store. Close it before the store.
func New(ctx context.Context, d Deps) (*App, error) {
	s, origin, now, log := d.Store, d.Origin, d.Now, d.Log
	secure := origin.Scheme == "https"
	all := &site{
		store:     s,
		sessions:  web.NewSessions(s, secure, d.SessionLife, now),
		proxies:   d.Proxies,
		limits:    newLimits(now),
		lastSeen:  &lastSeen{store: s, log: log, now: now, noted: map[string]time.Time{}},
		log:       log,
		now:       now,
		origin:    origin,
		longReads: web.NewSlots(longReadsAtOnce),

		textlink:    d.TextLink,
		quietAfter:  d.QuietAfter,
		connections: d.Connections,
	}
	var err error
	if all.database, err = s.Identity(ctx); err != nil {
		return nil, fmt.Errorf("read the database's identity: %w", err)
	}
	if err := all.learnNames(ctx); err != nil {
		return nil, err
	}
	a := &App{
		site:          all,
		conversations: &conversations{site: all},
		signIn:        &signIn{site: all, devices: web.NewDevices(secure), passwords: web.NewPasswords(passwordsAtOnce())},
		webhooks:      &webhooks{site: all, counted: newWebhookCounter()},
		destinations:  &destinations{all, d.Destinations},
		settings:      &settings{all, d.PushKey},
		downloads:     &downloads{all, web.NewCache(func() int64 { return d.Hub.Latest().Number }, now)},
		hub:           d.Hub,
		sockets: web.NewSockets(origin.Scheme+"://"+origin.Host, log, func(err error) {
			s.Broken("live updates", err)
		}),
	}
	a.team, a.api = &team{all, a.signIn}, &apiHandlers{all, a.downloads}
	if a.webhooks.keys, err = newKeyring(ctx, s, d.WebhookSecret, now); err != nil {
		return nil, err
	}
	people, err := s.HasUsers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	if !people {
		a.signIn.setUp = rand.Text()
	}
	a.webhooks.refusals = newRefusals(a.env())
	a.live = live.NewServer(live.Deps{
		Pages: livePages{a.conversations, a.webhooks}, Store: s, Hub: d.Hub, Sockets: a.sockets,
		Database: a.database, Sends: d.TextLink != nil, Now: now, Log: log,
	})
	a.conversations.live = a.live
	a.revoked = a.disconnectRevoked()
	return a, nil
}

// learnNames reads the names of subusers and SIM cards, which stand on every page. Whoever changes one calls it.
func (a *site) learnNames(ctx context.Context) error {
	names, err := a.store.Names(ctx, store.Everything)
	if err != nil {
		return fmt.Errorf("read the names: %w", err)
	}
	a.names.Store(&names)
	return nil
}

// namesFor are the names that the person may see.
func (a *site) namesFor(user store.User) store.Names { return a.names.Load().Within(user.Scope()) }

// WebhookURL is where TextLink posts one kind of webhook.
func WebhookURL(origin *url.URL, token string, kind store.Kind) string {
	// #nosec G125 -- made by us: random text and a constant
	return origin.JoinPath("webhooks", token, string(kind)).String()
}

// SetUpURL is the one-time address at which the first admin is made, or "" when there is somebody already.
func (a *App) SetUpURL() string {
	if a.signIn.setUp == "" {
		return ""
	}
	return a.origin.JoinPath("setup", a.signIn.setUp).String() // #nosec G125 -- random letters
}

// Close ends all open pages' sockets; they come back to the next server. What was refused is noted before it returns.
func (a *App) Close() {
	a.live.Close()
	a.revoked.Close()
	a.webhooks.refusals.close()
	a.lastSeen.close()
}

// fail shows a refusal as a page.
func (a *site) fail(w http.ResponseWriter, r *http.Request, refusal *web.Error) {
	failure := views.Failure{Status: refusal.Status, Title: refusal.Title, Advice: refusal.Advice}
	if user, err := a.user(r); err == nil {
		viewer := a.viewer(r, user)
		failure.Viewer = &viewer
	}
	if err := web.Render(w, r, refusal.Status, views.FailurePage(failure)); err != nil && r.Context().Err() == nil {
		a.log.Error("failure page", "error", err)
	}
}
