package handlers

import (
	"context"
	"net/http"
	"slices"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	mostAsides   = 50        // tag changes, and notes, among the messages of one part of a thread
	timelinePart = 50        // tag changes of a contact's timeline that are loaded at once
	threadWeight = 160 << 10 // bytes of messages in one part
)

// lightEnough leaves out the earliest of messages (ascending) that are too much for a page, and tells whether there are
// earlier ones then.
func lightEnough(messages []store.Message, more bool) ([]store.Message, bool) {
	room := threadWeight
	for i, m := range slices.Backward(messages) {
		if room -= views.MessageWeight(m); room < 0 && i < len(messages)-1 {
			return messages[i+1:], true
		}
	}
	return messages, more
}

// lightFrom is how many of messages, from the first on, are not too much for a page. The first keep+1 stay in any case.
func lightFrom(messages []store.Message, keep int) int {
	room := threadWeight
	for i, m := range messages {
		if room -= views.MessageWeight(m); room < 0 && i > keep {
			return i
		}
	}
	return len(messages)
}

// startOf is where a part of a thread begins; the zero Position where there are no earlier messages.
func startOf(messages []store.Message, more bool) store.Position {
	if !more || len(messages) == 0 {
		return store.Position{}
	}
	return messages[0].Position()
}

// between adds the tag changes and notes that stand among the messages. The part begins at start, the zero Position is the
// beginning of the thread, and ends before until, 0 is its end. Where there are many of them, it begins later.
func (a *conversations) between(ctx context.Context, scope store.Scope, t views.Thread, start store.Position, until int64) (views.Thread, error) {
	if t.Later != "" {
		until = t.Messages[len(t.Messages)-1].At + 1
	}
	changes, moreChanges, err := a.store.TagChangesIn(ctx, scope, t.Conversation.Contact.ID, store.TagPart{From: start.At, Until: until, Limit: mostAsides})
	if err != nil {
		return t, err
	}
	notes, moreNotes, err := a.store.Notes(ctx, scope, t.Conversation.ID, start.At, until, mostAsides)
	if err != nil {
		return t, err
	}
	slices.Reverse(changes)
	if moreChanges {
		start = laterOf(start, changes[0].At)
	}
	if moreNotes {
		start = laterOf(start, notes[0].At)
	}
	t.Changes = slices.DeleteFunc(changes, func(c store.TagChange) bool { return c.At < start.At })
	t.Notes = slices.DeleteFunc(notes, func(n store.Note) bool { return n.At < start.At })
	if moreChanges || moreNotes {
		t.Messages = slices.DeleteFunc(slices.Clone(t.Messages), func(m store.Message) bool { return m.Position().Before(start) })
	}
	t = beginAt(t, start)
	if a.textlink != nil {
		t.SIMCards, err = a.simCards(ctx, store.Scope{Subusers: []store.SubuserID{t.Conversation.Subuser}})
	}
	return t, err
}

// beginAt says that a thread is shown from the position on, and that there is more before it; the zero Position is its beginning.
func beginAt(t views.Thread, start store.Position) views.Thread {
	if start != (store.Position{}) {
		t.Older, t.From = views.WithQuery(views.MessagesPath(t.Conversation.ID), "before", start.String()), start.String()
	}
	return t
}

func laterOf(start store.Position, at int64) store.Position {
	if at > start.At {
		return store.Position{At: at}
	}
	return start
}

// showTimeline answers with the part of a contact's tag timeline before those already shown.
func (a *conversations) showTimeline(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	before, err := store.ParsePosition(r.URL.Query().Get("before"))
	if err != nil {
		return web.BadRequest("Open the conversation again.")
	}
	ctx, viewer := r.Context(), a.viewer(r, person(r))
	scope := viewer.User.Scope()
	c, err := a.store.Conversation(ctx, scope, viewer.User.ID, id)
	if err != nil {
		return visible(err)
	}
	part := store.TagPart{Before: before, Limit: timelinePart}
	t := views.Thread{Conversation: c}
	if only, err := store.ParseSubuserID(r.URL.Query().Get("timeline")); err == nil {
		part.Only, t.Only = &only, only.String()
	}
	if t.Timeline, t.EarlierTags, err = a.store.TagChangesIn(ctx, scope, c.Contact.ID, part); err != nil {
		return err
	}
	if byScript(r) {
		return web.Render(w, r, http.StatusOK, views.TimelinePart(viewer, t))
	}
	change, err := a.store.ChangeNumber(ctx)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.TimelinePage(viewer, change, t))
}
