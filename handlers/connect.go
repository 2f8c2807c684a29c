package handlers

import (
	"errors"
	"net"
	"net/http"

	"tagline/store"
	"tagline/textlink"
	"tagline/views"
	"tagline/web"
)

func (a *webhooks) showConnect(w http.ResponseWriter, r *http.Request) error {
	return a.connectPage(w, r, http.StatusOK, "", "")
}

// setSecret makes what the form says the webhook secret. An empty one never becomes it.
func (a *webhooks) setSecret(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	secret := form.Get("secret")
	if wrong := checkSecret(secret); wrong != "" {
		return a.connectPage(w, r, http.StatusUnprocessableEntity, secret, wrong)
	}
	err = a.store.AddSecret(r.Context(), "TextLink", textlink.Sum(secret))
	if err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	if err := a.keys.load(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/connect", http.StatusSeeOther)
	return nil
}

func checkSecret(secret string) string {
	switch {
	case secret == "":
		return "Type the secret that you set in TextLink's API console, or leave the form as it is to go without one."
	case len(secret) > 1024:
		return "Choose a secret of at most 1,024 bytes."
	}
	return ""
}

func (a *webhooks) connectPage(w http.ResponseWriter, r *http.Request, status int, secret, wrong string) error {
	ctx := r.Context()
	change, err := a.store.ChangeNumber(ctx)
	if err != nil {
		return err
	}
	hooks, err := a.hooks(r)
	if err != nil {
		return err
	}
	swaps, err := a.store.Swaps(ctx)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, views.ConnectPage(views.Connect{
		Viewer: a.viewer(r, person(r)), Change: change, Hooks: hooks, Swaps: swaps,
		Local: isLocal(a.origin.Hostname()), HasSecret: a.keys.hasSecret(), Secret: secret, Error: wrong,
	}))
}

// isLocal tells whether a host name leads to the machine itself, where TextLink cannot follow.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (a *webhooks) hooks(r *http.Request) ([]views.Hook, error) {
	seen, err := a.store.LastSeen(r.Context())
	hooks := make([]views.Hook, len(store.Kinds))
	for i, kind := range store.Kinds {
		hooks[i] = views.Hook{Kind: kind, URL: WebhookURL(a.origin, a.keys.token(), kind), LastSeen: seen[kind]}
	}
	return hooks, err
}
