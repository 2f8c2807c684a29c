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
func (a *App) showMessages(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	before, err := parsePosition(r.URL.Query().Get("before"))
	if err != nil {
		return web.BadRequest("Open the conversation again.")
	}
	after, err := parsePosition(r.URL.Query().Get("after"))
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
func (a *App) partBefore(ctx context.Context, scope store.Scope, c store.Conversation, before store.Position) (views.Thread, error) {
	messages, more, err := a.store.MessagesBefore(ctx, scope, c.ID, before, threadPage)
	if err != nil {
		return views.Thread{}, err
	}
	thread, err := a.between(ctx, scope, views.Thread{Conversation: c, Messages: messages}, more)
	if before != (store.Position{}) {
		thread.Changes = slices.DeleteFunc(thread.Changes, func(c store.TagChange) bool { return c.At >= before.At })
		thread.Notes = slices.DeleteFunc(thread.Notes, func(n store.Note) bool { return n.At >= before.At })
	}
	return thread, err
}

// partAfter is what comes after a position. The message that stands there is read with it: what follows may stand
// together with it, or be of the same day.
func (a *App) partAfter(ctx context.Context, scope store.Scope, c store.Conversation, after store.Position) (views.Thread, error) {
	messages, _, later, err := a.store.MessagesAround(ctx, scope, c.ID, after, 0, 1+threadPage)
	if err != nil {
		return views.Thread{}, err
	}
	thread := views.Thread{Conversation: c, Messages: messages}
	if len(messages) > 0 && messages[0].Position() == after {
		thread.Above = after.ID
	}
	if later {
		thread = endAt(thread, messages[len(messages)-1].Position())
	}
	thread, err = a.between(ctx, scope, thread, false)
	thread.Changes = slices.DeleteFunc(thread.Changes, func(c store.TagChange) bool { return c.At <= after.At })
	thread.Notes = slices.DeleteFunc(thread.Notes, func(n store.Note) bool { return n.At <= after.At })
	return thread, err
}
