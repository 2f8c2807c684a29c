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
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// passwordsAtOnce is how many passwords are hashed at the same time: half of the cores stay free for everything else.
func passwordsAtOnce() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// App answers requests out of the store and keeps open pages up to date.
type App struct {
	store     *store.Store
	hub       *web.Hub[store.Change]
	sockets   *web.Sockets
	sessions  *web.Sessions
	devices   *web.Devices
	passwords *web.Passwords
	proxies   web.Proxies // whose word is taken for where a request comes from
	limits    limits
	longReads *web.Slots // downloads, exports and insights
	visits    *visits
	log       *slog.Logger
	now       func() time.Time
	origin    *url.URL // what people and TextLink reach us at
	refusals  *refusals
	webhooks  *prometheus.CounterVec // by kind and outcome
	sends     *prometheus.CounterVec // by outcome

	outbox     *outbox       // nil where replies do not go out
	quietAfter time.Duration // a webhook that was active is missed after so long

	database string // tells change numbers of this database from those of others
	shared   *shared
	patience patience
	workers  *workers
	presence *presence

	tagger *tagger // nil without the outbox
	alarm  *alarm
	alerts *alerts // nil where nobody is told of trouble

	connections *web.Connections // nil where nobody counts them
	sweeper     *sweeper

	forwarder *forwarder
	push      *pusher
	keys      *keyring
	names     atomic.Pointer[store.Names] // of subusers and SIM cards
	setUp     string                      // the one-time way in while there is nobody, or ""
	pages     *http.ServeMux              // all routes, to look up what there is
	closing   atomic.Bool
	running   sync.WaitGroup
}

// New returns an App on an open store. fixedSecret is the webhook secret of the configuration, or ""; quietAfter is how
// long an active webhook may be silent before people are told, sessionLife how long a sign-in lasts at most. Close it before
// the store.
func New(ctx context.Context, s *store.Store, hub *web.Hub[store.Change], origin *url.URL, fixedSecret string, quietAfter, sessionLife time.Duration, proxies web.Proxies, now func() time.Time, log *slog.Logger) (*App, error) {
	a := &App{
		store:     s,
		hub:       hub,
		sessions:  web.NewSessions(s, origin.Scheme == "https", sessionLife, now),
		devices:   web.NewDevices(origin.Scheme == "https"),
		passwords: web.NewPasswords(passwordsAtOnce()),
		proxies:   proxies,
		limits:    newLimits(now),
		longReads: web.NewSlots(longReadsAtOnce),
		visits:    &visits{store: s, log: log, now: now, noted: map[string]time.Time{}},
		log:       log,
		now:       now,
		origin:    origin,
		webhooks:  newWebhookCounter(),
		sends:     newSendCounter(),

		quietAfter: quietAfter,
	}
	a.sockets = web.NewSockets(origin.Scheme+"://"+origin.Host, log, func(err error) { s.Broken("live updates", err) })
	a.shared = newShared(func() int64 { return hub.Latest().Number }, now)
	a.presence = newPresence()
	var err error
	if a.database, err = s.Identity(ctx); err != nil {
		return nil, fmt.Errorf("read the database's identity: %w", err)
	}
	if a.keys, err = newKeyring(ctx, s, fixedSecret, now); err != nil {
		return nil, err
	}
	if err := a.learnNames(ctx); err != nil {
		return nil, err
	}
	people, err := s.HasUsers(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the people: %w", err)
	}
	if !people {
		a.setUp = rand.Text()
	}
	if err := a.loseSends(ctx); err != nil && !s.Failing(err) {
		return nil, err
	}
	if err := s.RepeatTags(ctx); s.Failing(err) {
		log.Error("storing fails: what was being sent when Tagline ended is looked at when it starts the next time", "error", err) // people can read
	} else if err != nil {
		return nil, fmt.Errorf("read the tags that were asked for: %w", err)
	}
	pushKeys, err := s.CurrentPushKeys(ctx, newPushKeys)
	if err != nil {
		log.Error("no push keys: browsers cannot be told of messages until the next start", "error", err) // webhooks are more important
	}
	a.refusals = newRefusals(s, log)
	a.running.Go(func() { keepUp(s, "signing out", a.usher) })
	a.workers = startWorkers()
	a.alarm = startAlarm(s, now, log)
	a.sweeper = startSweeper(s, now, log)
	a.forwarder = startForwarder(s, now, log)
	a.push = startPusher(a, pushKeys, web.OutwardClient(pushWait, pushSenders, false), pushHold)
	return a, nil
}

// learnNames reads the names of subusers and SIM cards, which stand on every page. Whoever changes one calls it.
func (a *App) learnNames(ctx context.Context) error {
	names, err := a.store.Names(ctx, store.Everything)
	if err != nil {
		return fmt.Errorf("read the names: %w", err)
	}
	a.names.Store(&names)
	return nil
}

// namesFor are the names that the person may see.
func (a *App) namesFor(user store.User) store.Names { return a.names.Load().Within(user.Scope()) }

// WebhookURL is where TextLink posts one kind of webhook.
func WebhookURL(origin *url.URL, token string, kind store.Kind) string {
	return origin.JoinPath("webhooks", token, string(kind)).String() // #nosec G125 -- made by us: random text and a constant
}

// SetUpURL is the one-time address at which the first admin is made, or "" when there is somebody already.
func (a *App) SetUpURL() string {
	if a.setUp == "" {
		return ""
	}
	return a.origin.JoinPath("setup", a.setUp).String() // #nosec G125 -- random letters
}

// Close ends all open pages' sockets; they come back to the next server. What was refused is noted before it returns, and
// how the calls that are out ended.
func (a *App) Close() {
	a.closing.Store(true)
	defer a.tagger.close()
	defer a.outbox.close()
	a.hub.Close()
	a.sockets.Close()
	a.workers.close()
	a.patience.close()
	a.running.Wait()
	a.alarm.close()
	a.alerts.close()
	a.sweeper.close()
	a.forwarder.close()
	a.push.close()
	a.refusals.close()
	a.visits.close()
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
