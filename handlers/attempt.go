package handlers

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// limits are how often things may be tried.
type limits struct {
	address *web.Limit // sign-ins from a network
	name    *web.Limit // sign-ins as somebody, from devices that are not known
	device  *web.Limit // sign-ins as somebody, from a device on which they have signed in
	proof   *web.Limit // codes and passwords of somebody who has got so far
	search  *web.Limit // searches of a person
	api     *web.Limit // calls of the API in a person's name
}

func newLimits(now func() time.Time) limits {
	return limits{
		address: web.NewLimit(20, 30*time.Second, now),
		name:    web.NewLimit(30, time.Minute, now),
		device:  web.NewLimit(10, time.Minute, now),
		proof:   web.NewLimit(5, time.Minute, now),
		search:  web.NewLimit(200, 200*time.Millisecond, now),
		api:     web.NewLimit(300, 200*time.Millisecond, now),
	}
}

// attempt is one try at something that may be guessed; it counts against each of its keys.
type attempt []limited

type limited struct {
	limit *web.Limit
	key   string
}

// attempt is a try to sign in as somebody, whether there is such a person or not. A device on which they have signed in
// counts by itself: whoever guesses elsewhere does not keep them out there.
func (a *App) attempt(r *http.Request, name string) (attempt, error) {
	if device := a.devices.Sum(r); device != nil {
		known, err := a.store.KnowsDevice(r.Context(), name, device)
		if err != nil {
			return nil, err
		}
		if known {
			return attempt{{a.limits.device, string(device)}}, nil
		}
	}
	return attempt{{a.limits.address, web.Network(a.proxies.Address(r))}, {a.limits.name, store.NameKey(name)}}, nil
}

// begin counts the attempt, or returns how long to wait before the next one.
func (t attempt) begin() time.Duration {
	for i, l := range t {
		if ok, wait := l.limit.Take(l.key); !ok {
			t[:i].undo()
			return wait
		}
	}
	return 0
}

// undo makes the attempt count for nothing: it was no guess.
func (t attempt) undo() {
	for _, l := range t {
		l.limit.Give(l.key)
	}
}

// tooMany says in header, status and words how long to wait.
func tooMany(w http.ResponseWriter, wait time.Duration) (status int, words string) {
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return http.StatusTooManyRequests, "Too many attempts. Wait " + views.Wait(seconds) + ", then try again. If you cannot wait, an admin can give you a one-time link."
}
