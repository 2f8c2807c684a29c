package handlers

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"tagline/handlers/live"
	"tagline/store"
)

// parsePage reads an address of this site; the days in it are those of the reader's zone.
func parsePage(u *url.URL, zone *time.Location) live.Page {
	switch {
	case u.Path == "/inbox":
		after, _ := store.ParsePosition(u.Query().Get("before")) // what is none is the beginning
		return live.Page{Kind: live.InboxPage, Filter: withoutText(parseFilter(u.Query(), zone)), After: after}
	case u.Path == "/search":
		return live.Page{Kind: live.InboxPage, Filter: parseFilter(u.Query(), zone), Searching: true}
	case u.Path == "/tags":
		return live.Page{Kind: live.TagsPage, Tags: parseTagsFilter(u.Query())}
	case u.Path == "/settings/connect":
		return live.Page{Kind: live.ConnectPage}
	case u.Path == "/settings/webhooks":
		return live.Page{Kind: live.LogPage, Log: parseLogFilter(u.Query())}
	}
	if rest, ok := strings.CutPrefix(u.Path, "/conversations/"); ok {
		if id, err := strconv.ParseInt(rest, 10, 64); err == nil {
			q := u.Query()
			f := parseFilter(q, zone)
			message, _ := idParameter(q, "message")
			note, _ := idParameter(q, "note")
			return live.Page{Kind: live.InboxPage, Filter: f, Conversation: id, Message: message, Note: note,
				Searching: f.Text != "", Timeline: q.Get("timeline")}
		}
	}
	return live.Page{}
}
