package handlers

import (
	"context"
	"net/http"
	"net/url"
	"unicode/utf8"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

func (a *App) showNames(w http.ResponseWriter, r *http.Request) error {
	form, err := a.namesForm(r.Context())
	if err != nil {
		return err
	}
	form.Viewer, form.Saved = a.viewer(r, person(r)), r.URL.Query().Has("saved")
	return web.Render(w, r, http.StatusOK, views.NamesPage(form))
}

// saveNames takes the names of the form; open pages show them at once.
func (a *App) saveNames(w http.ResponseWriter, r *http.Request) error {
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
	http.Redirect(w, r, "/settings/names?saved", http.StatusSeeOther)
	return nil
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
func (a *App) namesForm(ctx context.Context) (views.NamesForm, error) {
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
