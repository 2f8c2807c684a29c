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
		{pattern: "GET /{$}", handler: a.signIn.showStart},
		{pattern: "GET /inbox", handler: a.conversations.showInbox},
		{pattern: "GET /search", handler: a.conversations.showSearch},
		{pattern: "GET /search/results", handler: a.conversations.showResults},
		{pattern: "POST /inbox", handler: a.conversations.saveView},
		{pattern: "POST /views/{id}/delete", handler: a.conversations.deleteView},
		{pattern: "GET /conversations/new", access: changers, handler: a.conversations.showNewConversation},
		{pattern: "POST /conversations", access: changers, handler: a.conversations.startConversation},
		{pattern: "GET /conversations/{id}", handler: a.conversations.showConversation},
		{pattern: "GET /conversations/{id}/messages", handler: a.conversations.showMessages},
		{pattern: "GET /conversations/{id}/timeline", handler: a.conversations.showTimeline},
		{pattern: "POST /conversations/{id}/read", handler: a.conversations.markRead},
		{pattern: "POST /conversations/{id}/done", access: changers, handler: a.conversations.closeConversation},
		{pattern: "POST /conversations/{id}/reopen", access: changers, handler: a.conversations.reopenConversation},
		{pattern: "POST /conversations/{id}/snooze", access: changers, handler: a.conversations.snoozeConversation},
		{pattern: "GET /tags", handler: a.conversations.showTags},
		{pattern: "POST /conversations/bulk", handler: a.conversations.doBulk},
		{pattern: "POST /conversations/bulk/undo", handler: a.conversations.undoBulk},
		{pattern: "POST /conversations/{id}/unread", handler: a.conversations.markUnread},
		{pattern: "POST /conversations/{id}/assign", access: changers, handler: a.conversations.assign},
		{pattern: "GET /conversations/{id}/failure", handler: a.conversations.showNextFailure},
		{pattern: "POST /conversations/{id}/notes", access: changers, handler: a.conversations.addNote},
		{pattern: "GET /conversations/{id}/notes/{note}/text", handler: a.conversations.showNoteText},
		{pattern: "POST /conversations/{id}/notes/{note}/delete", access: changers, handler: a.conversations.deleteNote},
		{pattern: "POST /conversations/{id}/notes/{note}/restore", access: changers, handler: a.conversations.restoreNote},
		{pattern: "POST /conversations/{id}/messages", access: changers, handler: a.conversations.addReply},
		{pattern: "GET /insights", handler: a.downloads.showInsights},
		{pattern: "GET /download", handler: a.downloads.showDownload},
		{pattern: "POST /download/{file}", handler: a.downloads.download},
		{pattern: "POST /conversations/{id}/tag", access: changers, handler: a.conversations.askForTag},
		{pattern: "POST /conversations/{id}/tag/dismiss", access: changers, handler: a.conversations.dismissTag},
		{pattern: "POST /conversations/{id}/opt-out", access: changers, handler: a.conversations.markOptedOut},
		{pattern: "POST /conversations/{id}/opt-in", access: changers, handler: a.conversations.clearOptOut},
		{pattern: "POST /conversations/{id}/draft", access: changers, handler: a.conversations.keepDraft},
		{pattern: "GET /conversations/{id}/canned", access: changers, handler: a.settings.showCannedChoices},
		{pattern: "GET /messages/{id}/text", handler: a.conversations.showMessageText},
		{pattern: "GET /choices/{kind}", handler: a.conversations.showChoices},
		{pattern: "POST /messages/{id}/retry", access: changers, handler: a.conversations.retryMessage},
		{pattern: "POST /messages/{id}/dismiss", access: changers, handler: a.conversations.dismissMessage},
		{pattern: "POST /failures/retry", access: changers, handler: a.conversations.retryFailures},
		{pattern: "POST /failures/dismiss", access: changers, handler: a.conversations.dismissFailures},
		{pattern: "POST /failures/restore", access: changers, handler: a.conversations.restoreFailures},
		{pattern: "GET /live", handler: a.showLive},
		{pattern: "GET /session", access: ownAccount, handler: a.signIn.showSession},
		{pattern: "POST /logout", access: ownAccount, handler: a.signIn.signOut},

		{pattern: "GET /settings/preferences", handler: a.settings.showPreferences},
		{pattern: "POST /settings/preferences", handler: a.settings.setPreferences},
		{pattern: "GET /settings/replies", access: changers, handler: a.settings.showCannedReplies},
		{pattern: "POST /settings/replies", access: changers, handler: a.settings.addCannedReply},
		{pattern: "POST /settings/replies/{id}", access: changers, handler: a.settings.changeCannedReply},
		{pattern: "POST /settings/replies/{id}/delete", access: changers, handler: a.settings.deleteCannedReply},
		{pattern: "POST /notifications", handler: a.settings.setNotifications},
		{pattern: "POST /notifications/browser", handler: a.settings.addBrowser},
		{pattern: "POST /notifications/browser/remove", handler: a.settings.removeBrowser},
		{pattern: "GET /worker.js", access: anyone, handler: a.showWorker},

		{pattern: "GET /settings/account", access: ownAccount, handler: a.signIn.showAccount},
		{pattern: "POST /settings/account/password", access: ownAccount, handler: a.signIn.changePassword},
		{pattern: "POST /settings/account/sessions/{id}/end", access: ownAccount, handler: a.signIn.endSession},
		{pattern: "POST /settings/account/sessions/end", access: ownAccount, handler: a.signIn.endOtherSessions},
		{pattern: "POST /settings/account/factor", access: ownAccount, handler: a.signIn.offerFactor},
		{pattern: "POST /settings/account/factor/confirm", access: ownAccount, handler: a.signIn.addFactor},
		{pattern: "POST /settings/account/factor/remove", access: ownAccount, handler: a.signIn.removeFactor},
		{pattern: "POST /settings/account/factor/codes", access: ownAccount, handler: a.signIn.renewCodes},
		{pattern: "POST /settings/account/tokens", access: ownAccount, handler: a.signIn.addAPIToken},
		{pattern: "POST /settings/account/tokens/{id}/revoke", access: ownAccount, handler: a.signIn.revokeAPIToken},

		{pattern: "GET /settings/people", access: admins, handler: a.team.showPeople},
		{pattern: "POST /settings/people", access: admins, handler: a.team.invite},
		{pattern: "GET /settings/people/{id}", access: admins, handler: a.team.showPerson},
		{pattern: "POST /settings/people/{id}", access: admins, handler: a.team.setAccess},
		{pattern: "POST /settings/people/{id}/disable", access: admins, handler: a.team.disablePerson},
		{pattern: "POST /settings/people/{id}/enable", access: admins, handler: a.team.enablePerson},
		{pattern: "POST /settings/people/{id}/link", access: admins, handler: a.team.linkPerson},
		{pattern: "POST /settings/people/{id}/sessions/end", access: admins, handler: a.team.endPersonSessions},
		{pattern: "POST /settings/people/{id}/factor/remove", access: admins, handler: a.team.removePersonFactor},
		{pattern: "GET /settings/privacy", access: admins, handler: a.settings.showPrivacy},
		{pattern: "POST /settings/privacy/export", access: admins, handler: a.settings.exportContact},
		{pattern: "POST /settings/privacy/delete", access: admins, handler: a.settings.deleteContact},
		{pattern: "POST /settings/privacy/retention", access: admins, handler: a.settings.setRetention},
		{pattern: "POST /settings/privacy/clock", access: admins, handler: a.settings.confirmClock},
		{pattern: "GET /settings/audit", access: admins, handler: a.settings.showAudit},

		{pattern: "GET /settings/connect", access: admins, handler: a.webhooks.showConnect},
		{pattern: "POST /settings/secret", access: admins, handler: a.webhooks.setSecret},
		{pattern: "GET /settings/keys", access: admins, handler: a.webhooks.showKeys},
		{pattern: "POST /settings/keys/secrets", access: admins, handler: a.webhooks.addSecret},
		{pattern: "POST /settings/keys/tokens", access: admins, handler: a.webhooks.addToken},
		{pattern: "POST /settings/keys/{id}/revoke", access: admins, handler: a.webhooks.revokeKey},

		{pattern: "GET /settings/targets", access: admins, handler: a.destinations.showTargets},
		{pattern: "POST /settings/targets", access: admins, handler: a.destinations.addTarget},
		{pattern: "GET /settings/targets/{id}", access: admins, handler: a.destinations.showTarget},
		{pattern: "GET /settings/targets/{id}/news", access: admins, handler: a.destinations.showTargetNews},
		{pattern: "POST /settings/targets/{id}", access: admins, handler: a.destinations.changeTarget},
		{pattern: "POST /settings/targets/{id}/pause", access: admins, handler: a.destinations.pauseTarget},
		{pattern: "POST /settings/targets/{id}/resume", access: admins, handler: a.destinations.resumeTarget},
		{pattern: "POST /settings/targets/{id}/test", access: admins, handler: a.destinations.testTarget},
		{pattern: "POST /settings/targets/{id}/again", access: admins, handler: a.destinations.sendAgain},
		{pattern: "POST /settings/targets/{id}/delete", access: admins, handler: a.destinations.deleteTarget},

		{pattern: "GET /settings/names", access: admins, handler: a.settings.showNames},
		{pattern: "POST /settings/names", access: admins, handler: a.settings.saveNames},
		{pattern: "GET /settings/opt-out", access: admins, handler: a.conversations.showOptOut},
		{pattern: "POST /settings/opt-out", access: admins, handler: a.conversations.saveOptWords},

		{pattern: "GET /healthz", access: anyone, handler: a.showHealth},
		{pattern: "GET /settings/webhooks", access: admins, handler: a.webhooks.showDeliveries},
		{pattern: "POST /settings/webhooks/process", access: admins, handler: a.webhooks.processDeliveries},
		{pattern: "GET /settings/webhooks/deliveries/{id}", access: admins, handler: a.webhooks.showDelivery},
		{pattern: "GET /settings/webhooks/deliveries/{id}/body", access: admins, handler: a.webhooks.showDeliveryBody},
		{pattern: "POST /settings/webhooks/deliveries/{id}/process", access: admins, handler: a.webhooks.processDelivery},

		{pattern: "GET /login", access: anyone, handler: a.signIn.showSignIn},
		{pattern: "POST /login", access: anyone, handler: a.signIn.signIn},
		{pattern: "GET /login/code", access: anyone, handler: a.signIn.showCode},
		{pattern: "POST /login/code", access: anyone, handler: a.signIn.giveCode},
		{pattern: "GET /link/{key}", access: anyone, handler: a.signIn.showLink},
		{pattern: "POST /link/{key}", access: anyone, handler: a.signIn.useLink},
		{pattern: "GET /setup/{key}", access: anyone, handler: a.signIn.showSetUp},
		{pattern: "POST /setup/{key}", access: anyone, handler: a.signIn.makeFirstAdmin},
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
	all.Handle("/api/", a.api.handler())
	all.Handle("/", a.sameOrigin(pages))
	return web.Recover(a.log, web.Secure(a.origin.Scheme == "https", webhooksOr(a.webhooks.takeWebhook, all)))
}

// PlainHandler answers where nothing is encrypted although the public origin is: webhooks are refused and noted,
// because TextLink follows no redirect. Everything else is for next.
func (a *App) PlainHandler(next http.Handler) http.Handler {
	return web.Recover(a.log, webhooksOr(a.webhooks.refusePlainWebhook, next))
}

// webhooksOr takes everything that may be meant for a webhook before a mux can redirect it: a redirect is a refusal
// like any other, and must be noted.
func webhooksOr(take http.HandlerFunc, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isWebhook(r.URL.Path) {
			take(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *site) adapt(h web.Handler) http.Handler {
	return web.Adapt(func(w http.ResponseWriter, r *http.Request) error { return a.explain(r, h(w, r)) }, a.log, a.fail)
}
