package handlers

import (
	"net/http"
	"strconv"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// auditPage is how many entries of the audit log stand on a page.
const auditPage = 100

func (a *settings) showAudit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	page := views.Audit{Chosen: views.AuditChoice{Person: q.Get("person"), Action: q.Get("action"),
		From: q.Get("from"), Until: q.Get("until")}}
	filter := parseAudit(page.Chosen, zone(r))
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // what is none is the end
	var more bool
	var err error
	if page.Entries, more, err = a.store.AuditLog(r.Context(), filter, before, auditPage); err != nil {
		return err
	}
	if more {
		page.Next = views.AuditURL(page.Chosen, page.Entries[len(page.Entries)-1].ID)
	}
	if page.People, err = a.store.Users(r.Context()); err != nil {
		return err
	}
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	page.Viewer = a.viewer(r, person(r))
	return web.Render(w, r, http.StatusOK, views.AuditPage(page))
}

// parseAudit reads what was chosen; what cannot be read narrows nothing. Both days are included.
func parseAudit(c views.AuditChoice, zone *time.Location) store.AuditFilter {
	f := store.AuditFilter{Action: store.Action(c.Action)}
	f.UserID, _ = strconv.ParseInt(c.Person, 10, 64)
	f.From, f.Until = store.DaySpan(c.From, c.Until, zone)
	return f
}
