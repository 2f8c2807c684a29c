package views

import "strconv"

// The ids of elements that live fragments replace or that scripts look for. Nothing else spells them.
const (
	LiveID          = "live"          // the websocket
	ConnectionID    = "connection"    // state of the live connection
	NavViewsID      = "nav-views"     // views, subusers and tags with their counts
	ConversationsID = "conversations" // holds the rows
	MoreID          = "more"          // leads to the next page of rows
	ArrivalsID      = "arrivals"      // the pill that says rows wait above
	ThreadPaneID    = "thread-pane"   // header and messages
	ThreadHeaderID  = "thread-header"
	ThreadID        = "thread"       // holds bubbles, tag changes and separators; scrolls
	OlderID         = "older"        // leads to the page of messages before
	NewMessagesID   = "new-messages" // the divider at the first unread message
	NewerID         = "newer"        // the button that says messages wait below
	ContactPaneID   = "contact"
	TroubleID       = "trouble" // tells of what somebody must see to
	HooksID         = "hooks"   // charts of the webhooks
	OutcomesID      = "outcomes"
	UnparsedID      = "unparsed"  // offers to process again
	ProcessedID     = "processed" // says what came of it
	LogListID       = "log-list"
	DeliveriesID    = "deliveries" // holds the rows of the log
	RefusalsID      = "refusals"
	AnnounceID      = "announce" // read out by screen readers
)

// ConversationID is the id of a conversation's row.
func ConversationID(id int64) string { return "conversation-" + strconv.FormatInt(id, 10) }

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
