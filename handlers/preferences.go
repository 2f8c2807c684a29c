package handlers

import (
	"errors"
	"net/http"
	"net/url"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

func (a *settings) showPreferences(w http.ResponseWriter, r *http.Request) error {
	return a.preferencesPage(w, r, http.StatusOK, views.PreferencesForm{
		Chosen: person(r).Preferences, Saved: r.URL.Query().Has("saved"),
	})
}

// setPreferences keeps what the form says; what it does not name stays. A script is answered without a page.
func (a *settings) setPreferences(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	chosen, err := choose(user.Preferences, form)
	if err == nil {
		err = a.store.SetPreferences(r.Context(), user.ID, chosen)
	}
	if errors.Is(err, store.ErrNoChoice) {
		return a.preferencesPage(w, r, http.StatusUnprocessableEntity, views.PreferencesForm{
			Chosen: chosen, Error: "Nothing was saved: one of the choices is none of those below. Choose again.",
		})
	}
	if err != nil {
		return err
	}
	if fetched(r) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, "/settings/preferences?saved", http.StatusSeeOther)
	return nil
}

// choose returns the preferences with what the form names.
func choose(p store.Preferences, form url.Values) (store.Preferences, error) {
	if form.Has("theme") {
		p.Theme = store.Theme(form.Get("theme"))
	}
	if form.Has("time_format") {
		p.TimeFormat = store.TimeFormat(form.Get("time_format"))
	}
	if form.Has("density") {
		p.Density = store.Density(form.Get("density"))
	}
	if form.Has("send") {
		p.Send = store.SendKey(form.Get("send"))
	}
	if form.Has("shortcuts") {
		var err error
		if p.Shortcuts, err = parseSwitch(form.Get("shortcuts"), "on", "off"); err != nil {
			return p, err
		}
	}
	return p, nil
}

// preferencesPage shows the page with the form as it is. Views that it does not name are those that are chosen.
func (a *settings) preferencesPage(w http.ResponseWriter, r *http.Request, status int,
	page views.PreferencesForm) error {
	ctx := r.Context()
	var err error
	if page.Change, err = a.store.ChangeNumber(ctx); err != nil {
		return err
	}
	page.Viewer, page.PushKey = a.viewer(r, person(r)), a.pushKey
	nav, err := a.navigation(ctx, page.Viewer)
	if err != nil {
		return err
	}
	page.Views = nav.Saved
	if page.Notify == nil {
		chosen, err := a.store.NotifyViews(ctx, page.Viewer.User.ID)
		if err != nil {
			return err
		}
		for _, v := range chosen {
			page.Notify = append(page.Notify, v.ID)
		}
	}
	if page.Subscribed, err = a.store.Subscribed(ctx, a.sessions.Sum(r)); err != nil {
		return err
	}
	return web.Render(w, r, status, views.PreferencesPage(page))
}
