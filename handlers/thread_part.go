package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// showMessages answers with a part of a thread: what stands before a position, what comes after one, or its end. The
// change number it is read at tells the page from where on it must be told again what happened.
func (a *conversations) showMessages(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	before, err := store.ParsePosition(r.URL.Query().Get("before"))
	if err != nil {
		return web.BadRequest("Open the conversation again.")
	}
	after, err := store.ParsePosition(r.URL.Query().Get("after"))
	if err != nil {
		return web.BadRequest("Open the conversation again.")
	}
	ctx, viewer := r.Context(), a.viewer(r, person(r))
	change, err := a.store.ChangeNumber(ctx)
	if err != nil {
		return err
	}
	c, err := a.store.Conversation(ctx, viewer.User.Scope(), viewer.User.ID, id)
	if err != nil {
		return visible(err)
	}
	part := a.partBefore
	at := before
	if after != (store.Position{}) {
		part, at = a.partAfter, after
	}
	thread, err := part(ctx, viewer.User.Scope(), c, at)
	if err != nil {
		return err
	}
	w.Header().Set("Tagline-Change", strconv.FormatInt(change, 10))
	return web.Render(w, r, http.StatusOK, views.ThreadContent(viewer, thread))
}

// partBefore is what stands before a position; the zero Position means the end.
func (a *conversations) partBefore(ctx context.Context, scope store.Scope, c store.Conversation, before store.Position) (views.Thread, error) {
	messages, more, err := a.store.MessagesBefore(ctx, scope, c.ID, before, threadPage)
	if err != nil {
		return views.Thread{}, err
	}
	messages, more = lightEnough(messages, more)
	return a.between(ctx, scope, views.Thread{Conversation: c, Messages: messages}, startOf(messages, more), before.At)
}

// partAfter is what comes after a position. The message that stands there is read with it: what follows may stand
// together with it, or be of the same day.
func (a *conversations) partAfter(ctx context.Context, scope store.Scope, c store.Conversation, after store.Position) (views.Thread, error) {
	messages, _, later, err := a.store.MessagesAround(ctx, scope, c.ID, after, 0, 1+threadPage)
	if err != nil {
		return views.Thread{}, err
	}
	if n := lightFrom(messages, 1); n < len(messages) {
		messages, later = messages[:n], true
	}
	thread := views.Thread{Conversation: c, Messages: messages}
	if len(messages) > 0 && messages[0].Position() == after {
		thread.Above = after.ID
	}
	if later {
		thread = endAt(thread, messages[len(messages)-1].Position())
	}
	thread, err = a.betweenFrom(ctx, scope, thread, after, 2)
	thread.Older, thread.From = "", "" // the page has what is before
	thread.Changes = slices.DeleteFunc(thread.Changes, func(c store.TagChange) bool { return c.At <= after.At })
	thread.Notes = slices.DeleteFunc(thread.Notes, func(n store.Note) bool { return n.At <= after.At })
	return thread, err
}

// betweenFrom is between for a part that must begin where it begins: where too much stands among its messages it ends earlier. keep
// messages stay in any case; then the earliest tag changes and notes among them are left out.
func (a *conversations) betweenFrom(ctx context.Context, scope store.Scope, t views.Thread, start store.Position, keep int) (views.Thread, error) {
	for {
		part, err := a.between(ctx, scope, t, start, 0)
		if err != nil || len(part.Messages) == len(t.Messages) {
			return part, err
		}
		if len(t.Messages) <= keep {
			part.Messages, part.Older, part.From = t.Messages, "", ""
			return beginAt(part, start), nil
		}
		t.Messages = t.Messages[:max(keep, len(t.Messages)/2)]
		t = endAt(t, t.Messages[len(t.Messages)-1].Position())
	}
}
