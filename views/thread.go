package views

import (
	"cmp"
	"slices"

	"tagline/store"
)

// ItemKind tells what a ThreadItem is.
type ItemKind int

// The kinds of items.
const (
	MessageItem ItemKind = iota
	ChangeItem
	DayItem // a day begins
	NewItem // what follows is new
	NoteItem
)

// ThreadItem is one line of a thread.
type ThreadItem struct {
	Kind    ItemKind
	At      int64 // Unix ms
	Message store.Message
	Joined  bool // the message stands with the one above it
	Change  store.TagChange
	Note    store.Note
	Others  []store.Message // earlier attempts of the message, ascending
	Linked  bool            // the address links to it
}

// ID is that of its element; "" for what has none of its own.
func (i ThreadItem) ID() string {
	switch i.Kind {
	case MessageItem:
		return MessageID(i.Message.ID)
	case ChangeItem:
		return TagChangeID(i.Change.ID)
	case NoteItem:
		return NoteID(i.Note.ID)
	default:
		return ""
	}
}

// ThreadItems merges messages, tag changes and notes by time and puts day separators and the divider between them.
// A change stands before a message of the same moment: it was learnt from that message or led to it. So does a note.
func ThreadItems(v Viewer, t Thread) []ThreadItem {
	items := make([]ThreadItem, 0, len(t.Messages)+len(t.Changes)+len(t.Notes)+4)
	between := asides(t)
	for _, m := range t.Messages {
		for len(between) > 0 && between[0].At <= m.At {
			items = append(items, newDay(v, items, between[0].At)...)
			items = append(items, between[0])
			between = between[1:]
		}
		items = append(items, newDay(v, items, m.At)...)
		if m.ID == t.FirstUnread {
			items = append(items, ThreadItem{Kind: NewItem, At: m.At})
		}
		items = append(items, ThreadItem{Kind: MessageItem, At: m.At, Message: m, Joined: joins(items, m),
			Linked: m.ID == t.Target, Others: attemptsBefore(t.Messages, m)})
	}
	for _, aside := range between {
		items = append(items, newDay(v, items, aside.At)...)
		items = append(items, aside)
	}
	if t.Above != 0 {
		items = items[1+slices.IndexFunc(items, func(i ThreadItem) bool {
			return i.Kind == MessageItem && i.Message.ID == t.Above
		}):]
	}
	return items
}

// asides are what stands among the messages without being one, ascending.
func asides(t Thread) []ThreadItem {
	items := make([]ThreadItem, 0, len(t.Changes)+len(t.Notes))
	for _, c := range t.Changes {
		items = append(items, ThreadItem{Kind: ChangeItem, At: c.At, Change: c})
	}
	for _, n := range t.Notes {
		items = append(items, ThreadItem{Kind: NoteItem, At: n.At, Note: n, Linked: n.ID == t.TargetNote})
	}
	slices.SortStableFunc(items, func(a, b ThreadItem) int { return cmp.Compare(a.At, b.At) })
	return items
}

// newDay returns a day separator if the moment is on another day, for this reader, than the last item above.
func newDay(v Viewer, above []ThreadItem, at int64) []ThreadItem {
	if len(above) > 0 && store.DayOf(v.at(above[len(above)-1].At)) == store.DayOf(v.at(at)) {
		return nil
	}
	return []ThreadItem{{Kind: DayItem, At: at}}
}

// failures are the messages of the loaded page that failed, newest first.
func failures(messages []store.Message) []store.Message {
	var failed []store.Message
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].State == store.Failed {
			failed = append(failed, messages[i])
		}
	}
	return failed
}
