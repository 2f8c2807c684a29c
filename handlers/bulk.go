package handlers

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

var (
	errNothingSelected = &web.Error{Status: http.StatusUnprocessableEntity, Title: "Nothing is selected",
		Advice: "Select conversations in the list, then choose what to do with them."}
	errTooMany = &web.Error{Status: http.StatusUnprocessableEntity, Title: "Too many conversations at once",
		Advice: "Select at most " + strconv.Itoa(views.BulkLimit) + " conversations and try again."}
	errNobodyChosen = &web.Error{Status: http.StatusUnprocessableEntity, Title: "Nobody is chosen",
		Advice: "Choose in “Assign…” whose the conversations are to be."}
	errMayNotSee = &web.Error{Status: http.StatusUnprocessableEntity, Title: "They may not see all of these",
		Advice: "Nothing was changed. Choose somebody who may see all of these conversations, or select only what they " +
			"may see."}
)

// doBulk does one thing to many conversations. What the person may not see is passed over like what does not exist.
func (a *conversations) doBulk(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	ids, err := parseEach(form["conversation"], func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
	if err != nil {
		return err
	}
	if form.Get("action") == views.BulkTag {
		return a.askForTags(w, r, form, ids)
	}
	bulk, err := parseBulk(form)
	if err != nil {
		return err
	}
	user, done := person(r), views.BulkDone{Next: safeNext(form.Get("next")), Once: rand.Text()}
	if user.ReadOnly && !bulk.Own() {
		return errReadOnly
	}
	if bulk.Action == store.BulkAssign && bulk.Assignee != 0 {
		if done.Name, err = a.assignee(r, user, bulk.Assignee); err != nil {
			return err
		}
	}
	if bulk.Action == store.BulkSnooze {
		until, wrong := snoozedUntil(form, a.now().In(zone(r)))
		if wrong != "" {
			return errNotSnoozed(wrong)
		}
		bulk.Until = until.UnixMilli()
		done.Name = views.SnoozedWords(a.viewer(r, user), bulk.Until)
	}
	done.Bulk = bulk
	if done.Was, err = a.store.DoBulk(r.Context(), user.Scope(), user.ID, bulk, ids); err != nil {
		return bulkRefusal(err)
	}
	if !fetched(r) {
		http.Redirect(w, r, done.Next, http.StatusSeeOther)
		return nil
	}
	return web.Render(w, r, http.StatusOK, views.BulkResult(done))
}

// undoBulk makes conversations again what they were before.
func (a *conversations) undoBulk(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	bulk, err := parseBulk(form)
	if err != nil {
		return err
	}
	was, err := parseEach(form["was"], parseWas)
	if err != nil {
		return err
	}
	user := person(r)
	if user.ReadOnly && !bulk.Own() {
		return errReadOnly
	}
	bulk.Once = sendingSum(form.Get("once"), "undo", form["was"])
	if err := a.store.UndoBulk(r.Context(), user.Scope(), user.ID, bulk, was); err != nil {
		return bulkRefusal(err)
	}
	if !fetched(r) {
		http.Redirect(w, r, safeNext(form.Get("next")), http.StatusSeeOther)
		return nil
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// assignee returns the name of somebody whom the person may assign conversations to.
func (a *conversations) assignee(r *http.Request, user store.User, id int64) (string, error) {
	people, err := a.store.People(r.Context(), user.Scope())
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(people, func(p store.User) bool { return p.ID == id })
	if i < 0 {
		return "", errMayNotSee
	}
	return people[i].Name, nil
}

func bulkRefusal(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return web.NotFound()
	case errors.Is(err, store.ErrMayNotSee):
		return errMayNotSee
	}
	return err
}

func parseBulk(form url.Values) (store.Bulk, error) {
	b := store.Bulk{Action: store.BulkAction(form.Get("action"))}
	switch b.Action {
	case store.BulkDone, store.BulkReopen, store.BulkRead, store.BulkUnread, store.BulkSnooze:
		return b, nil
	case store.BulkAssign:
		id, err := strconv.ParseInt(form.Get("assignee"), 10, 64)
		if err != nil || id < 0 {
			return b, errNobodyChosen
		}
		b.Assignee = id
		return b, nil
	}
	return b, web.BadRequest("Go back, reload the page and choose again what to do.")
}

// parseEach reads the values of a field that a form has once for every conversation.
func parseEach[T any](values []string, parse func(string) (T, error)) ([]T, error) {
	if len(values) == 0 {
		return nil, errNothingSelected
	}
	if len(values) > views.BulkLimit {
		return nil, errTooMany
	}
	all := make([]T, len(values))
	for i, value := range values {
		var err error
		if all[i], err = parse(value); err != nil {
			return nil, web.BadRequest("Go back, reload the page and select the conversations again.")
		}
	}
	return all, nil
}

// parseWas reads what views.FormatWas writes.
func parseWas(s string) (w store.Was, err error) {
	id, value, _ := strings.Cut(s, ".")
	if w.ID, err = strconv.ParseInt(id, 10, 64); err != nil {
		return w, err
	}
	w.Value, err = strconv.ParseInt(value, 10, 64)
	return w, err
}
