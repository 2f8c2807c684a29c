package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"tagline/static"
	"tagline/store"
	"tagline/views"
	"tagline/web"
)

func (a *signIn) showStart(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/inbox", http.StatusSeeOther)
	return nil
}

func (a *signIn) showSignIn(w http.ResponseWriter, r *http.Request) error {
	next := a.formPage(safeNext(r.FormValue("next")))
	if _, err := a.user(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	people, err := a.store.HasUsers(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.SignInPage(views.SignIn{Next: next, Nobody: !people, Place: a.place(r)}))
}

const wrongNameOrPassword = "User name and password don't belong together. Check both and try again."

func (a *signIn) signIn(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	name, next := form.Get("username"), a.formPage(safeNext(form.Get("next")))
	again := func(status int, words string) error {
		return web.Render(w, r, status,
			views.SignInPage(views.SignIn{Username: name, Next: next, Error: words, Place: a.place(r)}))
	}
	if !a.keepsCookies(r) {
		return again(http.StatusForbidden, a.elsewhere())
	}
	// nobody is called so: it is worth neither a hash nor being remembered
	if name = strings.TrimSpace(name); longTyped(name) {
		name = ""
		return again(http.StatusUnauthorized, wrongNameOrPassword)
	}
	attempt, known, err := a.attempt(r, name)
	if err != nil {
		return err
	}
	if why, wait := attempt.begin(); wait > 0 {
		return again(tooMany(w, why, wait))
	}
	user, hash, err := a.store.UserByName(r.Context(), name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	// The password is checked even when there is no such person, so that the time tells nothing.
	matches, busy := a.passwords.Matches(form.Get("password"), hash, known)
	if busy != nil {
		attempt.undo()
		return again(http.StatusServiceUnavailable, busyWords)
	}
	if !matches || err != nil || user.Disabled {
		// What was typed may be a password in the wrong field: only names that there are go into the log.
		if err := a.note(r.Context(), store.SignInRefused, user.Name); err != nil {
			return err
		}
		return again(http.StatusUnauthorized, wrongNameOrPassword)
	}
	attempt.undo()
	return a.completeLogin(w, r, user, next)
}

// completeLogin lets somebody in who has shown to know the password, or asks for their second factor.
func (a *signIn) completeLogin(w http.ResponseWriter, r *http.Request, user store.User, next string) error {
	if user.SecondFactor {
		if err := a.sessions.HalfSignIn(w, r.WithContext(store.As(r.Context(), a.actor(r, user))), user.ID); err != nil {
			return err
		}
		http.Redirect(w, r, "/login/code?"+url.Values{"next": {next}}.Encode(), http.StatusSeeOther)
		return nil
	}
	if err := a.startSession(w, r, user); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// startSession begins a session, on a device that is known from now on.
func (a *signIn) startSession(w http.ResponseWriter, r *http.Request, user store.User) error {
	ctx := store.As(r.Context(), a.actor(r, user))
	r = r.WithContext(ctx)
	if err := a.sessions.SignIn(w, r, user.ID); err != nil {
		return err
	}
	a.lastSeen.due(a.sessions.Sum(r))
	device := a.devices.Sum(r)
	known, err := a.store.KnowsDevice(ctx, user.Name, device)
	if err == nil && !known {
		device = a.devices.Mark(w)
	}
	if err == nil {
		err = a.store.KnowDevice(ctx, user.ID, device)
	}
	if a.store.Failing(err) {
		a.log.Warn("device not noted", "error", err) // it is a stranger the next time
		return nil
	}
	return err
}

func (a *signIn) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := a.note(r.Context(), store.SignedOut, ""); err != nil {
		return err
	}
	if err := a.sessions.SignOut(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

// showSession tells a page whether it is still signed in: a refused websocket cannot say why.
func (a *signIn) showSession(w http.ResponseWriter, _ *http.Request) error {
	// A page opened at another address than ours gets no socket; this lets it say so.
	w.Header().Set("Tagline-Origin", a.origin.String())
	w.Header().Set("Tagline-Version", static.Version()) // a page of another one loads itself anew
	w.WriteHeader(http.StatusNoContent)
	return nil
}
