package handlers

import (
	"errors"
	"net/http"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// linkLife is how long a one-time link to choose a password works.
const linkLife = 24 * time.Hour

var errLinkUsed = &web.Error{Status: http.StatusGone, Title: "This link does not work any more",
	Advice: "It works once and for 24 hours. Ask an admin for a new one, or sign in if you have a password."}

// newLink returns the address of a one-time link, and what it is known by.
func (a *signIn) newLink() (address string, sum []byte, expires time.Time) {
	id := web.RandomID()
	// #nosec G125 -- id is random, in base64 for addresses
	return a.origin.JoinPath("link", id).String(), web.HashToken(id), a.now().Add(linkLife)
}

// showLink asks whose link it is for a password.
func (a *signIn) showLink(w http.ResponseWriter, r *http.Request) error {
	user, err := a.linkUser(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK,
		views.LinkPage(views.Link{Action: r.URL.Path, Name: user.Name, Place: a.place(r)}))
}

// useLink takes the password and lets the person in.
func (a *signIn) useLink(w http.ResponseWriter, r *http.Request) error {
	user, err := a.linkUser(r)
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	password := form.Get("password")
	status, wrong := http.StatusUnprocessableEntity, checkNewPassword(user.Name, password, form.Get("password_again"))
	if !a.keepsCookies(r) {
		status, wrong = http.StatusForbidden, a.elsewhere()
	}
	if wrong != "" {
		return web.Render(w, r, status,
			views.LinkPage(views.Link{Action: r.URL.Path, Name: user.Name, Error: wrong, Place: a.place(r)}))
	}
	hash, err := a.hash(password)
	if err != nil {
		return err
	}
	r = r.WithContext(store.As(r.Context(), a.actor(r, user)))
	if err := a.store.UseLink(r.Context(), web.HashToken(r.PathValue("key")), hash); err != nil {
		return linkGone(err)
	}
	return a.completeLogin(w, r, user, "/inbox")
}

func (a *signIn) linkUser(r *http.Request) (store.User, error) {
	user, err := a.store.LinkUser(r.Context(), web.HashToken(r.PathValue("key")))
	return user, linkGone(err)
}

// linkGone says of a link that was used what it says of one that there never was.
func linkGone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errLinkUsed
	}
	return err
}
