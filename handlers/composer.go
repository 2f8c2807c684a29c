package handlers

import (
	"context"
	"net/http"
	"unicode/utf8"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

// composer is the form for a reply as it opens.
func (a *App) composer(ctx context.Context, user store.User, c store.Conversation) (views.Composer, error) {
	composer := views.Composer{Conversation: c, Off: a.repliesOff(user, c.Subuser), SIMCardID: c.SIMCardID, Text: c.Draft}
	if composer.Off != "" {
		return composer, nil
	}
	var err error
	if composer.Seen, err = a.store.LastMessage(ctx, user.Scope(), c.ID); err == nil {
		composer.SIMCards, err = a.simCards(ctx, store.Scope{Subusers: []store.SubuserID{c.Subuser}})
	}
	return composer, err
}

// keepDraft keeps what somebody has begun to write.
func (a *App) keepDraft(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	text := form.Get("text")
	if textutil.Blank(text) {
		text = ""
	}
	user := person(r)
	if utf8.RuneCountInString(text) > maxNote {
		return web.BadRequest("A draft has at most 4,000 characters. Shorten it, or keep it elsewhere.")
	}
	if err := a.store.KeepDraft(r.Context(), user.Scope(), user.ID, id, text); err != nil {
		return visible(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
