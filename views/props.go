package views

import (
	"time"

	"tagline/store"
)

// Viewer is who looks at a page, and when.
type Viewer struct {
	User     store.User
	Zone     *time.Location // times are written in it
	Now      time.Time
	simCards []int64 // that replies of the open thread can go through
	Sends    bool    // replies go out from here
	// Names are those of subusers and SIM cards.
	Names store.Names
	// Database is what the change numbers of pages belong to.
	Database string
}

// Page is what a document says about itself.
type Page struct {
	Viewer *Viewer // nil when nobody is signed in
	Title  string
	Unread int    // counted before the title
	Name   string // for style sheets and scripts: "inbox", "connect", "form"
	Pane   string // the pane that narrow screens show: "list" or "thread"
	Change int64  // the change number the page was rendered at
	Live   bool   // the page follows what happens
	Detour bool   // it stands in the way of the page that was asked for: what was typed there is kept
}

// detour tells whether it does. Whoever must set up a second factor comes to no other page.
func (p Page) detour() bool {
	return p.Detour || p.Viewer != nil && p.Viewer.User.NeedsFactor && !p.Viewer.User.SecondFactor
}

// Inbox is everything the main screen shows.
type Inbox struct {
	Viewer  Viewer
	Change  int64 // the change number the page was rendered at
	Filter  store.Filter
	Nav     Navigation
	Save    SaveView
	List    List
	Search  *Search      // what was found, in place of the list; nil when nothing is searched for
	People  []store.User // to whom conversations can be assigned
	Thread  *Thread      // nil when no conversation is open
	Empty   bool         // nothing has ever arrived
	TagsOff string       // why tags cannot be changed, "" where they can
	Trouble Trouble
	// SIMCards are those that the viewer's conversations have gone through, ascending.
	SIMCards []int64
}

// List is one page of conversations, in the order of its filter.
type List struct {
	Conversations []store.Conversation
	Open          int64                     // the conversation open beside it, or 0
	Failures      map[int64][]store.Message // in the Failed view: the open ones of each conversation, newest first
	Next          string                    // address of the next page, "" at the end
	Change        int64                     // the change number it was read at, where that is not the page's own
	Weight        int                       // of its rows, in bytes of HTML
}

// BulkDone is what came of something done to many conversations at once.
type BulkDone struct {
	Bulk store.Bulk
	Name string      // the assignee's, or until when they are snoozed
	Was  []store.Was // what changed, as it was
	Next string      // where to go after undoing without scripts
	Once string      // tells the form that undoes it from every other
}

// Thread is an open conversation with its contact.
type Thread struct {
	Conversation store.Conversation
	Messages     []store.Message      // ascending
	Changes      []store.TagChange    // those that fall among Messages, ascending
	FirstUnread  int64                // message above which "New messages" stands, or 0
	Older        string               // address of the page before, "" at the beginning
	From         string               // position of the first of Messages as addresses write it; only beside Older
	Notes        []store.Note         // those that fall among Messages, ascending
	Later        string               // address of what comes after Messages; "" where they go up to the end
	Until        string               // position up to which they are shown as addresses write it; only beside Later
	Weight       int                  // at most, of what is shown, in bytes of HTML
	Above        int64                // the first of Messages if it is there for what follows alone and not shown, or 0
	Target       int64                // the message that a link led to, or 0
	TargetNote   int64                // the note that one led to, or 0
	TargetAt     string               // the position of either as addresses write it
	People       []store.User         // whom it can be assigned to
	Others       []store.Conversation // of the same contact with other subusers
	NewestNotes  []store.Note         // the newest first
	NoteCount    int
	Timeline     []store.TagChange // all of the contact's changes the viewer may see, newest first
	EarlierTags  bool              // there are changes before Timeline
	MoreOthers   bool              // there are more than Others
	Narrowing    []TimelineLink    // ways to narrow the timeline to one subuser; nil if there is only one
	SIMCards     []int64           // that replies can go through, ascending; nil where none go out
	Composer     Composer
	Present      []Present // who else has it open
	Tags         []string  // the most used that can be chosen
	MoreTags     int       // how many others can be
	TagsOff      string    // why tags cannot be changed, "" where they can
	Only         string    // the subuser it is narrowed to, or ""
}

// Connect is the page that says how to point TextLink here.
type Connect struct {
	Viewer    Viewer
	Change    int64
	Hooks     []Hook
	Local     bool         // the addresses work on the server's own machine only
	Swaps     []store.Swap // webhooks whose URLs are probably swapped
	HasSecret bool         // a webhook secret is set
	Secret    string       // what was typed, when the form comes back
	Error     string       // why it came back
}

// Hook is one of the four webhooks on the Connect page.
type Hook struct {
	Kind     store.Kind
	URL      string // to paste into TextLink
	LastSeen int64  // Unix ms, 0 if nothing has arrived yet
}

// PreferencesForm is the page on which a person chooses how Tagline looks and behaves.
type PreferencesForm struct {
	Viewer Viewer
	Change int64
	Chosen store.Preferences // in the form; Viewer has those that hold
	Saved  bool              // the form has just been saved
	Error  string            // why it came back
	Views  []SavedView       // those whose messages one can be told of
	Notify []int64           // ids of those that are chosen
	// PushKey is what browsers subscribe to push services with, base64url.
	PushKey    string
	Subscribed bool // this browser is told of messages while no page is open
}

// SignIn is the sign-in form.
type SignIn struct {
	Username string
	Next     string // where to go afterwards
	Nobody   bool   // there is nobody yet who could sign in
	Error    string
	Place    Place
}

// Place is the public address, before anybody has signed in.
type Place struct {
	Origin   string
	URL      string // of the page there
	Doubtful bool   // whether the browser is there is not sure
}

// SetUp is the form that makes the first admin.
type SetUp struct {
	Action   string // the one-time address it posts to
	Username string
	Error    string
	Place    Place
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
