package handlers

import (
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// Routes lists the patterns of the table, so that tests can walk it.
func (a *App) Routes() []string {
	var patterns []string
	for _, route := range a.routes() {
		patterns = append(patterns, route.pattern)
	}
	return patterns
}

// ParseFilter is what pages and sockets read addresses with.
var ParseFilter = parseFilter

// StartPusher is a second pusher of the app, with a client and a time to wait of the test's own.
func (a *App) StartPusher(client *http.Client, hold time.Duration) (end func()) {
	p := startPusher(a, a.push.keys, client, hold)
	return p.close
}

// What is a push service's and what is not.
var CheckSubscription = checkSubscription

// Guarded runs something as the app's pusher runs its work.
func (a *App) Guarded(do func() error) { a.push.guard(do) }

// KeepUp is what the parts in the background run in.
var KeepUp = keepUp

var trapped atomic.Pointer[string]

func init() {
	trap = func(part string) {
		if p := trapped.Load(); p != nil && *p == part && trapped.CompareAndSwap(p, nil) {
			panic("as told")
		}
	}
}

// Trap has the next work of a part panic.
func Trap(part string) { trapped.Store(&part) }

// Trapped tells whether it has yet to.
func Trapped() bool { return trapped.Load() != nil }

// How webhooks are passed on.
var (
	NewSigningKey = newSigningKey
	RetryAfter    = retryAfter
	PauseAfter    = pauseAfter
)

// APIRoutes are the routes of the API.
func APIRoutes() (all []string) {
	for _, route := range (&App{}).apiRoutes() {
		all = append(all, route.pattern)
	}
	slices.Sort(all)
	return all
}

// RetentionDue tells when what is kept for a limited time is looked through.
var RetentionDue = due
