package handlers

import (
	"context"
	"net/http"
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
	thread, err := a.threadOf(ctx, c)
	if err != nil {
		return err
	}
	if after != (store.Position{}) {
		thread, err = a.partAfter(ctx, viewer, thread, after)
	} else {
		thread, err = a.partBefore(ctx, viewer, thread, before)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Tagline-Change", strconv.FormatInt(change, 10))
	return web.Render(w, r, http.StatusOK, views.ThreadContent(viewer, thread))
}

// threadOf is the thread of a conversation, of which nothing else is read yet.
func (a *conversations) threadOf(ctx context.Context, c store.Conversation) (t views.Thread, err error) {
	if t.Conversation = c; a.textlink != nil {
		t.SIMCards, err = a.simCards(ctx, store.Scope{Subusers: []store.SubuserID{c.Subuser}})
	}
	return t, err
}

// partBefore is what stands before a position; the zero Position means the end.
func (a *conversations) partBefore(ctx context.Context, v views.Viewer, t views.Thread,
	before store.Position) (views.Thread, error) {
	t, start, err := a.earlierPart(ctx, v, t, before, threadPage, threadWeight)
	return beginAt(t, start), err
}

// partAfter is what comes after a position. The message that stands there is read with it: what follows may stand
// together with it, or be of the same day.
func (a *conversations) partAfter(ctx context.Context, v views.Viewer, t views.Thread,
	after store.Position) (views.Thread, error) {
	t, end, err := a.laterPart(ctx, v, t, after, after.At+1, 1+threadPage, threadWeight)
	return endAt(t, end), err
}

// partAround is a thread's end, or if start is further back what stands around it.
func (a *conversations) partAround(ctx context.Context, v views.Viewer, t views.Thread, start store.Position,
	before, room int) (views.Thread, error) {
	last, begin, err := a.earlierPart(ctx, v, t, store.Position{}, threadPage, room)
	if err != nil || begin == (store.Position{}) || start == (store.Position{}) || !start.Before(begin) {
		return beginAt(last, begin), err
	}
	earlier, begin, err := a.earlierPart(ctx, v, t, start, before, room/3)
	if err != nil {
		return t, err
	}
	later, end, err := a.laterPart(ctx, v, t, start, start.At, threadPage, room-room/3)
	return endAt(beginAt(joinParts(earlier, later), begin), end), err
}
