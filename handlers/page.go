package handlers

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"tagline/store"
	"tagline/views"
)

// page is which screen somebody has open, as its address says. Pages and sockets read addresses with the same
// function, so that a socket keeps up to date just what its page shows.
type page struct {
	kind         pageKind
	filter       store.Filter
	after        store.Position // the list begins after it
	conversation int64          // the open one, or 0
	message      int64          // the one in it that the address leads to, or 0
	note         int64          // likewise
	searching    bool           // what was found stands in place of the list
	log          views.LogFilter
	tags         views.TagsFilter
	timeline     string // the subuser that the contact's tag timeline is narrowed to, or ""
}

type pageKind int

const (
	otherPage pageKind = iota
	inboxPage
	connectPage
	logOfWebhooks
	listOfTags
)

// parsePage reads an address of this site; the days in it are those of the reader's zone.
func parsePage(u *url.URL, zone *time.Location) page {
	switch {
	case u.Path == "/inbox":
		after, _ := store.ParsePosition(u.Query().Get("before")) // what is none is the beginning
		return page{kind: inboxPage, filter: withoutText(parseFilter(u.Query(), zone)), after: after}
	case u.Path == "/search":
		return page{kind: inboxPage, filter: parseFilter(u.Query(), zone), searching: true}
	case u.Path == "/tags":
		return page{kind: listOfTags, tags: parseTagsFilter(u.Query())}
	case u.Path == "/settings/connect":
		return page{kind: connectPage}
	case u.Path == "/settings/webhooks":
		return page{kind: logOfWebhooks, log: parseLogFilter(u.Query())}
	}
	if rest, ok := strings.CutPrefix(u.Path, "/conversations/"); ok {
		if id, err := strconv.ParseInt(rest, 10, 64); err == nil {
			q := u.Query()
			f := parseFilter(q, zone)
			message, _ := idParameter(q, "message")
			note, _ := idParameter(q, "note")
			return page{kind: inboxPage, filter: f, conversation: id, message: message, note: note, searching: f.Text != "", timeline: q.Get("timeline")}
		}
	}
	return page{}
}
