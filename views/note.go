package views

import (
	"strconv"

	"tagline/store"
)

// NoteDraft is the form for a note, with what was typed when it comes back.
type NoteDraft struct {
	ConversationID int64
	Text           string
	Error          string
	Once           string // tells this form from every other, so that it is taken once
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// noteAuthor is who wrote the note; the person may be gone.
func noteAuthor(n store.Note) string {
	if n.Author == "" {
		return "Somebody who left"
	}
	return n.Author
}

// notePath is the address of something done to a note ("/delete").
func notePath(n store.Note, action string) string {
	return conversationPath(n.ConversationID, "/notes/"+number(n.ID)+action, store.Filter{})
}

// NoteDeletedToast says that a note is gone and lets it come back.
func NoteDeletedToast(conversation, note int64) Toast {
	return Toast{Words: "Note deleted.", Undo: notePath(store.Note{ID: note, ConversationID: conversation}, "/restore")}
}

// noteURL leads to the note where it stands: on the page, or on one that begins earlier.
func noteURL(t Thread, n store.Note) string {
	for _, shown := range t.Notes {
		if shown.ID == n.ID {
			return "#" + NoteID(n.ID)
		}
	}
	return WithQuery(ConversationURL(n.ConversationID, store.Filter{}), "note", number(n.ID))
}

// messageURL leads to the message where it stands: on the page, or on one that begins earlier.
func messageURL(f store.Filter, m store.Message) string {
	return WithQuery(ConversationURL(m.ConversationID, f), "message", number(m.ID))
}
