package views

import (
	"github.com/a-h/templ"

	"tagline/store"
)

// NewConversation is the form for a message to any number, with what was typed when it comes back.
type NewConversation struct {
	Viewer       Viewer
	Change       int64
	Off          string // why nobody can write here and what to do; "" where one can
	Subusers     []store.SubuserID
	SIMCards     []int64
	Number       string
	Subuser      store.SubuserID
	SIMCardID    int64
	Text         string
	Once         string // tells this form from every other, so that it is taken once
	Error        string // why it came back
	Ask          string // what must be confirmed before it is sent
	OptedOut     bool   // that the contact opted out was asked, or confirmed
	Placeholders string // that were asked about, or confirmed
	Wrong        string // the name of the field that it is about
}

// newConversationURL is the address of the form; a list of one subuser leads to that subuser's.
func newConversationURL(f store.Filter) string {
	const address = "/conversations/new"
	if len(f.Subusers) == 1 {
		return WithQuery(address, "subuser", f.Subusers[0].String())
	}
	return address
}

// wrongField says of a field that it is what the error is about.
func (n NewConversation) wrongField(name string) templ.Attributes {
	if n.Error == "" || n.Wrong != name {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "new-error"}
}
