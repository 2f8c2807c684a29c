package views

import (
	"time"

	"tagline/store"
)

// togetherFor is how long after a message the next one still stands with it.
const togetherFor = time.Minute

// footer is everything that the line below a message says, but for the time. Of messages that stand together only the
// last shows it, so it must be true of all of them.
type footer struct {
	direction store.Direction
	state     store.State
	reply     bool // written here
	user      int64
	author    string
	onSIM     bool // it is known which one
	sim       int64
	portal    bool
	doubtful  bool
}

func footerOf(m store.Message) footer {
	f := footer{direction: m.Direction, state: m.State, doubtful: m.Doubtful, portal: m.Portal != nil && *m.Portal}
	if m.Reply != nil {
		f.reply, f.user, f.author = true, m.Reply.UserID, replyAuthor(*m.Reply)
	}
	if m.SIMCardID != nil {
		f.onSIM, f.sim = true, *m.SIMCardID
	}
	return f
}

// standsAlone tells whether a message stands for itself: what became of it must be seen.
func standsAlone(m store.Message) bool {
	return m.Direction == store.Out && (m.State != store.Sent || m.Dismissed || m.Retry != store.NotRetried ||
		m.Reply != nil && m.Reply.Attempt > 1)
}

// joins tells whether a message stands together with the item above it.
func joins(above []ThreadItem, m store.Message) bool {
	if len(above) == 0 || above[len(above)-1].Kind != MessageItem {
		return false
	}
	last := above[len(above)-1].Message
	return !standsAlone(last) && !standsAlone(m) && footerOf(last) == footerOf(m) &&
		m.At-last.At <= togetherFor.Milliseconds()
}
