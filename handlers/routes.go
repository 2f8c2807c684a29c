package handlers

import (
	"net/http"
	"strings"

	"tagline/static"
	"tagline/web"
)

// access is who may call a route.
type access int

const (
	signedIn access = iota // the default
	admins
	anyone
)

// route is one line of the table below.
type route struct {
	pattern string
	access  access
	handler web.Handler
}

// routes is the whole surface of the app, but for the webhooks and the static files. A route that says nothing else
// is for people who are signed in.
func (a *App) routes() []route {
	return []route{
		{pattern: "GET /{$}", handler: a.showStart},
		{pattern: "GET /inbox", handler: a.showInbox},
		{pattern: "GET /conversations/{id}", handler: a.showConversation},
		{pattern: "GET /conversations/{id}/messages", handler: a.showOlderMessages},
		{pattern: "POST /conversations/{id}/read", handler: a.markRead},
		{pattern: "POST /conversations/{id}/done", handler: a.closeConversation},
		{pattern: "POST /conversations/{id}/reopen", handler: a.reopenConversation},
		{pattern: "GET /live", handler: a.live},
		{pattern: "GET /session", handler: a.showSession},
		{pattern: "POST /logout", handler: a.signOut},

		{pattern: "GET /settings/connect", access: admins, handler: a.showConnect},
		{pattern: "POST /settings/secret", access: admins, handler: a.setSecret},
		{pattern: "GET /settings/keys", access: admins, handler: a.showKeys},
		{pattern: "POST /settings/keys/secrets", access: admins, handler: a.addSecret},
		{pattern: "POST /settings/keys/tokens", access: admins, handler: a.addToken},
		{pattern: "POST /settings/keys/{id}/revoke", access: admins, handler: a.revokeKey},

		{pattern: "GET /healthz", access: anyone, handler: a.showHealth},
		{pattern: "GET /settings/webhooks", access: admins, handler: a.showDeliveries},
		{pattern: "POST /settings/webhooks/process", access: admins, handler: a.processDeliveries},
		{pattern: "GET /settings/webhooks/deliveries/{id}", access: admins, handler: a.showDelivery},
		{pattern: "GET /settings/webhooks/deliveries/{id}/body", access: admins, handler: a.showDeliveryBody},
		{pattern: "POST /settings/webhooks/deliveries/{id}/process", access: admins, handler: a.processDelivery},

		{pattern: "GET /login", access: anyone, handler: a.showSignIn},
		{pattern: "POST /login", access: anyone, handler: a.signIn},
		{pattern: "GET /setup/{key}", access: anyone, handler: a.showSetUp},
		{pattern: "POST /setup/{key}", access: anyone, handler: a.makeFirstAdmin},
	}
}

// Handler is the app on its way to a server.
func (a *App) Handler() http.Handler {
	pages := http.NewServeMux()
	for _, route := range a.routes() {
		pages.Handle(route.pattern, a.adapt(a.allow(route.access, route.handler)))
	}
	pages.Handle("/", a.adapt(func(http.ResponseWriter, *http.Request) error { return web.NotFound() }))

	all := http.NewServeMux()
	all.Handle("GET /static/", static.Handler())
	all.Handle("/", a.sameOrigin(pages))
	return web.Recover(a.log, web.Secure(a.origin.Scheme == "https", a.webhooksOr(all)))
}

// webhooksOr takes everything below /webhooks/ before a mux can redirect it: a redirect is a refusal like any other, and
// must be noted.
func (a *App) webhooksOr(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/webhooks/") {
			a.takeWebhook(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *App) adapt(h web.Handler) http.Handler { return web.Adapt(h, a.log, a.fail) }

// sameOrigin refuses what other sites make a browser send.
func (a *App) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(a.adapt(func(http.ResponseWriter, *http.Request) error {
		return &web.Error{Status: http.StatusForbidden, Title: "That came from another site", Advice: "Open Tagline at its own address (the one in --url) and try again."}
	}))
	return guard.Handler(next)
}
