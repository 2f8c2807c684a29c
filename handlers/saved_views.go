package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

const (
	maxTitle      = 40 // characters in the name of a saved view, a subuser or a SIM card
	maxSavedViews = 50 // of one person
)

// navigation is what the pane of views shows to this person.
func (a *site) navigation(ctx context.Context, viewer views.Viewer) (views.Navigation, error) {
	scope := viewer.User.Scope()
	counts, err := a.store.Counts(ctx, scope, viewer.User.ID)
	if err != nil {
		return views.Navigation{}, err
	}
	nav := views.Navigation{Counts: counts}
	nav.Saved, err = a.savedViews(ctx, viewer, counts.Tags)
	return nav, err
}

// savedViews are those that the person may open, where the tags are all that they know of.
func (a *site) savedViews(ctx context.Context, viewer views.Viewer,
	tags []store.TagCount) (all []views.SavedView, err error) {
	kept, err := a.store.SavedViews(ctx, viewer.User.ID)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	scope := viewer.User.Scope()
	cards, err := a.simCards(ctx, scope)
	for _, k := range kept {
		query, _ := url.ParseQuery(k.Query) // what cannot be read in it is left out
		saved := views.SavedView{ID: k.ID, Name: k.Name, Shared: k.Shared, Filter: parseFilter(query, viewer.Zone)}
		if k.UserID != viewer.User.ID {
			saved.Author = k.Author
			saved.Filter = within(saved.Filter, scope, tags, cards)
		}
		all = append(all, saved)
	}
	return all, err
}

// within is another person's filter without what lies outside of the scope: its list is the same, and the address tells
// nothing. Where nothing of a kind is left, the list is empty.
func within(f store.Filter, scope store.Scope, tags []store.TagCount, cards []int64) store.Filter {
	if scope.All {
		return f
	}
	asked := [3]int{len(f.Subusers), len(f.Tags), len(f.SIMCards)}
	f.Subusers = slices.DeleteFunc(f.Subusers, func(id store.SubuserID) bool { return !scope.Sees(id) })
	f.Tags = slices.DeleteFunc(f.Tags, func(tag string) bool {
		return !slices.ContainsFunc(tags, func(t store.TagCount) bool { return t.Tag == tag })
	})
	f.SIMCards = slices.DeleteFunc(f.SIMCards, func(id int64) bool { return !slices.Contains(cards, id) })
	left := [3]int{len(f.Subusers), len(f.Tags), len(f.SIMCards)}
	for kind := range asked {
		if asked[kind] > 0 && left[kind] == 0 {
			return store.Filter{View: f.View, Subusers: []store.SubuserID{store.NoSubuser}}
		}
	}
	return f
}

// simCards are those that conversations in the scope have gone through.
func (a *site) simCards(ctx context.Context, scope store.Scope) ([]int64, error) {
	counts, err := a.store.SIMCards(ctx, scope)
	cards := make([]int64, len(counts))
	for i, c := range counts {
		cards[i] = c.SIMCardID
	}
	return cards, err
}

// saveView keeps the list at whose address the form is posted.
func (a *conversations) saveView(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	viewer, p := a.viewer(r, person(r)), parsePage(r.URL, zone(r))
	save := views.SaveView{Name: plainTitle(form.Get("name")), Shared: form.Get("shared") != ""}
	if save.Shared && viewer.User.ReadOnly {
		return errReadOnly
	}
	if save.Error, err = a.checkView(r.Context(), viewer.User, p.Filter, save.Name); err != nil {
		return err
	}
	if save.Error != "" {
		inbox, err := a.inbox(r.Context(), viewer, p)
		if err != nil {
			return err
		}
		inbox.Save = save
		return web.Render(w, r, http.StatusUnprocessableEntity, views.InboxPage(inbox))
	}
	err = a.store.SaveView(r.Context(),
		store.SavedView{UserID: viewer.User.ID, Name: save.Name, Query: views.FilterQuery(p.Filter), Shared: save.Shared})
	if err != nil {
		return err
	}
	http.Redirect(w, r, views.InboxURL(p.Filter), http.StatusSeeOther)
	return nil
}

// checkView says what keeps the list from being saved under the name, or "".
func (a *conversations) checkView(ctx context.Context, user store.User, f store.Filter, name string) (string, error) {
	switch {
	case !views.Narrowed(f):
		return "There is nothing to save: this view is in the navigation already. Choose a filter first.", nil
	case name == "":
		return "Give the view a name.", nil
	case utf8.RuneCountInString(name) > maxTitle:
		return "Choose a name of at most 40 characters.", nil
	}
	kept, err := a.store.SavedViews(ctx, user.ID)
	kept = slices.DeleteFunc(kept, func(v store.SavedView) bool { return v.UserID != user.ID })
	if len(kept) < maxSavedViews || slices.ContainsFunc(kept, func(v store.SavedView) bool { return v.Name == name }) {
		return "", err
	}
	return "You keep 50 views, more are not possible. Delete one first.", err
}

// plainTitle is a name in one line, as somebody means it who types or pastes it.
func plainTitle(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return textutil.Label(strings.Join(strings.Fields(s), " "))
}

func (a *conversations) deleteView(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return web.NotFound()
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	err = a.store.DeleteView(r.Context(), person(r).ID, id)
	if errors.Is(err, store.ErrNotFound) {
		return web.NotFound()
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, safeNext(form.Get("next")), http.StatusSeeOther)
	return nil
}
