package views

import (
	"math"
	"strings"

	"tagline/store"
)

// How many bytes of HTML these take at most besides their texts, with the day above them.
const (
	rowRoom     = 1200
	flagRoom    = 900 // what is rare in a row: failures, a snooze, an opt-out, a tag that was asked for
	messageRoom = 1350
	marksRoom   = 300 // what is rare in a message: where it was sent from, a doubtful time
	changeRoom  = 700
	noteRoom    = 1100
)

// RowsRoom is a bound of what ConversationRows takes in a page. Unlike rendering it costs next to nothing.
func RowsRoom(v Viewer, f store.Filter, rows []store.Conversation) int {
	sum := len(rows) * (rowRoom + weight(ConversationURL(math.MaxInt64, f)))
	for _, c := range rows {
		name, number := displayName(c.Contact), plainNumber(c.Contact.PhoneNumber)
		sum += 3*weight(name) + weight(number) + max(weight(c.Draft), weight(c.LastText)) + weight(c.Contact.Tag) +
			weight(v.subuserName(c.Subuser)) + 3*weight(c.AssigneeName)
		if c.OpenFailures > 0 || c.SnoozedUntil != 0 || c.Contact.OptedOut || asked(c.Contact) {
			sum += flagRoom + weight(c.Contact.AskedTag)
		}
	}
	return sum
}

// ThreadRoom is a bound of what the lines of a thread take in a page; ok is false where only rendering tells: links,
// failures and further attempts bring along more than their texts.
func ThreadRoom(v Viewer, t Thread) (sum int, ok bool) {
	sum = marksRoom // the divider of new messages
	for _, m := range t.Messages {
		if standsAlone(m) || m.State != store.Received && m.State != store.Sent || m.Dismissed ||
			m.Retry != store.NotRetried ||
			strings.Contains(m.Text, "://") {
			return 0, false
		}
		sum += messageRoom + weight(m.Text)
		if m.Doubtful || m.Portal != nil {
			sum += marksRoom
		}
		if m.SIMCardID != nil {
			sum += weight(v.simCardName(*m.SIMCardID))
		}
		if m.Reply != nil {
			sum += weight(replyAuthor(*m.Reply))
		}
	}
	for _, c := range t.Changes {
		sum += changeRoom + weight(c.From) + weight(c.To) + weight(c.Author) + weight(v.subuserName(c.Subuser))
	}
	for _, n := range t.Notes {
		if strings.Contains(n.Text, "://") {
			return 0, false
		}
		sum += noteRoom + weight(n.Text) + 2*weight(noteAuthor(n))
	}
	return sum, true
}
