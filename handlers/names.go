package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

func (a *settings) showNames(w http.ResponseWriter, r *http.Request) error {
	form, err := a.namesForm(r.Context())
	if err != nil {
		return err
	}
	form.Find = strings.TrimSpace(r.URL.Query().Get("find"))
	narrowNames(&form)
	form.Viewer, form.Saved = a.viewer(r, person(r)), r.URL.Query().Has("saved")
	return web.Render(w, r, http.StatusOK, views.NamesPage(form))
}

// saveNames takes the names of the form; open pages show them at once.
func (a *settings) saveNames(w http.ResponseWriter, r *http.Request) error {
	typed, err := readForm(w, r)
	if err != nil {
		return err
	}
	form, err := a.namesForm(r.Context())
	if err != nil {
		return err
	}
	form.Viewer = a.viewer(r, person(r))
	names := store.Names{Subusers: map[store.SubuserID]string{}, SIMCards: map[int64]string{}}
	for i := range form.Subusers {
		if f := &form.Subusers[i]; takeName(f, typed) {
			names.Subusers[f.Subuser] = f.Name
		}
	}
	for i := range form.SIMCards {
		if f := &form.SIMCards[i]; takeName(f, typed) {
			names.SIMCards[f.SIMCard] = f.Name
		}
	}
	if form.Error = wrongName(form); form.Error != "" {
		form.Find = typed.Get("find")
		form.Subusers, form.SIMCards = typedNames(form.Subusers, typed), typedNames(form.SIMCards, typed)
		return web.Render(w, r, http.StatusUnprocessableEntity, views.NamesPage(form))
	}
	if len(names.Subusers)+len(names.SIMCards) > 0 {
		if err = a.store.SetNames(r.Context(), names); err == nil {
			err = a.learnNames(r.Context())
		}
	}
	if err != nil {
		return err
	}
	address := "/settings/names?saved"
	if find := typed.Get("find"); find != "" {
		address = views.WithQuery(address, "find", find)
	}
	http.Redirect(w, r, address, http.StatusSeeOther) // #nosec G710 -- a path of our own
	return nil
}

// namesPage is how many subusers, and SIM cards, can be named at once.
const namesPage = 50

// narrowNames leaves those that were looked for, as many as stand on a page.
func narrowNames(form *views.NamesForm) {
	finds := text.NameFinder(form.Find)
	for _, fields := range []*[]views.NameField{&form.Subusers, &form.SIMCards} {
		found := (*fields)[:0]
		for _, f := range *fields {
			if named, _ := finds(f.Label + " " + f.Name); named {
				found = append(found, f)
			}
		}
		form.Many = form.Many || len(found) > namesPage || form.Find != ""
		*fields = found[:min(len(found), namesPage)]
	}
}

// typedNames are the fields that the form had.
func typedNames(fields []views.NameField, typed url.Values) []views.NameField {
	return slices.DeleteFunc(fields, func(f views.NameField) bool { return !typed.Has(f.Field) })
}

// takeName puts what was typed into the field and tells whether that is another name.
func takeName(f *views.NameField, typed url.Values) bool {
	if !typed.Has(f.Field) {
		return false
	}
	before := f.Name
	f.Name = plainTitle(typed.Get(f.Field))
	f.Wrong = utf8.RuneCountInString(f.Name) > maxTitle
	return f.Name != before
}

// wrongName says what is wrong with the names of the form, or "".
func wrongName(form views.NamesForm) string {
	for _, fields := range [][]views.NameField{form.Subusers, form.SIMCards} {
		for _, f := range fields {
			if f.Wrong {
				return "The name of " + f.Label + " is too long. Choose one of at most 40 characters. Nothing was saved yet."
			}
		}
	}
	return ""
}

// namesForm is everything that has occurred, with the names it has.
func (a *settings) namesForm(ctx context.Context) (views.NamesForm, error) {
	var form views.NamesForm
	var err error
	if form.Change, err = a.store.ChangeNumber(ctx); err != nil {
		return form, err
	}
	names, err := a.store.Names(ctx, store.Everything)
	if err != nil {
		return form, err
	}
	counts, err := a.store.Counts(ctx, store.Everything, 0)
	if err != nil {
		return form, err
	}
	for _, c := range counts.Subusers {
		form.Subusers = append(form.Subusers, views.SubuserField(c.Subuser, names.Subusers[c.Subuser]))
	}
	cards, err := a.simCards(ctx, store.Everything)
	for _, id := range cards {
		form.SIMCards = append(form.SIMCards, views.SIMCardField(id, names.SIMCards[id]))
	}
	return form, err
}
