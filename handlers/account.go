package handlers

import (
	"errors"
	"net/http"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// showAccount is a person's own page.
func (a *signIn) showAccount(w http.ResponseWriter, r *http.Request) error {
	return a.accountPage(w, r, http.StatusOK, views.Account{Saved: r.URL.Query().Get("saved")})
}

// changePassword ends all sessions of the person, and begins a new one here.
func (a *signIn) changePassword(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user, password := person(r), form.Get("new_password")
	wrong, status := checkNewPassword(user.Name, password, form.Get("password_again")), http.StatusUnprocessableEntity
	if wrong == "" {
		if status, wrong, err = a.provePassword(w, r, form.Get("password")); err != nil {
			return err
		}
	}
	if wrong != "" {
		return a.accountPage(w, r, status, views.Account{PasswordError: wrong})
	}
	hash, err := a.hash(password)
	if err != nil {
		return err
	}
	if err := a.store.SetPassword(r.Context(), user.ID, hash); err != nil {
		return err
	}
	if err := a.startSession(w, r, user); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/account?saved=password", http.StatusSeeOther)
	return nil
}

// provePassword says what is wrong with the password that the person typed again, or "".
func (a *signIn) provePassword(w http.ResponseWriter, r *http.Request,
	typed string) (status int, words string, err error) {
	user := person(r)
	attempt, err := a.proof(r, user)
	if err != nil {
		return 0, "", err
	}
	if why, wait := attempt.begin(); wait > 0 {
		status, words = tooMany(w, why, wait)
		return status, words, nil
	}
	_, hash, err := a.store.UserByName(r.Context(), user.Name)
	if err != nil {
		return 0, "", err
	}
	matches, err := a.passwords.Matches(typed, hash, true)
	switch {
	case errors.Is(err, web.ErrBusy):
		attempt.undo()
		return http.StatusServiceUnavailable, busyWords, nil
	case !matches:
		return http.StatusUnprocessableEntity, "Your present password is another one. Type it again.", nil
	}
	attempt.undo()
	return 0, "", nil
}

// endSession signs the person out in another browser.
func (a *signIn) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.EndSession(r.Context(), person(r).ID, id); err != nil {
		return visible(err)
	}
	http.Redirect(w, r, "/settings/account?saved=sessions", http.StatusSeeOther)
	return nil
}

// endOtherSessions signs the person out everywhere but here.
func (a *signIn) endOtherSessions(w http.ResponseWriter, r *http.Request) error {
	if err := a.store.EndOtherSessions(r.Context(), person(r).ID, a.sessions.Sum(r)); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/account?saved=sessions", http.StatusSeeOther)
	return nil
}

// accountPage shows what is so in the store, around what the page says already.
func (a *signIn) accountPage(w http.ResponseWriter, r *http.Request, status int, page views.Account) error {
	user := person(r)
	var err error
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	if page.Sessions, err = a.store.Sessions(r.Context(), user.ID, a.sessions.Sum(r)); err != nil {
		return err
	}
	if page.Tokens, err = a.store.APITokens(r.Context(), user.ID); err != nil {
		return err
	}
	factor, err := a.store.Factor(r.Context(), user.ID)
	if err != nil {
		return err
	}
	page.CodesLeft, page.Viewer = factor.Codes, a.viewer(r, user)
	return web.Render(w, r, status, views.AccountPage(page))
}

// errReadOnly is told alike of what there is and what there is not.
var errReadOnly = &web.Error{Status: http.StatusForbidden, Title: "You may read, not change",
	Advice: "Nothing was changed. Ask an admin if you should be able to."}

// mustSetUpFactor tells whether the person must set up a second factor before anything else.
func mustSetUpFactor(user store.User) bool { return user.NeedsFactor && !user.SecondFactor }
