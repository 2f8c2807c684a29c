package handlers

import (
	"context"
	"slices"

	"tagline/store"
	"tagline/views"
)

const (
	mostAsides     = 50  // tag changes, and notes, that are read for one part of a thread
	mostLiveAsides = 500 // and for a page that has loaded many parts
)

// earlierPart is the part of a thread before a position, the zero Position is its end: at most so many messages, and
// what stands among them, as far as it fits into room. It begins at start, the zero Position is the beginning of the
// thread.
func (a *conversations) earlierPart(ctx context.Context, v views.Viewer, t views.Thread, before store.Position,
	most, room int) (part views.Thread, start store.Position, err error) {
	scope, c := v.User.Scope(), t.Conversation
	messages, more, err := a.store.MessagesBefore(ctx, scope, c.ID, before, most)
	if err != nil {
		return t, start, err
	}
	if more {
		start = messages[0].Position()
	}
	t.Messages = messages
	if t, start, err = a.withAsides(ctx, scope, t, start, before.At, mostAsides); err != nil {
		return t, start, err
	}
	if most, ok := views.ThreadRoom(v.Through(t.SIMCards), t); ok && most <= room {
		t.Weight = most
		return t, start, nil
	}
	items, err := weighThread(ctx, v, t)
	t.Weight = weightOf(items)
	if cut := newest(items, room); err == nil && cut != (store.Position{}) {
		start = cut
		t = from(t, start)
		t.Weight = room
	}
	return t, start, err
}

// withAsides adds the newest tag changes and notes from a position until a moment, 0 is the end of the thread: at most
// so many of each. Where there are more the thread begins later.
func (a *conversations) withAsides(
	ctx context.Context, scope store.Scope, t views.Thread, start store.Position, until int64, most int,
) (views.Thread, store.Position, error) {
	c := t.Conversation
	changes, more, err := a.store.TagChangesIn(ctx, scope, c.Contact.ID,
		store.TagPart{From: start.At, Until: until, Limit: most})
	if err != nil {
		return t, start, err
	}
	if slices.Reverse(changes); more {
		start = laterOf(start, completeFrom(changes, changeAt))
	}
	notes, more, err := a.store.Notes(ctx, scope, c.ID, start.At, until, most)
	if err != nil {
		return t, start, err
	}
	if more {
		start = laterOf(start, completeFrom(notes, noteAt))
	}
	t.Changes, t.Notes = fewAtOnce(changes, changeAt), fewAtOnce(notes, noteAt)
	return from(t, start), start, nil
}

// laterPart is the part of a thread from a position on, with what stands there and the tag changes and notes since a
// moment, likewise. It ends at end, the zero Position is the end of the thread. The first of the messages may be there
// for what follows alone.
func (a *conversations) laterPart(ctx context.Context, v views.Viewer, t views.Thread, begin store.Position,
	since int64, most, room int) (part views.Thread, end store.Position, err error) {
	scope, c := v.User.Scope(), t.Conversation
	messages, _, more, err := a.store.MessagesAround(ctx, scope, c.ID, begin, 0, most)
	if err != nil {
		return t, end, err
	}
	if since > begin.At && len(messages) > 0 && messages[0].Position() == begin {
		t.Above = begin.ID
	}
	if more {
		end = messages[len(messages)-1].Position()
	}
	changes, more, err := a.store.TagChangesIn(ctx, scope, c.Contact.ID,
		store.TagPart{From: since, Until: after(end), Limit: mostAsides, Ascending: true})
	if err != nil {
		return t, end, err
	}
	if more {
		end = earlierOf(end, completeUntil(changes, changeAt))
	}
	notes, more, err := a.store.NotesFrom(ctx, scope, c.ID, since, after(end), mostAsides)
	if err != nil {
		return t, end, err
	}
	if more {
		end = earlierOf(end, completeUntil(notes, noteAt))
	}
	end = notBefore(end, begin)
	t.Messages, t.Changes, t.Notes = messages, fewAtOnce(changes, changeAt), fewAtOnce(notes, noteAt)
	t = until(t, end)
	if most, ok := views.ThreadRoom(v.Through(t.SIMCards), t); ok && most <= room {
		t.Weight = most
		return t, end, nil
	}
	items, err := weighThread(ctx, v, t)
	t.Weight = weightOf(items)
	if cut := oldest(items, room); err == nil && cut != (store.Position{}) {
		end = notBefore(cut, begin)
		t = until(t, end)
		t.Weight = room
	}
	return t, end, err
}

// after is the moment behind a position as a bound; 0 is none.
func after(end store.Position) int64 {
	if end == (store.Position{}) {
		return 0
	}
	return end.At + 1
}

// from leaves out of a thread what stands before the position; the zero Position is its beginning.
func from(t views.Thread, start store.Position) views.Thread {
	if start == (store.Position{}) {
		return t
	}
	t.Messages = slices.DeleteFunc(slices.Clone(t.Messages), func(m store.Message) bool {
		return m.Position().Before(start)
	})
	t.Changes = slices.DeleteFunc(slices.Clone(t.Changes), func(c store.TagChange) bool { return c.At < start.At })
	t.Notes = slices.DeleteFunc(slices.Clone(t.Notes), func(n store.Note) bool { return n.At < start.At })
	return t
}

// until leaves out of it what stands behind the position; the zero Position is its end.
func until(t views.Thread, end store.Position) views.Thread {
	if end == (store.Position{}) {
		return t
	}
	t.Messages = slices.DeleteFunc(slices.Clone(t.Messages), func(m store.Message) bool {
		return end.Before(m.Position())
	})
	t.Changes = slices.DeleteFunc(slices.Clone(t.Changes), func(c store.TagChange) bool { return c.At > end.At })
	t.Notes = slices.DeleteFunc(slices.Clone(t.Notes), func(n store.Note) bool { return n.At > end.At })
	return t
}

// beginAt says that a thread is shown from the position on, and that there is more before it; the zero Position is its
// beginning.
func beginAt(t views.Thread, start store.Position) views.Thread {
	if start != (store.Position{}) {
		t.From = start.String()
		t.Older = views.WithQuery(views.MessagesPath(t.Conversation.ID), "before", t.From)
	}
	return t
}

// endAt says that a thread is shown up to the position, and that there is more behind it; the zero Position is its end.
func endAt(t views.Thread, end store.Position) views.Thread {
	if end != (store.Position{}) {
		t.Until = end.String()
		t.Later = views.WithQuery(views.MessagesPath(t.Conversation.ID), "after", t.Until)
	}
	return t
}

func laterOf(start store.Position, at int64) store.Position {
	if at > start.At {
		return store.Position{At: at}
	}
	return start
}

// earlierOf is the end of a moment where that is before a position; the zero Position is the end of the thread.
func earlierOf(end store.Position, at int64) store.Position {
	if end == (store.Position{}) || at < end.At {
		return store.Position{At: at}
	}
	return end
}

// notBefore is an end, which is not before where the part begins; the zero Position is the end of the thread.
func notBefore(end, begin store.Position) store.Position {
	if end != (store.Position{}) && end.Before(begin) {
		return begin
	}
	return end
}

// joinParts is a thread of two of its parts, the earlier one first.
func joinParts(earlier, later views.Thread) views.Thread {
	later.Messages = slices.Concat(earlier.Messages, later.Messages)
	later.Changes = slices.Concat(earlier.Changes, later.Changes)
	later.Notes = slices.Concat(earlier.Notes, later.Notes)
	later.Weight += earlier.Weight
	return later
}
