package views

import (
	"fmt"
	"strconv"

	"tagline/store"
)

// oursMark stands before a preview that is ours. The variation selector keeps it from being drawn as an emoji.
const oursMark = "\u2197\ufe0e"

// sortKey orders rows: newest first is descending. The id decides between rows of the same millisecond.
func sortKey(c store.Conversation) string {
	return fmt.Sprintf("%016d-%012d", c.LastAt, c.ID)
}

// unreadCount is at most "9+": a row has no room for more, and more says no more.
func unreadCount(n int) string {
	if n > 9 {
		return "9+"
	}
	return strconv.Itoa(n)
}

// narrowed tells whether the filter asks for less than a whole view.
func narrowed(f store.Filter) bool { return len(f.Subusers) > 0 || len(f.Tags) > 0 }

// emptyWords say why a list is empty and what to do next.
func emptyWords(f store.Filter) (title, advice string) {
	if narrowed(f) {
		return "Nothing matches", "No conversation in " + viewName(f.View) + " fits these filters."
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
	}
	return "Inbox is clear", "New messages appear here by themselves."
}
