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
	"tagline/views"
	"tagline/web"
)

// maxTag is how long a tag may be, in characters. TextLink says nothing of it.
const maxTag = 60

// readTag reads a tag, and says what is wrong with it, or "".
func readTag(form url.Values) (tag, wrong string) {
	tag = strings.TrimSpace(form.Get("tag"))
	switch {
	case tag == "":
		return tag, "Choose a tag, or write one."
	case utf8.RuneCountInString(tag) > maxTag:
		return tag, "A tag has at most " + strconv.Itoa(maxTag) + " characters. This one has " + strconv.Itoa(utf8.RuneCountInString(tag)) + "."
	case !utf8.ValidString(tag) || strings.ContainsFunc(tag, unicode.IsControl):
		return tag, "A tag is one line of plain text."
	}
	return tag, ""
}

// tagsOff says why the person cannot change tags for the subuser and what to do, or "".
func (a *App) tagsOff(user store.User, subuser store.SubuserID) string {
	switch {
	case a.outbox == nil && user.Role == store.Admin:
		return "To change tags from here, start Tagline with TextLink's API key: --api-key-file FILE or TAGLINE_API_KEY."
	case a.outbox == nil:
		return "Changing tags from here is not turned on. An admin can: it takes TextLink's API key."
	case !a.outbox.Client.Has(int64(subuser)):
		return "There is no API key for this subuser. An admin adds it beside the others, like 6=KEY."
	}
	return ""
}

// askForTag asks TextLink to give the contact of a conversation a tag.
func (a *App) askForTag(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	c, err := a.store.Conversation(r.Context(), user.Scope(), user.ID, id)
	if err != nil {
		return visible(err)
	}
	if off := a.tagsOff(user, c.Subuser); off != "" {
		return a.notTagged(w, r, http.StatusConflict, off)
	}
	tag, wrong := readTag(form)
	if wrong != "" {
		return a.notTagged(w, r, http.StatusUnprocessableEntity, wrong)
	}
	n, err := a.store.AskForTag(r.Context(), user.Scope(), user.ID, tag, id)
	if err != nil {
		return visible(err)
	}
	return a.answer(w, r, views.ConversationURL(id, store.Filter{}), views.TagAskedToast(c, tag, n > 0))
}

// notTagged says why nothing was asked for. On a page with scripts what was typed stays in its form.
func (a *App) notTagged(w http.ResponseWriter, r *http.Request, status int, why string) error {
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
func (a *App) askForTags(w http.ResponseWriter, r *http.Request, form url.Values, ids []int64) error {
	user := person(r)
	if user.ReadOnly {
		return errReadOnly
	}
	tag, wrong := readTag(form)
	if wrong != "" {
		return errNotTagged(http.StatusUnprocessableEntity, wrong)
	}
	ids, off, err := a.taggable(r, ids)
	if err != nil {
		return err
	}
	if len(ids) == 0 && off != "" {
		return errNotTagged(http.StatusConflict, off)
	}
	n, err := a.store.AskForTag(r.Context(), user.Scope(), user.ID, tag, ids...)
	if err != nil {
		return visible(err)
	}
	if !scripted(r) {
		http.Redirect(w, r, safeNext(form.Get("next")), http.StatusSeeOther)
		return nil
	}
	return web.Render(w, r, http.StatusOK, views.BulkSaid(views.TagsAskedWords(tag, n)))
}

// taggable returns the conversations whose contacts can be given tags from here, and why others cannot.
func (a *App) taggable(r *http.Request, all []int64) (ids []int64, off string, err error) {
	user := person(r)
	for _, id := range all {
		c, err := a.store.Conversation(r.Context(), user.Scope(), user.ID, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if why := a.tagsOff(user, c.Subuser); why != "" {
			off = why
			continue
		}
		ids = append(ids, id)
	}
	return ids, off, nil
}

// dismissTag takes away what is said of a tag that was refused.
func (a *App) dismissTag(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.DismissTag(r.Context(), person(r).Scope(), id); err != nil {
		return visible(err)
	}
	return a.answer(w, r, views.ConversationURL(id, store.Filter{}), views.Toast{Words: "Dismissed."})
}

// tagsOf are the tags that can be chosen, as many as a menu holds.
func tagsOf(counts []store.TagCount) []string {
	var tags []string
	for _, c := range counts[:min(len(counts), maxTagChoices)] {
		if c.Tag != "" {
			tags = append(tags, c.Tag)
		}
	}
	return tags
}

// maxTagChoices is how many tags a menu offers; any other can be written.
const maxTagChoices = 50
