package views

import "tagline/store"

// styleSheets in the order of the cascade: tokens first, then what stands on every page, then one per noun.
var styleSheets = []string{
	"css/tokens.css", "css/base.css", "css/layout.css", "css/nav.css", "css/list.css",
	"css/thread.css", "css/contact.css", "css/pages.css", "css/deliveries.css", "css/narrow.css",
}

// scripts of every page; they find by themselves what is theirs to do.
var scripts = []string{"js/time.js", "js/copy.js", "js/panes.js", "js/scroll.js"}

// htmxConfig keeps to the content security policy (no inline styles) and the socket open in background tabs:
// people watch the tab's title.
// Morphing leaves "open" alone: what somebody unfolded stays unfolded.
const htmxConfig = `{"includeIndicatorCSS":false,"extensions":"ws,place","morphIgnore":["data-htmx-powered","open"],"ws":{"pauseOnBackground":false,"reconnectMaxDelay":15000}}`

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
	{store.ViewDone, "Done", iconDone},
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
	return f.View == view || f.View == "" && view == store.ViewInbox
}
