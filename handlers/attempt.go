package handlers

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

// limits are how often things may be tried.
type limits struct {
	address *web.Limit // sign-ins from a network
	part    *web.Limit // sign-ins as somebody from a wide network: only a part of what the name has
	name    *web.Limit // sign-ins as somebody, from devices that are not known
	device  *web.Limit // sign-ins as somebody, from a device on which they have signed in
	proof   *web.Limit // codes and passwords of somebody who has got so far
	search  *web.Limit // searches of a person
	api     *web.Limit // calls of the API in a person's name
}

func newLimits(now func() time.Time) limits {
	return limits{
		address: web.NewLimit(20, 30*time.Second, now),
		part:    web.NewLimit(20, 2*time.Minute, now),
		name:    web.NewLimit(60, 30*time.Second, now),
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
	why   string // it is used up, in words
}

const (
	tooManyHere    = "Too many attempts."
	tooManyNetwork = "Too many attempts from your network."
	tooManyName    = "Somebody has tried this user name too often from other devices."
)

// attempt is a try to sign in as somebody, whether there is such a person or not. A device on which they have signed in
// is known and counts by itself: whoever guesses elsewhere does not keep them out there.
func (a *signIn) attempt(r *http.Request, name string) (t attempt, known bool, err error) {
	if device := a.devices.Sum(r); device != nil {
		known, err := a.store.KnowsDevice(r.Context(), name, device)
		if err != nil {
			return nil, false, err
		}
		if known {
			return attempt{{a.limits.device, string(device), tooManyHere}}, true, nil
		}
	}
	name = text.NameKey(name)
	address := a.proxies.Address(r)
	return attempt{
		{a.limits.address, web.Network(address), tooManyNetwork},
		{a.limits.part, web.WideNetwork(address) + " " + name, tooManyNetwork},
		{a.limits.name, name, tooManyName},
	}, false, nil
}

// begin counts the attempt, or returns why it may not be made and how long to wait before the next one.
func (t attempt) begin() (why string, wait time.Duration) {
	for i, l := range t {
		if ok, wait := l.limit.Allow(l.key); !ok {
			t[:i].undo()
			return l.why, wait
		}
	}
	return "", 0
}

// undo makes the attempt count for nothing: it was no guess.
func (t attempt) undo() {
	for _, l := range t {
		l.limit.Refund(l.key)
	}
}

// tooMany says in header, status and words why, how long to wait, and what helps.
func tooMany(w http.ResponseWriter, why string, wait time.Duration) (status int, words string) {
	seconds := int(math.Ceil(wait.Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return http.StatusTooManyRequests, why + " Wait " + views.Wait(seconds) +
		", then try again. A device on which you have signed in before is not held up by attempts elsewhere. If you " +
		"cannot wait, an admin can give you a one-time link."
}

// busyWords are for whoever comes while too many passwords wait to be checked.
const busyWords = "Many people are signing in at once. Try again in a moment; " +
	"a device on which you have signed in before goes first."

// errBusy is the same as a page.
var errBusy = &web.Error{Status: http.StatusServiceUnavailable, Title: "Many passwords are being checked at once",
	Advice: "Nothing was changed. Go back and try again in a moment."}

// hash is that of a new password.
func (a *signIn) hash(password string) (string, error) {
	hash, err := a.passwords.Hash(password)
	if errors.Is(err, web.ErrBusy) {
		return "", errBusy
	}
	return hash, err
}
