package views

import (
	"encoding/hex"
	"strconv"

	"tagline/store"
)

// The ids of elements that live fragments replace or that scripts look for. Nothing else spells them.
const (
	LiveID          = "live"       // the websocket
	ConnectionID    = "connection" // state of the live connection
	NavViewsID      = "nav-views"  // views, subusers and tags with their counts
	NavSubusersID   = "nav-subusers"
	NavTagsID       = "nav-tags"
	ConversationsID = "conversations" // holds the rows
	MoreID          = "more"          // leads to the next page of rows
	SearchID        = "search"        // the field; the key / goes there
	ListTitleID     = "list-title"
	ListBodyID      = "list-body"   // what the field changes: the list, or what was found
	ResultsID       = "results"     // holds the conversations that were found
	ArrivalsID      = "arrivals"    // the pill that says rows wait above
	ThreadPaneID    = "thread-pane" // header and messages
	BulkID          = "bulk"        // the form for what is selected
	BulkSaidID      = "bulk-said"   // what came of it
	ThreadHeaderID  = "thread-header"
	AssigneeMenuID  = "assignee-menu"
	TagMenuID       = "tag-menu"
	ThreadID        = "thread"       // holds bubbles, tag changes and separators; scrolls
	OlderID         = "older"        // leads to the page of messages before
	LaterID         = "later"        // leads to what comes after the messages of a thread that is shown in part
	NewMessagesID   = "new-messages" // the divider at the first unread message
	NewerID         = "newer"        // the button that says messages wait below
	ContactPaneID   = "contact"
	TroubleID       = "trouble" // tells of what somebody must see to
	HooksID         = "hooks"   // charts of the webhooks
	OutcomesID      = "outcomes"
	SwapsID         = "swaps"     // says which webhooks' URLs are probably swapped
	UnparsedID      = "unparsed"  // offers to process again
	ProcessedID     = "processed" // says what came of it
	LogListID       = "log-list"
	DeliveriesID    = "deliveries" // holds the rows of the log
	RefusalsID      = "refusals"
	TagsSummaryID   = "tags-summary"
	TagsListID      = "tags-list"
	TagRowsID       = "tag-rows"    // holds the rows of tag changes
	PreferencesID   = "preferences" // what the person prefers now
	ShortcutsID     = "shortcuts"   // the dialog that lists all keys
	ToastsID        = "toasts"
	DismissFormID   = "dismiss-failures"
	UnreadJumpID    = "unread-jump"    // leads up to the first unread message
	AnnounceID      = "announce"       // read out by screen readers
	FilterChoicesID = "filter-choices" // what can be asked for; renewed when it is unfolded
	ArrivedID       = "arrived"        // messages that somebody is to be told of
	PresenceID      = "presence"       // says who else has the conversation open
	UpgradeID       = "upgrade"        // says that the server was upgraded
)

// ViewCountID is the id of the number beside a view.
func ViewCountID(view store.View) string { return "count-" + string(view) }

// NavSubuserID is the id of a subuser in the navigation.
func NavSubuserID(id store.SubuserID) string { return "nav-subuser-" + id.String() }

// NavTagID is the id of a tag in the navigation. Tags may hold what an id may not.
func NavTagID(tag string) string { return "nav-tag-" + hex.EncodeToString([]byte(tag)) }

// ConversationID is the id of a conversation's row.
func ConversationID(id int64) string { return "conversation-" + strconv.FormatInt(id, 10) }

// RowID is the id of what holds a conversation's row and its checkbox.
func RowID(id int64) string { return "row-" + strconv.FormatInt(id, 10) }

// FailureGroupID is the id of a conversation with its failures in the Failed view.
func FailureGroupID(id int64) string { return "failures-" + strconv.FormatInt(id, 10) }

// NoteID is the id of a note among the messages, and the fragment that links to it.
func NoteID(id int64) string { return "note-" + strconv.FormatInt(id, 10) }

// NoteFormID is the id of the form for a note to a conversation.
func NoteFormID(conversation int64) string { return "note-form-" + strconv.FormatInt(conversation, 10) }

// MessageID is the id of a message's bubble, and the fragment that links to it.
func MessageID(id int64) string { return "message-" + strconv.FormatInt(id, 10) }

// TagChangeID is the id of a tag change between the messages of a thread.
func TagChangeID(id int64) string { return "tag-change-" + strconv.FormatInt(id, 10) }

// HookID is the id of a webhook's tick on the Connect page.
func HookID(kind string) string { return "hook-" + kind }

// DeliveryID is the id of a delivery's row in the log.
func DeliveryID(id int64) string { return "delivery-" + strconv.FormatInt(id, 10) }

// DeliveryLineID is the id of what is seen of it before it is unfolded.
func DeliveryLineID(id int64) string { return "delivery-line-" + strconv.FormatInt(id, 10) }

// RefusalID is the id of a refused request's row.
func RefusalID(id int64) string { return "refusal-" + strconv.FormatInt(id, 10) }

// TagRowID is the id of the row of a tag change, or of several that are folded and begin with it.
func TagRowID(id int64) string { return "tag-row-" + strconv.FormatInt(id, 10) }
