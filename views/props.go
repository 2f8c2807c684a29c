package views

import (
	"time"

	"tagline/store"
)

// Viewer is who looks at a page, and when.
type Viewer struct {
	User store.User
	Zone *time.Location // times are written in it
	Now  time.Time
}

// Page is what a document says about itself.
type Page struct {
	Title  string
	Name   string // for style sheets and scripts: "inbox", "connect", "form"
	Pane   string // the pane that narrow screens show: "list" or "thread"
	Change int64  // the change number the page was rendered at
	Live   bool   // the page follows what happens
}

// Inbox is everything the main screen shows.
type Inbox struct {
	Viewer  Viewer
	Change  int64 // the change number the page was rendered at
	Filter  store.Filter
	Counts  store.Counts
	List    List
	Thread  *Thread // nil when no conversation is open
	Empty   bool    // nothing has ever arrived
	Trouble Trouble
}

// List is one page of conversations, newest first.
type List struct {
	Conversations []store.Conversation
	Open          int64  // the conversation open beside it, or 0
	Next          string // address of the next page, "" at the end
}

// Thread is an open conversation with its contact.
type Thread struct {
	Conversation store.Conversation
	Messages     []store.Message   // ascending
	Changes      []store.TagChange // those that fall among Messages, ascending
	FirstUnread  int64             // message above which "New messages" stands, or 0
	Older        string            // address of the page before, "" at the beginning
	From         string            // position of the first of Messages as addresses write it; only beside Older
	Timeline     []store.TagChange // all of the contact's changes the viewer may see, newest first
}

// Connect is the page that says how to point TextLink here.
type Connect struct {
	Viewer    Viewer
	Change    int64
	Hooks     []Hook
	Local     bool   // the addresses work on the server's own machine only
	HasSecret bool   // a webhook secret is set
	Secret    string // what was typed, when the form comes back
	Error     string // why it came back
}

// Hook is one of the four webhooks on the Connect page.
type Hook struct {
	Kind     store.Kind
	URL      string // to paste into TextLink
	LastSeen int64  // Unix ms, 0 if nothing has arrived yet
}

// SignIn is the sign-in form.
type SignIn struct {
	Username string
	Next     string // where to go afterwards
	Nobody   bool   // there is nobody yet who could sign in
	Error    string
}

// SetUp is the form that makes the first admin.
type SetUp struct {
	Action   string // the one-time address it posts to
	Username string
	Error    string
}

// Failure is an error page: what happened and what to do.
type Failure struct {
	Viewer *Viewer // nil when nobody is signed in
	Status int
	Title  string
	Advice string
}

// Keys is the page of the tokens and secrets that let webhooks in.
type Keys struct {
	Viewer  Viewer
	Change  int64
	Tokens  []store.Key // the newest first
	Secrets []store.Key // those of the configuration have no id
	Made    string      // a secret that was made just now; it is shown this once
	Label   string      // what was typed, when the form comes back
	Secret  string
	Error   string // why it came back
}
