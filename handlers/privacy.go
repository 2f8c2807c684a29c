package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

const (
	deletionsShown = 10
	longestKept    = 36500 // days
)

func (a *settings) showPrivacy(w http.ResponseWriter, r *http.Request) error {
	page, err := a.privacy(r)
	if err != nil {
		return err
	}
	page.Saved, page.Deleted = r.URL.Query().Has("saved"), r.URL.Query().Has("deleted")
	return web.Render(w, r, http.StatusOK, views.PrivacyPage(page))
}

// privacy is the page as it is without anything typed.
func (a *settings) privacy(r *http.Request) (page views.Privacy, err error) {
	ctx := r.Context()
	page.Viewer = a.viewer(r, person(r))
	if page.Change, err = a.store.ChangeNumber(ctx); err != nil {
		return page, err
	}
	if page.Deletions, err = a.store.Deletions(ctx, deletionsShown); err != nil {
		return page, err
	}
	if len(page.Deletions) > 0 {
		page.Copies = copiesBefore(a.store.Copies(), page.Deletions[0])
	}
	kept, err := a.store.Retentions(ctx)
	for _, kind := range store.Perishables {
		page.Kept = append(page.Kept, views.KeptFor{Kind: kind, Retention: kept[kind], Typed: strconv.Itoa(kept[kind].Days)})
	}
	if err == nil {
		page.Clock, page.Waits, err = a.clockAsked(ctx, kept)
	}
	return page, err
}

// clockAsked is what the clock says, and what waits for somebody to confirm it.
func (a *settings) clockAsked(ctx context.Context,
	kept map[store.Perishable]store.Retention) (clock store.Clock, waits []views.KeptFor, err error) {
	if clock = a.store.Clock(); !clock.Ahead() {
		return clock, nil, nil
	}
	days := map[store.Perishable]int{}
	for kind, r := range kept {
		days[kind] = r.Days
	}
	expired, err := a.store.Expired(ctx, days)
	for _, kind := range store.Perishables {
		if expired[kind] > 0 {
			waits = append(waits, views.KeptFor{Kind: kind, Goes: expired[kind]})
		}
	}
	return clock, waits, err
}

// confirmClock takes the word of an admin that the clock is right which the page showed.
func (a *settings) confirmClock(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	shown, _ := strconv.ParseInt(form.Get("clock"), 10, 64) // what is no number is no moment that the clock shows
	err = a.store.ConfirmClock(r.Context(), shown)
	if errors.Is(err, store.ErrClockMoved) {
		return a.refusePrivacy(w, r, func(p *views.Privacy) {
			p.ClockError = "The clock says something else now. Nothing was removed; look at it again."
		})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/privacy?saved", http.StatusSeeOther)
	return nil
}

// copiesBefore are those that were made before what was deleted was gone.
func copiesBefore(all []store.Copy, d store.Deletion) []store.Copy {
	var before []store.Copy
	for _, c := range all {
		if d.EndedAt == 0 || c.At <= d.EndedAt {
			before = append(before, c)
		}
	}
	return before
}

// namedContact is the contact whose number was typed. wrong says why nobody is, or is "".
func (a *settings) namedContact(ctx context.Context, typed string) (c store.Contact, wrong string, err error) {
	if textutil.Blank(typed) {
		return c, "Write the number first.", nil
	}
	c, err = a.contact(ctx, store.Everything, typed)
	if errors.Is(err, store.ErrNotFound) {
		return c, "No contact has this number. Begin it with + and the country, like +1 415 555 0134.", nil
	}
	return c, "", err
}

// exportContact writes everything that is known of a contact.
func (a *settings) exportContact(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	contact, wrong, err := a.namedContact(r.Context(), form.Get("number"))
	if err != nil {
		return err
	}
	if wrong != "" {
		return a.refusePrivacy(w, r, func(p *views.Privacy) { p.Number, p.ExportError = form.Get("number"), wrong })
	}
	slot, err := a.longRead(w, r, "download")
	if err != nil {
		return err
	}
	defer slot.Release()
	if err := a.store.Audit(r.Context(), store.ContactExported, "contact "+strconv.FormatInt(contact.ID, 10)); err != nil {
		return err
	}
	attach(w, "contact-"+strconv.FormatInt(contact.ID, 10)+".jsonl", "application/jsonl")
	if err := a.store.ExportContact(r.Context(), contact.ID, w); err != nil {
		a.log.Error("export of a contact ended early", "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes the part for the whole
	}
	return nil
}

// deleteContact deletes the contact whose number was typed twice.
func (a *settings) deleteContact(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	contact, wrong, err := a.namedContact(r.Context(), form.Get("number"))
	if err == nil && wrong == "" {
		var again store.Contact
		again, wrong, err = a.namedContact(r.Context(), form.Get("again"))
		if wrong != "" || again.ID != contact.ID {
			wrong = "The two numbers are not the same. Type the number again. Nothing was deleted."
		}
	}
	if err != nil {
		return err
	}
	if wrong != "" {
		return a.refusePrivacy(w, r, func(p *views.Privacy) { p.Delete, p.DeleteError = form.Get("number"), wrong })
	}
	if err := a.store.DeleteContact(r.Context(), contact.ID); err != nil {
		return visible(err)
	}
	http.Redirect(w, r, "/settings/privacy?deleted", http.StatusSeeOther)
	return nil
}

func (a *settings) refusePrivacy(w http.ResponseWriter, r *http.Request, fill func(*views.Privacy)) error {
	page, err := a.privacy(r)
	if err != nil {
		return err
	}
	fill(&page)
	return web.Render(w, r, http.StatusUnprocessableEntity, views.PrivacyPage(page))
}

// setRetention says for how long what is kept. If something would go at once, it says how much first.
func (a *settings) setRetention(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	page, err := a.privacy(r)
	if err != nil {
		return err
	}
	days := takeDays(&page, form)
	if page.KeptError != "" {
		return web.Render(w, r, http.StatusUnprocessableEntity, views.PrivacyPage(page))
	}
	expired, err := a.store.Expired(r.Context(), days)
	if err != nil {
		return err
	}
	bounded := store.Bounded(days)
	was := map[store.Perishable]int{}
	for _, k := range page.Kept {
		was[k.Kind] = k.Days
	}
	was = store.Bounded(was)
	for i := range page.Kept {
		k := &page.Kept[i]
		k.Goes = expired[k.Kind]
		page.Asks = page.Asks || k.Goes > 0 && was[k.Kind] != bounded[k.Kind]
		page.Confirm += k.Typed + " "
	}
	if page.Asks && form.Get("confirmed") != page.Confirm {
		return web.Render(w, r, http.StatusOK, views.PrivacyPage(page))
	}
	if err := a.store.SetRetention(r.Context(), days); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/privacy?saved", http.StatusSeeOther)
	return nil
}

// takeDays reads the days of the form; what is not in it stays as it is.
func takeDays(page *views.Privacy, form url.Values) map[store.Perishable]int {
	days := map[store.Perishable]int{}
	for i := range page.Kept {
		k := &page.Kept[i]
		days[k.Kind] = k.Days
		if !form.Has(string(k.Kind)) {
			continue
		}
		k.Typed = strings.TrimSpace(form.Get(string(k.Kind)))
		n, err := strconv.Atoi(k.Typed)
		if k.Typed == "" {
			n, err = 0, nil
		}
		if k.Wrong = err != nil || n < 0 || n > longestKept; k.Wrong {
			page.KeptError = "Write days as a whole number up to 36500, or 0 to keep everything. Nothing was saved."
		}
		days[k.Kind] = n
		if !k.Wrong {
			k.Typed = strconv.Itoa(n)
		}
	}
	return days
}
