package views

import "tagline/store"

// snoozeChoice is one of the times until which a conversation can be snoozed; the handlers know what it means.
type snoozeChoice struct{ Value, Name, When string }

var snoozeChoices = []snoozeChoice{
	{"later", "Later today", "in 3 hours"},
	{"tomorrow", "Tomorrow", "9:00"},
	{"week", "Next week", "Monday 9:00"},
}

// SnoozedWords say until when something is snoozed.
func SnoozedWords(v Viewer, until int64) string { return v.wording(until, styleFull) }

// SnoozedToast says until when a conversation is out of the inbox.
func SnoozedToast(v Viewer, id, until int64) Toast {
	return Toast{
		Words: "Snoozed until " + SnoozedWords(v, until) + ", or until an answer.",
		Undo:  conversationPath(id, "/reopen", store.Filter{}),
	}
}
