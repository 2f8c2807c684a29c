package views

import "tagline/store"

// TagAskedToast says that TextLink is asked for a tag, with the way back to the one before.
func TagAskedToast(before store.Conversation, tag string, asked bool) Toast {
	switch {
	case !asked:
		return Toast{Words: "The contact has that tag already."}
	case before.Contact.Tag == "":
		return Toast{Words: "TextLink is asked for “" + legible(tag) + "”."}
	}
	return Toast{Words: "TextLink is asked for “" + legible(tag) + "”.", Undo: tagPath(before.ID),
		Fields: []Field{{"tag", before.Contact.Tag}}}
}

// TagsAskedWords say for how many contacts TextLink is asked.
func TagsAskedWords(tag string, n int) string {
	if n == 0 {
		return "Nothing to change: they have that tag already."
	}
	return "TextLink is asked for “" + legible(tag) + "” for " + plural(n, "contact", "contacts") + "."
}

func tagPath(conversation int64) string {
	return conversationPath(conversation, "/tag", store.Filter{})
}

// asked tells whether a tag is asked for and not refused.
func asked(c store.Contact) bool { return c.AskedTag != "" && c.AskedReason == "" }

func refusedTag(c store.Contact) bool { return c.AskedTag != "" && c.AskedReason != "" }

// changeAuthorName is who asked for a tag change.
func changeAuthorName(c store.TagChange) string {
	if c.Author == "" {
		return "somebody who left"
	}
	return c.Author
}
