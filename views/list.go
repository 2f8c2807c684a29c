package views

import (
	"fmt"
	"strconv"

	"tagline/store"
)

// oursMark stands before a preview that is ours. The variation selector keeps it from being drawn as an emoji.
const oursMark = "\u2197\ufe0e"

// sortKey orders rows: along the list it descends, whatever the filter's order. The id decides between rows of the same
// millisecond.
func sortKey(f store.Filter, c store.Conversation) string {
	const sign = 1 << 63 // moved, negative numbers come before the others
	p := f.Position(c)
	at, id := uint64(p.At)^sign, uint64(p.ID) // #nosec G115 -- the same bits, compared as text
	if f.Ascends() {
		at, id = ^at, ^id
	}
	return fmt.Sprintf("%016x-%016x", at, id)
}

// unreadCount is at most "9+": a row has no room for more, and more says no more.
func unreadCount(n int) string {
	if n > 9 {
		return "9+"
	}
	return strconv.Itoa(n)
}

// listTitle is the heading of the list, or of what was found.
func listTitle(i Inbox) string {
	if i.Search != nil {
		return "Search"
	}
	return viewName(i.Filter.View)
}

// emptyWords say why a list is empty and what to do next.
func emptyWords(f store.Filter) (title, advice string) {
	switch {
	case len(f.Subusers)+len(f.Tags)+len(f.SIMCards) > 0 || f.From != "" || f.Until != "":
		return "Nothing matches", "No conversation in " + viewName(f.View) +
			" fits these filters. Remove one above, or clear them all."
	case f.Sort == store.SortWaiting && f.View == store.ViewDone:
		return "Nobody waits here", "In what is done nobody waits for an answer. Choose another order."
	case f.Sort == store.SortWaiting:
		return "Nobody waits", "Everyone in " + viewName(f.View) + " has an answer. This order shows only who waits for one."
	}
	switch f.View {
	case store.ViewUnread:
		return "All read", "New messages appear here by themselves."
	case store.ViewUnanswered:
		return "Everyone has an answer", "Conversations where the contact had the last word appear here."
	case store.ViewFailed:
		return "No failures", "Messages that could not be sent appear here."
	case store.ViewDone:
		return "Nothing is done yet", "Mark a conversation as done and it is kept here."
	case store.ViewSnoozed:
		return "Nothing is snoozed", "Snooze a conversation that can wait (the clock above it), and it comes back by itself."
	case store.ViewMine:
		return "Nothing is yours", "Conversations that are assigned to you appear here. Open one from the inbox and take it."
	}
	return "Inbox is clear", "New messages appear here by themselves."
}
