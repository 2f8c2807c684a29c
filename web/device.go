package web

import (
	"net/http"
	"time"
)

// deviceLife is how long a browser is known in which somebody has signed in.
const deviceLife = 365 * 24 * time.Hour

// Devices are browsers in which somebody has signed in. A cookie that says nothing but which one it is outlives
// sign-outs, so that guessing elsewhere does not keep people out of theirs. It lets nobody in.
type Devices struct {
	cookie string
	secure bool
}

// NewDevices returns devices for pages served under a public origin that is https or not.
func NewDevices(https bool) *Devices {
	if https {
		return &Devices{"__Host-tagline-device", true}
	}
	return &Devices{"tagline-device", false}
}

// Sum returns what the request's device is known by, or nil if it carries no cookie.
func (d *Devices) Sum(r *http.Request) []byte {
	cookie, err := r.Cookie(d.cookie)
	if err != nil || len(cookie.Value) != idLength {
		return nil
	}
	return HashToken(cookie.Value)
}

// Mark gives the browser a new cookie and returns what the device is known by from now on.
func (d *Devices) Mark(w http.ResponseWriter) []byte {
	id := RandomID()
	// #nosec G124 -- Secure wherever Tagline is reached by https; plain http is for localhost
	http.SetCookie(w, &http.Cookie{Name: d.cookie, Value: id, Path: "/", MaxAge: int(deviceLife.Seconds()),
		Secure: d.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return HashToken(id)
}
