package store

import (
	"slices"
	"time"
)

// View is one of the inbox's standing questions.
type View string

// The views of the inbox.
const (
	ViewInbox      View = "inbox"      // open conversations
	ViewUnread     View = "unread"     // with inbound messages this person has not seen
	ViewUnanswered View = "unanswered" // open, and the contact had the last word
	ViewFailed     View = "failed"     // with a failure nobody dismissed
	ViewDone       View = "done"       // closed
	ViewMine       View = "mine"       // open, and assigned to this person
	ViewSnoozed    View = "snoozed"    // out of the inbox until a time or an answer
	ViewAll        View = "all"        // whatever its state; of no list
)

// Sort is the order of a list.
type Sort string

// The orders.
const (
	SortNewest  Sort = "newest"  // the last message, newest first
	SortOldest  Sort = "oldest"  // the last message, oldest first
	SortWaiting Sort = "waiting" // only what is unanswered: who has waited longest first
)

// Filter narrows a list of conversations. Several values of one kind mean any of them, different kinds all of them. The
// zero Filter is the inbox, newest first.
type Filter struct {
	View     View
	Subusers []SubuserID
	Tags     []string
	SIMCards []int64 // the card that the last message went through
	From     string  // day of the last message, "2026-11-24"; "" for no bound
	Until    string  // the last day that is included
	Zone     *time.Location
	Sort     Sort
	Text     string // what a search asks for besides; only Search looks at it
}

// Fits tells whether the conversation belongs in the person's list with the filter.
func (f Filter) Fits(user int64, c Conversation) bool {
	return f.FitsSubuser(c.Subuser) && fitsAny(f.Tags, c.Contact.Tag) &&
		fitsAny(f.SIMCards, c.SIMCardID) && f.fitsDays(c) &&
		(f.Sort != SortWaiting || c.Open() && c.Unanswered()) && f.View.fits(user, c)
}

// FitsSubuser tells whether a conversation of the subuser may belong in a list with the filter.
func (f Filter) FitsSubuser(s SubuserID) bool { return fitsAny(f.Subusers, s) }

func fitsAny[T comparable](wanted []T, have T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, have)
}

func (f Filter) fitsDays(c Conversation) bool {
	if f.From == "" && f.Until == "" {
		return true // open pages ask for every row of every frame
	}
	from, until := f.span()
	return c.LastAt >= from && c.LastAt < until
}

func (v View) fits(user int64, c Conversation) bool {
	switch v {
	case ViewUnread:
		return c.Unread > 0
	case ViewUnanswered:
		return c.Open() && c.Unanswered()
	case ViewFailed:
		return c.OpenFailures > 0
	case ViewDone:
		return c.Done
	case ViewMine:
		return c.Open() && c.Assignee == user
	case ViewSnoozed:
		return c.SnoozedUntil != 0
	case ViewAll:
		return true
	default:
		return c.Open()
	}
}

// The bounds of time that mean none.
const (
	beginning = -1 << 62
	end       = 1 << 62
)

// span is the moments that the days include: from the first, Unix ms, until before the second.
func (f Filter) span() (from, until int64) {
	zone := f.Zone
	if zone == nil {
		zone = time.UTC
	}
	from, until = DaySpan(f.From, f.Until, zone)
	if from == 0 {
		from = beginning
	}
	if until == 0 {
		until = end
	}
	return from, until
}

// Position is where the conversation stands in a list with the filter.
func (f Filter) Position(c Conversation) Position {
	if f.Sort == SortWaiting {
		return Position{c.WaitingSince, c.ID}
	}
	return Position{c.LastAt, c.ID}
}

// Ascends tells whether positions grow from the top of the list to its end.
func (f Filter) Ascends() bool { return f.Sort == SortOldest || f.Sort == SortWaiting }
