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
	// insightGlance is after what time the page comes without the numbers, and asks for them by itself.
	insightGlance = 300 * time.Millisecond
)

// insightKey is what people look at at about the same time: a period is read once for all of them.
type insightKey struct {
	scope, subusers, zone string
	from, until           int64
}

// showInsights counts the messages of a period.
func (a *downloads) showInsights(w http.ResponseWriter, r *http.Request) error {
	viewer, f := a.viewer(r, person(r)), parseFilter(r.URL.Query(), zone(r))
	page := views.InsightsShown{Viewer: viewer,
		Filter: store.Filter{Subusers: f.Subusers, From: f.From, Until: f.Until, Zone: f.Zone}}
	first, last, wrong := insightPeriod(f, viewer.Now, zone(r))
	period := store.Period{From: first.Start(zone(r)), Until: (last + 1).Start(zone(r))}
	page.From, page.Until, page.Error = first.String(), last.String(), wrong
	wait := insightGlance
	if byScript(r) || r.URL.Query().Has("wait") {
		wait = insightWait
	}
	var err error
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	if page.Nav, err = a.navigation(r.Context(), viewer); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), wait) // for the numbers alone: the rest is the page
	defer cancel()
	scope := viewer.User.Scope()
	key := insightKey{scope.Key(), fmt.Sprint(f.Subusers), zone(r).String(), period.From.UnixMilli(),
		period.Until.UnixMilli()}
	err = a.readLong(w, r.WithContext(ctx), "insights", func() (err error) {
		// It is as new as the change number that was just read, or newer.
		page.Insights, err = web.GetCached(a.insights, key, page.Change, func() (store.Insights, error) {
			return a.store.Insights(ctx, scope, period, f.Subusers)
		})
		if err == nil {
			page.Tags, err = a.store.TagCounts(ctx, scope,
				store.TagFilter{Subusers: f.Subusers, From: period.From.UnixMilli(), Until: period.Until.UnixMilli()})
		}
		return err
	})
	if wait == insightGlance && ctx.Err() != nil {
		page.Counting, err = true, nil
		w.Header().Del("Retry-After")
	}
	if err != nil {
		return err
	}
	status := http.StatusOK
	if page.Error != "" {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, status, views.InsightsPage(page))
}

// insightPeriod is the first and the last of the days that the filter names, by default the last thirty, and what is
// wrong with them.
func insightPeriod(f store.Filter, now time.Time, zone *time.Location) (first, last store.Day, wrong string) {
	today := store.DayOf(now.In(zone))
	first, last = today+1-insightDays, today
	if day, err := store.ParseDay(f.From); err == nil {
		first = day
	}
	if day, err := store.ParseDay(f.Until); err == nil {
		last = day
	}
	switch {
	case first > last:
		first, last, wrong = today+1-insightDays, today, "The first day is after the last. Shown are the last 30 days."
	case last-first >= mostInsight:
		first, last, wrong = today+1-insightDays, today,
			fmt.Sprintf("A period has at most %d days. Shown are the last 30.", mostInsight)
	}
	return first, last, wrong
}
