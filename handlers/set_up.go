package handlers

import (
	"crypto/subtle"
	"errors"
	"net/http"

	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

func (a *signIn) showSetUp(w http.ResponseWriter, r *http.Request) error {
	if err := a.checkSetUp(r); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.SetUpPage(views.SetUp{Action: r.URL.Path, Place: a.place(r)}))
}

func (a *signIn) makeFirstAdmin(w http.ResponseWriter, r *http.Request) error {
	if err := a.checkSetUp(r); err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	name, password := text.CleanName(form.Get("username")), form.Get("password")
	status, wrong := http.StatusUnprocessableEntity, CheckName(name)
	if wrong == "" {
		wrong = checkNewPassword(name, password, form.Get("password_again"))
	}
	if !a.keepsCookies(r) {
		status, wrong = http.StatusForbidden, a.elsewhere()
	}
	if wrong != "" {
		return web.Render(w, r, status,
			views.SetUpPage(views.SetUp{Action: r.URL.Path, Username: name, Error: wrong, Place: a.place(r)}))
	}
	hash, err := a.hash(password)
	if err != nil {
		return err
	}
	user, err := a.store.CreateFirstAdmin(r.Context(), name, hash)
	if errors.Is(err, store.ErrExists) {
		return errSetUpUsed
	}
	if err != nil {
		return err
	}
	if err := a.startSession(w, r, user); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/connect", http.StatusSeeOther)
	return nil
}

var errSetUpUsed = &web.Error{Status: http.StatusGone, Title: "This set-up link has been used",
	Advice: "Sign in instead. If you lost the password, run “tagline user add” on the server to add another admin."}

// checkSetUp lets only the printed link through, and only while there is nobody.
func (a *signIn) checkSetUp(r *http.Request) error {
	if a.setUp == "" || subtle.ConstantTimeCompare([]byte(r.PathValue("key")), []byte(a.setUp)) != 1 {
		return web.NotFound()
	}
	people, err := a.store.HasUsers(r.Context())
	if err == nil && people {
		return errSetUpUsed
	}
	return err
}
