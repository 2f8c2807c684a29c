package handlers

import (
	"net/http"

	"tagline/static"
	"tagline/web"
)

// access is who may call a route.
type access int

const (
	signedIn access = iota // the default: what one sees, and what is one's own
	changers               // who may change what others see: not those who may only read
	admins
	ownAccount // also those who must set up a second factor first
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
		{pattern: "GET /search", handler: a.showSearch},
		{pattern: "GET /search/results", handler: a.showResults},
		{pattern: "POST /inbox", handler: a.saveView},
		{pattern: "POST /views/{id}/delete", handler: a.deleteView},
		{pattern: "GET /conversations/new", access: changers, handler: a.showNewConversation},
		{pattern: "POST /conversations", access: changers, handler: a.startConversation},
		{pattern: "GET /conversations/{id}", handler: a.showConversation},
		{pattern: "GET /conversations/{id}/messages", handler: a.showMessages},
		{pattern: "GET /conversations/{id}/timeline", handler: a.showTimeline},
		{pattern: "POST /conversations/{id}/read", handler: a.markRead},
		{pattern: "POST /conversations/{id}/done", access: changers, handler: a.closeConversation},
		{pattern: "POST /conversations/{id}/reopen", access: changers, handler: a.reopenConversation},
		{pattern: "POST /conversations/{id}/snooze", access: changers, handler: a.snoozeConversation},
		{pattern: "GET /tags", handler: a.showTags},
		{pattern: "POST /conversations/bulk", handler: a.doBulk},
		{pattern: "POST /conversations/bulk/undo", handler: a.undoBulk},
		{pattern: "POST /conversations/{id}/unread", handler: a.markUnread},
		{pattern: "POST /conversations/{id}/assign", access: changers, handler: a.assign},
		{pattern: "GET /conversations/{id}/failure", handler: a.showNextFailure},
		{pattern: "POST /conversations/{id}/notes", access: changers, handler: a.addNote},
		{pattern: "GET /conversations/{id}/notes/{note}/text", handler: a.showNoteText},
		{pattern: "POST /conversations/{id}/notes/{note}/delete", access: changers, handler: a.deleteNote},
		{pattern: "POST /conversations/{id}/notes/{note}/restore", access: changers, handler: a.restoreNote},
		{pattern: "POST /conversations/{id}/messages", access: changers, handler: a.addReply},
		{pattern: "GET /insights", handler: a.showInsights},
		{pattern: "GET /download", handler: a.showDownload},
		{pattern: "POST /download/{file}", handler: a.download},
		{pattern: "POST /conversations/{id}/tag", access: changers, handler: a.askForTag},
		{pattern: "POST /conversations/{id}/tag/dismiss", access: changers, handler: a.dismissTag},
		{pattern: "POST /conversations/{id}/opt-out", access: changers, handler: a.markOptedOut},
		{pattern: "POST /conversations/{id}/opt-in", access: changers, handler: a.clearOptOut},
		{pattern: "POST /conversations/{id}/draft", access: changers, handler: a.keepDraft},
		{pattern: "GET /conversations/{id}/canned", access: changers, handler: a.showCannedChoices},
		{pattern: "GET /messages/{id}/text", handler: a.showMessageText},
		{pattern: "GET /choices/{kind}", handler: a.showChoices},
		{pattern: "POST /messages/{id}/retry", access: changers, handler: a.retryMessage},
		{pattern: "POST /messages/{id}/dismiss", access: changers, handler: a.dismissMessage},
		{pattern: "POST /failures/retry", access: changers, handler: a.retryFailures},
		{pattern: "POST /failures/dismiss", access: changers, handler: a.dismissFailures},
		{pattern: "POST /failures/restore", access: changers, handler: a.restoreFailures},
		{pattern: "GET /live", handler: a.showLive},
		{pattern: "GET /session", access: ownAccount, handler: a.showSession},
		{pattern: "POST /logout", access: ownAccount, handler: a.signOut},

		{pattern: "GET /settings/preferences", handler: a.showPreferences},
		{pattern: "POST /settings/preferences", handler: a.setPreferences},
		{pattern: "GET /settings/replies", access: changers, handler: a.showCannedReplies},
		{pattern: "POST /settings/replies", access: changers, handler: a.addCannedReply},
		{pattern: "POST /settings/replies/{id}", access: changers, handler: a.changeCannedReply},
		{pattern: "POST /settings/replies/{id}/delete", access: changers, handler: a.deleteCannedReply},
		{pattern: "POST /notifications", handler: a.setNotifications},
		{pattern: "POST /notifications/browser", handler: a.addBrowser},
		{pattern: "POST /notifications/browser/remove", handler: a.removeBrowser},
		{pattern: "GET /worker.js", access: anyone, handler: a.showWorker},

		{pattern: "GET /settings/account", access: ownAccount, handler: a.showAccount},
		{pattern: "POST /settings/account/password", access: ownAccount, handler: a.changePassword},
		{pattern: "POST /settings/account/sessions/{id}/end", access: ownAccount, handler: a.endSession},
		{pattern: "POST /settings/account/sessions/end", access: ownAccount, handler: a.endOtherSessions},
		{pattern: "POST /settings/account/factor", access: ownAccount, handler: a.offerFactor},
		{pattern: "POST /settings/account/factor/confirm", access: ownAccount, handler: a.addFactor},
		{pattern: "POST /settings/account/factor/remove", access: ownAccount, handler: a.removeFactor},
		{pattern: "POST /settings/account/factor/codes", access: ownAccount, handler: a.renewCodes},
		{pattern: "POST /settings/account/tokens", access: ownAccount, handler: a.addAPIToken},
		{pattern: "POST /settings/account/tokens/{id}/revoke", access: ownAccount, handler: a.revokeAPIToken},

		{pattern: "GET /settings/people", access: admins, handler: a.showPeople},
		{pattern: "POST /settings/people", access: admins, handler: a.invite},
		{pattern: "GET /settings/people/{id}", access: admins, handler: a.showPerson},
		{pattern: "POST /settings/people/{id}", access: admins, handler: a.setAccess},
		{pattern: "POST /settings/people/{id}/disable", access: admins, handler: a.disablePerson},
		{pattern: "POST /settings/people/{id}/enable", access: admins, handler: a.enablePerson},
		{pattern: "POST /settings/people/{id}/link", access: admins, handler: a.linkPerson},
		{pattern: "POST /settings/people/{id}/sessions/end", access: admins, handler: a.endPersonSessions},
		{pattern: "POST /settings/people/{id}/factor/remove", access: admins, handler: a.removePersonFactor},
		{pattern: "GET /settings/privacy", access: admins, handler: a.showPrivacy},
		{pattern: "POST /settings/privacy/export", access: admins, handler: a.exportContact},
		{pattern: "POST /settings/privacy/delete", access: admins, handler: a.deleteContact},
		{pattern: "POST /settings/privacy/retention", access: admins, handler: a.setRetention},
		{pattern: "POST /settings/privacy/clock", access: admins, handler: a.confirmClock},
		{pattern: "GET /settings/audit", access: admins, handler: a.showAudit},

		{pattern: "GET /settings/connect", access: admins, handler: a.showConnect},
		{pattern: "POST /settings/secret", access: admins, handler: a.setSecret},
		{pattern: "GET /settings/keys", access: admins, handler: a.showKeys},
		{pattern: "POST /settings/keys/secrets", access: admins, handler: a.addSecret},
		{pattern: "POST /settings/keys/tokens", access: admins, handler: a.addToken},
		{pattern: "POST /settings/keys/{id}/revoke", access: admins, handler: a.revokeKey},

		{pattern: "GET /settings/targets", access: admins, handler: a.showTargets},
		{pattern: "POST /settings/targets", access: admins, handler: a.addTarget},
		{pattern: "GET /settings/targets/{id}", access: admins, handler: a.showTarget},
		{pattern: "GET /settings/targets/{id}/news", access: admins, handler: a.showTargetNews},
		{pattern: "POST /settings/targets/{id}", access: admins, handler: a.changeTarget},
		{pattern: "POST /settings/targets/{id}/pause", access: admins, handler: a.pauseTarget},
		{pattern: "POST /settings/targets/{id}/resume", access: admins, handler: a.resumeTarget},
		{pattern: "POST /settings/targets/{id}/test", access: admins, handler: a.testTarget},
		{pattern: "POST /settings/targets/{id}/again", access: admins, handler: a.sendAgain},
		{pattern: "POST /settings/targets/{id}/delete", access: admins, handler: a.deleteTarget},

		{pattern: "GET /settings/names", access: admins, handler: a.showNames},
		{pattern: "POST /settings/names", access: admins, handler: a.saveNames},
		{pattern: "GET /settings/opt-out", access: admins, handler: a.showOptOut},
		{pattern: "POST /settings/opt-out", access: admins, handler: a.saveOptWords},

		{pattern: "GET /healthz", access: anyone, handler: a.showHealth},
		{pattern: "GET /settings/webhooks", access: admins, handler: a.showDeliveries},
		{pattern: "POST /settings/webhooks/process", access: admins, handler: a.processDeliveries},
		{pattern: "GET /settings/webhooks/deliveries/{id}", access: admins, handler: a.showDelivery},
		{pattern: "GET /settings/webhooks/deliveries/{id}/body", access: admins, handler: a.showDeliveryBody},
		{pattern: "POST /settings/webhooks/deliveries/{id}/process", access: admins, handler: a.processDelivery},

		{pattern: "GET /login", access: anyone, handler: a.showSignIn},
		{pattern: "POST /login", access: anyone, handler: a.signIn},
		{pattern: "GET /login/code", access: anyone, handler: a.showCode},
		{pattern: "POST /login/code", access: anyone, handler: a.giveCode},
		{pattern: "GET /link/{key}", access: anyone, handler: a.showLink},
		{pattern: "POST /link/{key}", access: anyone, handler: a.useLink},
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
	a.pages = pages
	pages.Handle("/", a.adapt(func(http.ResponseWriter, *http.Request) error { return web.NotFound() }))

	all := http.NewServeMux()
	all.Handle("GET /static/", static.Handler())
	all.Handle("/api/", a.api())
	all.Handle("/", a.sameOrigin(pages))
	return web.Recover(a.log, web.Secure(a.origin.Scheme == "https", webhooksOr(a.takeWebhook, all)))
}

// PlainHandler answers where nothing is encrypted although the public origin is: webhooks are refused and noted, because
// TextLink follows no redirect. Everything else is for next.
func (a *App) PlainHandler(next http.Handler) http.Handler {
	return web.Recover(a.log, webhooksOr(a.refusePlainWebhook, next))
}

// webhooksOr takes everything that may be meant for a webhook before a mux can redirect it: a redirect is a refusal like
// any other, and must be noted.
func webhooksOr(take http.HandlerFunc, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isWebhook(r.URL.Path) {
			take(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *App) adapt(h web.Handler) http.Handler {
	return web.Adapt(func(w http.ResponseWriter, r *http.Request) error { return a.explain(r, h(w, r)) }, a.log, a.fail)
}
