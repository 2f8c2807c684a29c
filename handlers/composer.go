package handlers

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

// composer is the form for a reply as it opens.
func (a *conversations) composer(ctx context.Context, user store.User, c store.Conversation) (views.Composer, error) {
	composer := views.Composer{Conversation: c, Off: a.repliesOff(user, c.Subuser), SIMCardID: c.SIMCardID,
		Text: c.Draft, Once: rand.Text()}
	composer.Page = composer.Once
	if composer.Off != "" {
		return composer, nil
	}
	drafts, err := a.store.Drafts(ctx, user.Scope(), user.ID, c.ID)
	if err != nil {
		return composer, err
	}
	if len(drafts) > 0 {
		composer.Text, composer.Draft, composer.Others = drafts[0].Text, drafts[0].Version, drafts[1:]
	}
	if composer.Seen, err = a.store.LastMessage(ctx, user.Scope(), c.ID); err == nil {
		composer.SIMCards, err = a.simCards(ctx, store.Scope{Subusers: []store.SubuserID{c.Subuser}})
	}
	return composer, err
}

// longestPage is how many characters tell a page from every other at most.
const longestPage = 60

// readDraft reads which draft a page has in its form. One that does not say so, or not readably, knows of none.
func readDraft(form url.Values, text string) store.Draft {
	version, err := strconv.ParseInt(form.Get("draft"), 10, 64)
	if err != nil || version < 0 {
		version = 0
	}
	return store.Draft{Text: text, Version: version, Page: clipped(form.Get("page"), longestPage)}
}

// keepDraft keeps what somebody has begun to write. The answer says which version that is now, and shows the drafts of
// other pages.
func (a *conversations) keepDraft(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	draft := readDraft(form, form.Get("text"))
	if textutil.Blank(draft.Text) {
		draft.Text = ""
	}
	user := person(r)
	if utf8.RuneCountInString(draft.Text) > maxNote {
		return web.BadRequest("A draft has at most 4,000 characters. Shorten it, or keep it elsewhere.")
	}
	version, others, err := a.store.KeepDraft(r.Context(), user.Scope(), user.ID, id, draft)
	if err != nil {
		return visible(err)
	}
	w.Header().Set("Draft-Version", strconv.FormatInt(version, 10))
	if len(others) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return web.Render(w, r, http.StatusOK, views.OtherDrafts(others))
}
