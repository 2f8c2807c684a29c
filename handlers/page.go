package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"tagline/store"
	"tagline/views"
)

// page is which screen somebody has open, as its address says. Pages and sockets read addresses with the same
// function, so that a socket keeps up to date just what its page shows.
type page struct {
	kind         pageKind
	filter       store.Filter
	conversation int64 // the open one, or 0
	log          views.LogFilter
}

type pageKind int

const (
	otherPage pageKind = iota
	inboxPage
	connectPage
	logOfWebhooks
)

// parsePage reads an address of this site.
func parsePage(u *url.URL) page {
	switch {
	case u.Path == "/inbox":
		return page{kind: inboxPage, filter: parseFilter(u.Query())}
	case u.Path == "/settings/connect":
		return page{kind: connectPage}
	case u.Path == "/settings/webhooks":
		return page{kind: logOfWebhooks, log: parseLogFilter(u.Query())}
	}
	if rest, ok := strings.CutPrefix(u.Path, "/conversations/"); ok {
		if id, err := strconv.ParseInt(rest, 10, 64); err == nil {
			return page{kind: inboxPage, filter: parseFilter(u.Query()), conversation: id}
		}
	}
	return page{}
}

// parseFilter reads what an address asks for; what makes no sense in it is left out.
func parseFilter(q url.Values) store.Filter {
	f := store.Filter{View: store.View(q.Get("view"))}
	switch f.View {
	case store.ViewUnread, store.ViewUnanswered, store.ViewFailed, store.ViewDone:
	default:
		f.View = store.ViewInbox
	}
	for _, s := range q["subuser"] {
		if id, err := store.ParseSubuserID(s); err == nil {
			f.Subusers = append(f.Subusers, id)
		}
	}
	for _, tag := range q["tag"] {
		if tag != "" {
			f.Tags = append(f.Tags, tag)
		}
	}
	return f
}

// formatPosition writes a position as it stands in addresses.
func formatPosition(p store.Position) string { return fmt.Sprintf("%d.%d", p.At, p.ID) }

// parsePosition reads it; the zero Position where there is none.
func parsePosition(s string) (store.Position, error) {
	if s == "" {
		return store.Position{}, nil
	}
	var p store.Position
	at, id, _ := strings.Cut(s, ".")
	var err error
	if p.At, err = strconv.ParseInt(at, 10, 64); err != nil {
		return p, err
	}
	p.ID, err = strconv.ParseInt(id, 10, 64)
	return p, err
}
