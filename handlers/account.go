package handlers

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	minPassword = 10  // characters
	maxPassword = 256 // characters
	maxName     = 60  // characters
)

// CheckName says what is wrong with a user name, or "".
func CheckName(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case strings.TrimSpace(name) != name || n == 0:
		return "Choose a user name, without spaces around it."
	case n > maxName:
		return "Choose a user name of at most 60 characters."
	}
	return ""
}

// CheckPassword says what is wrong with a new password, or "".
func CheckPassword(password string) string {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return "Choose a password of at least 10 characters. A few words are easier to remember than signs."
	case n > maxPassword:
		return "Choose a password of at most 256 characters."
	}
	return ""
}

func (a *App) showStart(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/inbox", http.StatusSeeOther)
	return nil
}

func (a *App) showSignIn(w http.ResponseWriter, r *http.Request) error {
	next := safeNext(r.FormValue("next"))
	if _, err := a.user(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	people, err := a.store.HasUsers(r.Context())
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.SignInPage(views.SignIn{Next: next, Nobody: !people}))
}

func (a *App) signIn(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	name, next := form.Get("username"), safeNext(form.Get("next"))
	user, hash, err := a.store.UserByName(r.Context(), name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	// The password is checked even when there is no such person, so that the time tells nothing.
	if !a.passwords.Matches(form.Get("password"), hash) || err != nil {
		a.log.Warn("sign-in refused", "from", r.RemoteAddr)
		return web.Render(w, r, http.StatusUnauthorized, views.SignInPage(views.SignIn{
			Username: name, Next: next, Error: "User name and password don't belong together. Check both and try again.",
		}))
	}
	if err := a.sessions.SignIn(w, r, user.ID); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (a *App) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := a.sessions.SignOut(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

func (a *App) showSetUp(w http.ResponseWriter, r *http.Request) error {
	if err := a.checkSetUp(r); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.SetUpPage(views.SetUp{Action: r.URL.Path}))
}

func (a *App) makeFirstAdmin(w http.ResponseWriter, r *http.Request) error {
	if err := a.checkSetUp(r); err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	name, password := form.Get("username"), form.Get("password")
	wrong := CheckName(name)
	if wrong == "" {
		wrong = CheckPassword(password)
	}
	if wrong == "" && password != form.Get("password_again") {
		wrong = "The two passwords are not the same. Type them again."
	}
	if wrong != "" {
		return web.Render(w, r, http.StatusUnprocessableEntity, views.SetUpPage(views.SetUp{Action: r.URL.Path, Username: name, Error: wrong}))
	}
	user, err := a.store.CreateFirstAdmin(r.Context(), name, a.passwords.Hash(password))
	if errors.Is(err, store.ErrExists) {
		return errSetUpUsed
	}
	if err != nil {
		return err
	}
	if err := a.sessions.SignIn(w, r, user.ID); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/connect", http.StatusSeeOther)
	return nil
}

var errSetUpUsed = &web.Error{Status: http.StatusGone, Title: "This set-up link has been used",
	Advice: "Sign in instead. If you lost the password, run “tagline user add” on the server to add another admin."}

// checkSetUp lets only the printed link through, and only while there is nobody.
func (a *App) checkSetUp(r *http.Request) error {
	if a.setUp == "" || subtle.ConstantTimeCompare([]byte(r.PathValue("key")), []byte(a.setUp)) != 1 {
		return web.NotFound()
	}
	people, err := a.store.HasUsers(r.Context())
	if err == nil && people {
		return errSetUpUsed
	}
	return err
}

// safeNext keeps a redirect on this site.
func safeNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\t\r\n") {
		return "/inbox"
	}
	return next
}

// maxForm is the largest form taken, in bytes.
const maxForm = 64 << 10

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, web.BadRequest("Go back, reload the page and send the form again.")
	}
	return r.PostForm, nil
}

// showSession tells a page whether it is still signed in: a refused websocket cannot say why.
func (a *App) showSession(w http.ResponseWriter, _ *http.Request) error {
	// A page opened at another address than ours gets no socket; this lets it say so.
	w.Header().Set("Tagline-Origin", a.origin.String())
	w.WriteHeader(http.StatusNoContent)
	return nil
}
