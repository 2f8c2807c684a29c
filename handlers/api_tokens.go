package handlers

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

// mostTokens is how many tokens one person has.
const mostTokens = 20

// addAPIToken makes a token and shows it this once.
func (a *signIn) addAPIToken(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user, page := person(r), views.Account{TokenLabel: textutil.Label(form.Get("label"))}
	own, err := a.store.APITokens(r.Context(), user.ID)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(form.Get("days"))
	switch {
	case page.TokenLabel == "" || utf8.RuneCountInString(page.TokenLabel) > maxName:
		page.TokenError = "Say what it is for, in at most 60 characters."
	case err != nil || days < 0 || days > 3650:
		page.TokenError = "Choose for how long it is valid."
	case len(own) >= mostTokens:
		page.TokenError = fmt.Sprintf("You have %d tokens already. Revoke one first.", mostTokens)
	}
	if page.TokenError != "" {
		return a.accountPage(w, r, http.StatusUnprocessableEntity, page)
	}
	token := store.APIToken{Label: page.TokenLabel}
	if days > 0 {
		token.ExpiresAt = a.now().Add(time.Duration(days) * 24 * time.Hour).UnixMilli()
	}
	made := tokenStart + rand.Text()
	if err := a.store.AddAPIToken(r.Context(), user.ID, token, web.HashToken(made)); err != nil {
		return err
	}
	return a.accountPage(w, r, http.StatusOK, views.Account{TokenMade: made})
}

func (a *signIn) revokeAPIToken(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.RevokeAPIToken(r.Context(), person(r).ID, id); err != nil {
		return visible(err)
	}
	http.Redirect(w, r, "/settings/account?saved=token", http.StatusSeeOther)
	return nil
}
