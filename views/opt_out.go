package views

import "tagline/store"

// OptedOutQuestion is what somebody must confirm who writes to a contact that opted out.
const OptedOutQuestion = "This contact opted out: they asked for no more messages. " +
	"Send it only if you may; the audit log notes that you did."

// OptOut is the page of the words that opt out and in, as they are or as they were typed when the form comes back.
type OptOut struct {
	Viewer  Viewer
	Change  int64
	Out, In string // one a line
	Saved   bool
	Error   string // why it came back
	Wrong   string // the name of the field that it is about
}

// OptedOutToast says that somebody marked a contact, or cleared that.
func OptedOutToast(out bool, id int64) Toast {
	if out {
		return Toast{Words: "Marked as opted out. What waited for being sent is held.",
			Undo: conversationPath(id, "/opt-in", store.Filter{})}
	}
	return Toast{Words: "Not opted out any more.", Undo: conversationPath(id, "/opt-out", store.Filter{})}
}

// RetryQuestion asks whether a message is tried again although its contact opted out.
func RetryQuestion(message, simCard int64) Toast {
	return Toast{Words: OptedOutQuestion, Undo: retryPath(message), Button: "Send anyway",
		Fields: []Field{{"opted_out", "send"}, {"sim_card_id", number(simCard)}}}
}

// LeftAloneToast says that none of the messages was tried again, since all of their contacts opted out.
func LeftAloneToast(n int) Toast {
	return Toast{Words: "Nothing is tried again: " + leftAlone(n) + " Open a conversation to send one all the same."}
}

// leftAlone counts messages that were not tried again.
func leftAlone(n int) string {
	return plural(n, "message was left alone because the contact opted out.",
		"messages were left alone because the contacts opted out.")
}

func retryPath(message int64) string { return "/messages/" + number(message) + "/retry" }
