package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

const (
	choicesPage    = 50      // choices that are found at once
	choicesInBytes = 8 << 10 // that their values have together
)

// choice is one thing that can be found by its name.
type choice struct {
	views.Choice
	count int
}

// choiceKinds are what menus leave out where there are many, each by what its page is called.
var choiceKinds = map[string]struct {
	title string
	all   func(*conversations, context.Context, views.Viewer, bool) ([]choice, error)
}{
	"tags":     {"Tags", (*conversations).tagsToChoose},
	"subusers": {"Subusers", (*conversations).subusersToChoose},
	"sims":     {"SIM cards", (*conversations).simCardsToChoose},
	"people":   {"People", (*conversations).peopleToChoose},
	"views":    {"Saved views", (*conversations).viewsToChoose},
}

// showChoices finds tags, subusers and the like by their names: as options for a script, else as a page of links.
func (a *conversations) showChoices(w http.ResponseWriter, r *http.Request) error {
	kind, known := choiceKinds[r.PathValue("kind")]
	if !known {
		return web.NotFound()
	}
	viewer, q := a.viewer(r, person(r)), r.URL.Query()
	typed := q["find"]
	if field := q.Get("field"); field != "" {
		typed = q[field] // a form may have others of that name before it
	}
	page := views.Choices{Viewer: viewer, Kind: r.PathValue("kind"), Title: kind.title}
	if len(typed) > 0 {
		page.Find = strings.TrimSpace(typed[len(typed)-1])
	}
	all, err := kind.all(a, r.Context(), viewer, q.Get("field") != "")
	if err != nil {
		return err
	}
	page.Found, page.More = foundChoices(all, page.Find)
	if byScript(r) {
		return web.Render(w, r, http.StatusOK, views.ChoiceOptions(page.Found))
	}
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.ChoicesPage(page))
}

// foundChoices are those that have what was typed in their name or value, the most used first, and whether there are
// more.
func foundChoices(all []choice, typed string) (found []views.Choice, more bool) {
	finds := text.NameFinder(typed)
	slices.SortStableFunc(all, func(a, b choice) int { return cmp.Compare(b.count, a.count) })
	room := choicesInBytes
	for _, c := range all {
		if named, _ := finds(c.Name); !named && c.Value != typed {
			continue
		}
		if len(found) == choicesPage || len(c.Value) > room {
			return found, true
		}
		found, room = append(found, c.Choice), room-len(c.Value)
	}
	return found, false
}

func (a *conversations) tagsToChoose(ctx context.Context, viewer views.Viewer, _ bool) ([]choice, error) {
	counts, err := a.store.CommonCounts(ctx, viewer.User.Scope())
	var all []choice
	for _, c := range counts.Tags {
		if len(c.Tag) <= choicesInBytes/8 {
			all = append(all,
				choice{views.Choice{Value: c.Tag, Name: views.TagName(c.Tag),
					URL: views.InboxURL(store.Filter{Tags: []string{c.Tag}})}, c.Count})
		}
	}
	return all, err
}

func (a *conversations) subusersToChoose(ctx context.Context, viewer views.Viewer, _ bool) ([]choice, error) {
	counts, err := a.store.CommonCounts(ctx, viewer.User.Scope())
	var all []choice
	for _, c := range counts.Subusers {
		all = append(all, choice{views.Choice{Value: c.Subuser.String(), Name: viewer.SubuserName(c.Subuser),
			URL: views.InboxURL(store.Filter{Subusers: []store.SubuserID{c.Subuser}})}, c.Count})
	}
	return all, err
}

func (a *conversations) simCardsToChoose(ctx context.Context, viewer views.Viewer, _ bool) ([]choice, error) {
	counts, err := a.store.SIMCards(ctx, viewer.User.Scope())
	var all []choice
	for _, c := range counts {
		all = append(all,
			choice{views.Choice{Value: strconv.FormatInt(c.SIMCardID, 10), Name: viewer.SIMCardName(c.SIMCardID),
				URL: views.InboxURL(store.Filter{SIMCards: []int64{c.SIMCardID}})}, c.Count})
	}
	return all, err
}

// peopleToChoose are those to whom conversations can be assigned: by name where it is typed, else by id.
func (a *conversations) peopleToChoose(ctx context.Context, viewer views.Viewer, typed bool) ([]choice, error) {
	people, err := a.store.People(ctx, viewer.User.Scope())
	var all []choice
	for _, p := range people {
		value := strconv.FormatInt(p.ID, 10)
		if typed {
			value = p.Name
		}
		all = append(all, choice{views.Choice{Value: value, Name: p.Name}, 0})
	}
	return all, err
}

func (a *conversations) viewsToChoose(ctx context.Context, viewer views.Viewer, _ bool) ([]choice, error) {
	nav, err := a.navigation(ctx, viewer)
	var all []choice
	for _, s := range nav.Saved {
		all = append(all,
			choice{views.Choice{Value: strconv.FormatInt(s.ID, 10), Name: s.Name, URL: views.InboxURL(s.Filter)}, 0})
	}
	return all, err
}
