package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// setNotifications keeps how the person wants to be told of messages; what the form does not name stays.
func (a *settings) setNotifications(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	chosen := user.Preferences
	var told []int64
	for name, value := range map[string]*bool{"sound": &chosen.Sound, "desktop": &chosen.Desktop,
		"text": &chosen.NotifyText} {
		if err == nil && form.Has(name) {
			*value, err = parseSwitch(form.Get(name), "on", "off")
		}
	}
	if err == nil && form.Has("about") {
		chosen.NotifySome, err = parseSwitch(form.Get("about"), "some", "all")
	}
	for _, text := range form["view"] {
		id, wrong := strconv.ParseInt(text, 10, 64)
		if wrong != nil {
			err = store.ErrNoChoice
		}
		told = append(told, id)
	}
	page := views.PreferencesForm{Chosen: chosen, Notify: told}
	if err == nil && chosen.NotifySome && len(told) == 0 {
		page.Error = "Nothing was saved: no view is chosen. Choose at least one, or all messages."
		return a.preferencesPage(w, r, http.StatusUnprocessableEntity, page)
	}
	if err == nil {
		err = a.store.SetNotifications(r.Context(), user.ID, chosen, told)
	}
	if errors.Is(err, store.ErrNoChoice) {
		page.Error = "Nothing was saved: one of the choices is none of those below. Choose again."
		return a.preferencesPage(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/preferences?saved", http.StatusSeeOther)
	return nil
}

// parseSwitch reads one of two values.
func parseSwitch(value, yes, no string) (bool, error) {
	if value != yes && value != no {
		return false, store.ErrNoChoice
	}
	return value == yes, nil
}

// addBrowser has the request's browser told of messages while no page is open in it.
func (a *settings) addBrowser(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	subscription := store.PushSubscription{Endpoint: form.Get("endpoint"),
		P256dh: form.Get("p256dh"), Auth: form.Get("auth")}
	if err := checkSubscription(subscription); err != nil {
		return web.BadRequest("This browser's push service cannot be used: " + err.Error() + ".")
	}
	if err := a.store.Subscribe(r.Context(), a.sessions.Sum(r), subscription); err != nil {
		return visible(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *settings) removeBrowser(w http.ResponseWriter, r *http.Request) error {
	if err := a.store.Unsubscribe(r.Context(), a.sessions.Sum(r)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
