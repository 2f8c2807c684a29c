package handlers

import (
	"context"
	"net/http"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// timelinePart is how many tag changes of a contact's timeline are loaded at once.
const timelinePart = 50

// timeline adds to a thread a part of the tag timeline of its contact.
func (a *conversations) timeline(ctx context.Context, v views.Viewer, t views.Thread,
	part store.TagPart) (_ views.Thread, err error) {
	part.Limit = timelinePart
	t.Timeline, t.EarlierTags, err = a.store.TagChangesIn(ctx, v.User.Scope(), t.Conversation.Contact.ID, part)
	for err == nil && len(t.Timeline) > 1 {
		var weight int
		if weight, err = weigh(ctx, views.Timeline(v, t)); weight <= timelineWeight {
			break
		}
		t.Timeline, t.EarlierTags = t.Timeline[:len(t.Timeline)/2], true
	}
	return t, err
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
	c, err := a.store.Conversation(ctx, viewer.User.Scope(), viewer.User.ID, id)
	if err != nil {
		return visible(err)
	}
	part := store.TagPart{Before: before}
	t := views.Thread{Conversation: c}
	if only, err := store.ParseSubuserID(r.URL.Query().Get("timeline")); err == nil {
		part.Only, t.Only = &only, only.String()
	}
	if t, err = a.timeline(ctx, viewer, t, part); err != nil {
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
