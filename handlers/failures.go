package handlers

import (
	"net/http"
	"net/url"
	"strconv"

	"tagline/views"
	"tagline/web"
)

func (a *conversations) dismissFailures(w http.ResponseWriter, r *http.Request) error {
	return a.dismiss(w, r, true)
}

func (a *conversations) restoreFailures(w http.ResponseWriter, r *http.Request) error {
	return a.dismiss(w, r, false)
}

// dismiss closes the failures that the form names, or opens them again. The list of failures sends those that are
// ticked and all that are shown.
func (a *conversations) dismiss(w http.ResponseWriter, r *http.Request, dismissed bool) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	ids, err := namedMessages(form)
	if err != nil {
		return err
	}
	return a.dismissAll(w, r, dismissed, ids)
}

// namedMessages are those that the form names.
func namedMessages(form url.Values) ([]int64, error) {
	named := form["message"]
	if form.Get("all") != "" {
		named = form["shown"]
	}
	var ids []int64
	for _, s := range named {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, web.BadRequest("Reload the page and choose the failures again.")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (a *conversations) dismissAll(w http.ResponseWriter, r *http.Request, dismissed bool, ids []int64) error {
	if len(ids) == 0 {
		return a.answer(w, r, a.back(r), views.Toast{Words: "Select a failure first."})
	}
	changed, err := a.store.Dismiss(r.Context(), person(r).Scope(), dismissed, ids...)
	if err != nil {
		return visible(err)
	}
	return a.answer(w, r, a.back(r), views.DismissedToast(dismissed, changed, ids))
}
