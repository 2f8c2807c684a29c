package views

import (
	"slices"

	"tagline/store"
)

// Composer is the form for a reply, with what was typed when it comes back.
type Composer struct {
	Conversation store.Conversation
	Off          string // why nobody can answer here and what to do; "" where one can
	Text         string
	SIMCardID    int64 // that is chosen, 0 leaves it to TextLink
	SIMCards     []int64
	Seen         int64         // the last message that the writer has seen
	Error        string        // why it came back
	Ask          string        // what must be confirmed before it is sent
	OptedOut     bool          // that the contact opted out was asked, or confirmed
	Placeholders string        // that were asked about, or confirmed
	Once         string        // tells this form from every other, so that it is taken once
	Draft        int64         // the version of the draft that the text is; 0 if it is none
	Page         string        // tells the page that writes it from every other
	Others       []store.Draft // that other pages wrote
}

// Holding is the form of a page that has the draft of that version in it. The others stand beside it.
func (c Composer) Holding(version int64) Composer {
	all := c.Others
	if c.Draft != 0 {
		all = append([]store.Draft{{Text: c.Text, Version: c.Draft}}, all...)
	}
	c.Draft, c.Others = version, slices.DeleteFunc(slices.Clone(all), func(d store.Draft) bool {
		return d.Version == version
	})
	return c
}

func (c Composer) id() int64 { return c.Conversation.ID }

// ComposerID is the id of the form for a reply to a conversation.
func ComposerID(conversation int64) string { return "composer-" + number(conversation) }

// canSend tells whether the person's replies go out.
func (v Viewer) canSend() bool { return v.Sends && v.User.CanReply() }

// Through is the viewer of a thread whose replies can go through the SIM cards.
func (v Viewer) Through(cards []int64) Viewer {
	v.simCards = cards
	return v
}

// replyAuthor is who wrote the reply; the person may be gone.
func replyAuthor(r store.Reply) string {
	if r.Author == "" {
		return "Somebody who left"
	}
	return r.Author
}

// retryable tells whether the viewer can try the message again.
func retryable(v Viewer, m store.Message) bool {
	return v.canSend() && m.Direction == store.Out && m.Retry == store.NotRetried &&
		(m.State == store.Failed || m.State == store.Unknown || m.Overdue(v.Now.UnixMilli()))
}

// fewOtherSIMs is how many SIM cards the menu of a message offers.
const fewOtherSIMs = 8

// otherSIMs are SIM cards that the message did not go through, and whether there are more.
func otherSIMs(v Viewer, m store.Message) (others []int64, more bool) {
	for _, id := range v.simCards {
		if len(others) == fewOtherSIMs {
			return others, true
		}
		if m.SIMCardID == nil || *m.SIMCardID != id {
			others = append(others, id)
		}
	}
	return others, false
}

// held tells whether a message was not sent by itself, and waits for somebody to say that it is.
func held(m store.Message) bool { return m.State == store.Failed && m.Reply != nil && m.Reply.Held }

// attemptsBefore are the messages that m tries again, ascending.
func attemptsBefore(messages []store.Message, m store.Message) []store.Message {
	if m.Reply == nil || m.Reply.AttemptOf == 0 {
		return nil
	}
	var before []store.Message
	for _, o := range messages {
		if o.ID < m.ID && (o.ID == m.Reply.AttemptOf || o.Reply != nil && o.Reply.AttemptOf == m.Reply.AttemptOf) {
			before = append(before, o)
		}
	}
	return before[max(0, len(before)-mostAttempts):]
}

// mostAttempts is how many earlier attempts a message names, the last ones.
const mostAttempts = 10

// mostOtherDrafts is how many bytes of drafts of other pages are shown at once, and one in any case.
const mostOtherDrafts = 8 << 10

// firstDrafts are those that are shown; the others follow once these are used or deleted.
func firstDrafts(drafts []store.Draft) []store.Draft {
	room := mostOtherDrafts
	for i, d := range drafts {
		if room -= weight(d.Text); room < 0 && i > 0 {
			return drafts[:i]
		}
	}
	return drafts
}

// stateWords say how far a message is.
func stateWords(m store.Message) string {
	switch m.State {
	case store.Queued:
		return "Queued"
	case store.Sending:
		return "Sending"
	case store.Accepted:
		if m.Reply != nil && m.Reply.Waiting {
			return "Waiting for the phone"
		}
		return "Accepted"
	case store.Unknown:
		return "Unknown"
	case store.Failed:
		if held(m) {
			return "Held"
		}
		return "Not sent"
	}
	return "Dispatched"
}

// composerMode is what the foot of a thread opens with.
func composerMode(c Composer) string {
	if c.Off != "" && c.Text == "" {
		return "note"
	}
	return "reply"
}
