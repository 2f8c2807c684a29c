package views

import (
	"strconv"

	"tagline/store"
)

// BulkLimit is how many conversations can be changed at once.
const BulkLimit = 500

// BulkTag is the action that asks for tags: TextLink does it, and says later how that went.
const BulkTag = "tag"

// leaving is the action that takes conversations out of the view.
func leaving(view store.View) store.BulkAction {
	switch view {
	case store.ViewDone, store.ViewSnoozed:
		return store.BulkReopen
	case store.ViewUnread:
		return store.BulkRead
	case store.ViewFailed:
		return ""
	}
	return store.BulkDone
}

// bulkWords say what was done.
func bulkWords(d BulkDone) string {
	n := strconv.Itoa(len(d.Was))
	if len(d.Was) == 0 {
		return "Nothing to change: that is how they were."
	}
	switch d.Bulk.Action {
	case store.BulkReopen:
		return n + " reopened."
	case store.BulkRead:
		return n + " marked read."
	case store.BulkUnread:
		return n + " marked unread."
	case store.BulkAssign:
		if d.Bulk.Assignee == 0 {
			return n + " assigned to nobody."
		}
		return n + " assigned to " + d.Name + "."
	}
	if d.Bulk.Action == store.BulkSnooze {
		return n + " snoozed until " + d.Name + "."
	}
	return n + " done."
}

// FormatWas writes what a conversation was as forms carry it.
func FormatWas(w store.Was) string {
	return strconv.FormatInt(w.ID, 10) + "." + strconv.FormatInt(w.Value, 10)
}

// listURL is the address of the inbox as it is on screen.
func listURL(i Inbox) string {
	if i.Thread != nil {
		return ConversationURL(i.Thread.Conversation.ID, i.Filter)
	}
	return InboxURL(i.Filter)
}
