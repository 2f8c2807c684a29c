package handlers

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"unicode/utf8"

	"tagline/store"
	"tagline/textlink"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

func (a *webhooks) showKeys(w http.ResponseWriter, r *http.Request) error {
	return a.keysPage(w, r, http.StatusOK, views.Keys{})
}

// addSecret adds the secret of the form, or makes one and shows it this once.
func (a *webhooks) addSecret(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	page := views.Keys{Label: textutil.Label(form.Get("label")), Secret: form.Get("secret")}
	if page.Error = checkLabel(page.Label); page.Error != "" {
		return a.keysPage(w, r, http.StatusUnprocessableEntity, page)
	}
	label, secret := page.Label, page.Secret
	if label == "" {
		label = "TextLink"
	}
	if secret == "" {
		secret = rand.Text()
		page.Made = secret
	} else if page.Error = checkSecret(secret); page.Error != "" {
		return a.keysPage(w, r, http.StatusUnprocessableEntity, page)
	}
	err = a.store.AddSecret(r.Context(), label, textlink.Sum(secret))
	if errors.Is(err, store.ErrExists) {
		page.Error = "This secret is valid already. Choose another one."
		return a.keysPage(w, r, http.StatusUnprocessableEntity, page)
	}
	if err == nil {
		err = a.keys.load(r.Context())
	}
	if err != nil {
		return err
	}
	if page.Made != "" {
		return a.keysPage(w, r, http.StatusOK, views.Keys{Made: page.Made})
	}
	http.Redirect(w, r, "/settings/keys", http.StatusSeeOther)
	return nil
}

// addToken makes new addresses; the old ones work until they are revoked.
func (a *webhooks) addToken(w http.ResponseWriter, r *http.Request) error {
	err := a.store.AddToken(r.Context(), rand.Text())
	if err == nil {
		err = a.keys.load(r.Context())
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/keys", http.StatusSeeOther)
	return nil
}

func (a *webhooks) revokeKey(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return web.NotFound()
	}
	err = a.store.RevokeKey(r.Context(), id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return web.NotFound()
	case errors.Is(err, store.ErrLastToken):
		return a.keysPage(w, r, http.StatusConflict,
			views.Keys{Error: "These are the only addresses. Make new ones first, set them in TextLink, then revoke these."})
	case err == nil:
		err = a.keys.load(r.Context())
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/keys", http.StatusSeeOther)
	return nil
}

func checkLabel(label string) string {
	if utf8.RuneCountInString(label) > maxName {
		return "Choose a label of at most 60 characters."
	}
	return ""
}

// keysPage shows the keys as they are in the store, around what the page says already.
func (a *webhooks) keysPage(w http.ResponseWriter, r *http.Request, status int, page views.Keys) error {
	var err error
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	// Read anew: the use of a key is noted in the store only.
	if err := a.keys.load(r.Context()); err != nil {
		return err
	}
	for _, key := range a.keys.all() {
		if key.Kind == store.Token {
			page.Tokens = append(page.Tokens, key)
		} else {
			page.Secrets = append(page.Secrets, key)
		}
	}
	page.Viewer = a.viewer(r, person(r))
	return web.Render(w, r, status, views.KeysPage(page))
}
