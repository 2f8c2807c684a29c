package handlers

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	insightDays = 30  // of the period that is shown at first
	mostInsight = 366 // days of the longest
	insightWait = 30 * time.Second
)

// insightKey is what people look at at about the same time: a period is read once for all of them.
type insightKey struct {
	scope, subusers, zone string
	from, until           int64
}

// showInsights counts the messages of a period.
func (a *App) showInsights(w http.ResponseWriter, r *http.Request) error {
	viewer, f := a.viewer(r, person(r)), parseFilter(r.URL.Query(), zone(r))
	page := views.InsightsShown{Viewer: viewer, Filter: store.Filter{Subusers: f.Subusers, From: f.From, Until: f.Until, Zone: f.Zone}}
	var period store.Period
	period, page.Error = insightPeriod(f, viewer.Now, zone(r))
	page.From, page.Until = period.From.Format(dayLayout), period.Until.AddDate(0, 0, -1).Format(dayLayout)
	ctx, cancel := context.WithTimeout(r.Context(), insightWait)
	defer cancel()
	var err error
	if page.Change, err = a.store.ChangeNumber(ctx); err != nil {
		return err
	}
	if page.Nav, err = a.navigation(ctx, viewer); err != nil {
		return err
	}
	scope := viewer.User.Scope()
	key := insightKey{scope.Key(), fmt.Sprint(f.Subusers), zone(r).String(), period.From.UnixMilli(), period.Until.UnixMilli()}
	slot, err := a.longRead(w, r, "insights")
	if err != nil {
		return err
	}
	defer slot.Release()
	err = readLong(ctx, w, slot, func() (err error) {
		// It is as new as the change number that was just read, or newer.
		page.Insights, err = share(a.shared, key, page.Change, func() (store.Insights, error) { return a.store.Insights(ctx, scope, period, f.Subusers) })
		if err == nil {
			page.Tags, err = a.store.TagCounts(ctx, scope, store.TagFilter{Subusers: f.Subusers, From: period.From.UnixMilli(), Until: period.Until.UnixMilli()})
		}
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if page.Error != "" {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, status, views.InsightsPage(page))
}

// insightPeriod is the days that the filter names, by default the last thirty, and what is wrong with them.
func insightPeriod(f store.Filter, now time.Time, zone *time.Location) (p store.Period, wrong string) {
	now = now.In(zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	usual := store.Period{From: today.AddDate(0, 0, 1-insightDays), Until: today.AddDate(0, 0, 1)}
	p = usual
	if day, err := time.ParseInLocation(dayLayout, f.From, zone); err == nil {
		p.From = day
	}
	if day, err := time.ParseInLocation(dayLayout, f.Until, zone); err == nil {
		p.Until = day.AddDate(0, 0, 1)
	}
	switch {
	case !p.From.Before(p.Until):
		return usual, "The first day is after the last. Shown are the last 30 days."
	case p.From.Before(p.Until.AddDate(0, 0, -mostInsight)):
		return usual, fmt.Sprintf("A period has at most %d days. Shown are the last 30.", mostInsight)
	}
	return p, ""
}
