package views

import "tagline/store"

// htmxConfig keeps to the content security policy (no inline styles) and the socket open in background tabs:
// people watch the tab's title. Much jitter spreads the pages that come back after a restart.
// Morphing leaves "open" alone: what somebody unfolded stays unfolded; and the mark of a message that was linked to.
const htmxConfig = `{"includeIndicatorCSS":false,"extensions":"ws,place","morphIgnore":["data-htmx-powered","open",` +
	`"data-linked"],"ws":{"pauseOnBackground":false,"reconnectMaxDelay":15000,"reconnectJitter":0.9}}`

// viewLink is one of the standing questions in the navigation.
type viewLink struct {
	View store.View
	Name string
	Icon string
}

var viewLinks = []viewLink{
	{store.ViewInbox, "Inbox", iconInbox},
	{store.ViewUnread, "Unread", iconUnread},
	{store.ViewUnanswered, "Unanswered", iconUnanswered},
	{store.ViewFailed, "Failed", iconFailed},
	{store.ViewSnoozed, "Snoozed", iconClock},
	{store.ViewDone, "Done", iconDone},
	{store.ViewMine, "Mine", iconMine},
}

// viewName is the heading of the list.
func viewName(view store.View) string {
	for _, link := range viewLinks {
		if link.View == view {
			return link.Name
		}
	}
	return "Inbox"
}

// inView tells whether the filter shows the view; no view means the inbox.
func inView(f store.Filter, view store.View) bool {
	if plainView(f) {
		return view == store.ViewInbox && f.Text == "" // a search asks everywhere
	}
	return f.View == view
}
