package views

import "tagline/store"

// LongText is a text that a page shows part by part.
type LongText struct {
	Viewer  Viewer
	Change  int64
	Title   string
	Text    string
	From    int    // byte at which the part begins
	Address string // of the text
	Back    string // where it stands
}

// MessageText is the whole text of a message.
func MessageText(m store.Message, from int) LongText {
	return LongText{Title: "Message", Text: m.Text, From: from, Address: messageTextURL(m.ID),
		Back: messageURL(store.Filter{}, m)}
}

// NoteText is the whole text of a note.
func NoteText(n store.Note, from int) LongText {
	back := WithQuery(ConversationURL(n.ConversationID, store.Filter{}), "note", number(n.ID))
	return LongText{Title: "Internal note", Text: n.Text, From: from, Address: notePath(n, "/text"), Back: back}
}

func messageTextURL(id int64) string { return "/messages/" + number(id) + "/text" }
