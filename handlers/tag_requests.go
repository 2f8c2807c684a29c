package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

// maxTag is how long a tag may be, in characters. TextLink says nothing of it.
const maxTag = 60

// readTag reads a tag, and says what is wrong with it, or "".
func readTag(form url.Values) (tag, wrong string) {
	tag = textutil.Label(form.Get("tag"))
	switch {
	case tag == "":
		return tag, "Choose a tag, or write one."
	case utf8.RuneCountInString(tag) > maxTag:
		return tag, "A tag has at most " + strconv.Itoa(maxTag) + " characters. This one has " +
			strconv.Itoa(utf8.RuneCountInString(tag)) + "."
	case !utf8.ValidString(tag) || strings.ContainsFunc(tag, unicode.IsControl):
		return tag, "A tag is one line of plain text."
	}
	return tag, ""
}

// hasKey tells whether TextLink can be asked for something through a subuser's account.
func (a *conversations) hasKey(subuser store.SubuserID) bool {
	return a.textlink != nil && a.textlink.Has(int64(subuser))
}

// noKey says what to do where it cannot.
func (a *conversations) noKey(user store.User) string {
	switch {
	case a.textlink == nil && user.Role == store.Admin:
		return "To change tags from here, start Tagline with TextLink's API key: --api-key-file FILE or TAGLINE_API_KEY."
	case a.textlink == nil:
		return "Changing tags from here is not turned on. An admin can: it takes TextLink's API key."
	}
	return "There is no API key for this subuser. An admin adds it beside the others, like 6=KEY."
}

// tagsOff says why the person cannot change tags for the subuser and what to do, or "".
func (a *conversations) tagsOff(user store.User, subuser store.SubuserID) string {
	if a.hasKey(subuser) {
		return ""
	}
	return a.noKey(user)
}

// askForTag asks TextLink to give the contact of a conversation a tag.
func (a *conversations) askForTag(w http.ResponseWriter, r *http.Request) error {
	c, form, err := a.formAbout(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	if off := a.tagsOff(user, c.Subuser); off != "" {
		return a.notTagged(w, r, http.StatusConflict, off)
	}
	tag, wrong := readTag(form)
	if wrong != "" {
		return a.notTagged(w, r, http.StatusUnprocessableEntity, wrong)
	}
	n, err := a.store.AskForTag(r.Context(), user.Scope(), user.ID, tag, a.hasKey, c.ID)
	if err != nil {
		return visible(err)
	}
	return a.answer(w, r, views.ConversationURL(c.ID, store.Filter{}), views.TagAskedToast(c, tag, n > 0))
}

// notTagged says why nothing was asked for. On a page with scripts what was typed stays in its form.
func (a *conversations) notTagged(w http.ResponseWriter, r *http.Request, status int, why string) error {
	if byScript(r) {
		return web.Render(w, r, status, views.Toasted(views.Toast{Words: why}))
	}
	return errNotTagged(status, why)
}

func errNotTagged(status int, why string) error {
	return &web.Error{Status: status, Title: "The tag was not changed", Advice: why}
}

// askForTags does that for many conversations. What the person may not see is passed over, and so are contacts who have
// the tag already.
func (a *conversations) askForTags(w http.ResponseWriter, r *http.Request, form url.Values, ids []int64) error {
	user := person(r)
	if user.ReadOnly {
		return errReadOnly
	}
	tag, wrong := readTag(form)
	if wrong != "" {
		return errNotTagged(http.StatusUnprocessableEntity, wrong)
	}
	n, err := a.store.AskForTag(r.Context(), user.Scope(), user.ID, tag, a.hasKey, ids...)
	if errors.Is(err, store.ErrNoWay) {
		return errNotTagged(http.StatusConflict, a.noKey(user))
	}
	if err != nil {
		return visible(err)
	}
	if !fetched(r) {
		http.Redirect(w, r, safeNext(form.Get("next")), http.StatusSeeOther)
		return nil
	}
	return web.Render(w, r, http.StatusOK, views.BulkSaid(views.TagsAskedWords(tag, n)))
}

// dismissTag takes away what is said of a tag that was refused.
func (a *conversations) dismissTag(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.DismissTag(r.Context(), person(r).Scope(), id); err != nil {
		return visible(err)
	}
	return a.answer(w, r, views.ConversationURL(id, store.Filter{}), views.Toast{Words: "Dismissed."})
}
