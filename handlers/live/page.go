package live

import (
	"tagline/store"
	"tagline/views"
)

// Page is which screen somebody has open, as its address says. Whole pages and sockets read addresses with the same
// function, so that a socket keeps up to date just what its page shows.
type Page struct {
	Kind         PageKind
	Filter       store.Filter
	After        store.Position // the list begins after it
	Conversation int64          // the open one, or 0
	Message      int64          // the one in it that the address leads to, or 0
	Note         int64          // likewise
	Searching    bool           // what was found stands in place of the list
	Log          views.LogFilter
	Tags         views.TagsFilter
	Timeline     string // the subuser that the contact's tag timeline is narrowed to, or ""
}

// PageKind is which of the pages it is that have live parts.
type PageKind int

// The kinds of pages.
const (
	OtherPage PageKind = iota // nothing of it is live but the user's preferences
	InboxPage
	ConnectPage
	LogPage
	TagsPage
)
