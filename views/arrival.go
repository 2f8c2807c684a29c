package views

import "tagline/store"

// Arrival is a message that somebody is to be told of, and those of the same conversation that came with it.
type Arrival struct {
	Change       int64 // its number; the same message has the same in all tabs
	Count        int
	Conversation store.Conversation
}

// Name is who wrote.
func (a Arrival) Name() string { return plainTitle(displayName(a.Conversation.Contact)) }

// URL is where it is read.
func (a Arrival) URL() string { return ConversationURL(a.Conversation.ID, store.Filter{}) }

// Words are what a notification says below the name: the message only where the person lets it.
func (a Arrival) Words(p store.Preferences) string {
	switch {
	case a.Count > 1:
		return number(int64(a.Count)) + " new messages"
	case p.NotifyText:
		return plainTitle(a.Conversation.LastText)
	}
	return "New message"
}

// Notice is a notification as the service worker shows it. A later one with the same tag takes its place.
type Notice struct {
	Title  string `json:"title"`
	Body   string `json:"body"`
	Tag    string `json:"tag"`
	URL    string `json:"url"` // where a click leads
	Change int64  `json:"change"`
}

// namesInNotice is how many of those who wrote a notice names.
const namesInNotice = 3

// NoticeOf says the arrivals, of which there is at least one, in one notice. notify.js says what arrives in open pages
// alike.
func NoticeOf(arrivals []Arrival, p store.Preferences) Notice {
	last := arrivals[len(arrivals)-1]
	if len(arrivals) == 1 {
		return Notice{shorten(last.Name()), last.Words(p), ConversationID(last.Conversation.ID), last.URL(), last.Change}
	}
	count, names := 0, ""
	for i, a := range arrivals {
		count += a.Count
		switch {
		case i == namesInNotice:
			names += " and " + number(int64(len(arrivals)-i)) + " more"
		case i > 0 && i < namesInNotice:
			names += ", " + shorten(a.Name())
		case i == 0:
			names = shorten(a.Name())
		}
	}
	unread := InboxURL(store.Filter{View: store.ViewUnread})
	return Notice{number(int64(count)) + " new messages", names, "arrivals", unread, last.Change}
}

// shorten keeps a name within what a notification shows.
func shorten(name string) string {
	const most = 60
	if runes := []rune(name); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return name
}
