package views

import "tagline/store"

// jumpURL leads to the next open failure above or below where the page begins to be looked at.
func jumpURL(f store.Filter, t Thread, direction string) string {
	address := WithQuery(conversationPath(t.Conversation.ID, "/failure", f), "to", direction)
	if t.TargetAt != "" {
		address = WithQuery(address, "from", t.TargetAt)
	}
	return address
}
