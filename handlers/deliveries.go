package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

const (
	logPage      = 50 // deliveries loaded at once
	refusalsPage = 10 // refused requests loaded at once
)

// parseLogFilter reads which deliveries an address asks for; what makes no sense in it is left out.
func parseLogFilter(q url.Values) views.LogFilter {
	f := views.LogFilter{Number: textutil.Trim(withPlus(q.Get("number")))}
	if kind := store.Kind(q.Get("kind")); slices.Contains(store.Kinds, kind) {
		f.Kind = kind
	}
	if outcome := store.Outcome(q.Get("outcome")); slices.Contains(store.Outcomes, outcome) {
		f.Outcome = outcome
	}
	if id, err := store.ParseSubuserID(strings.TrimSpace(q.Get("subuser"))); err == nil {
		f.Subuser = id.String()
	}
	if _, err := store.ParseDay(q.Get("from")); err == nil {
		f.From = q.Get("from")
	}
	if _, err := store.ParseDay(q.Get("to")); err == nil {
		f.To = q.Get("to")
	}
	return f
}

// deliveryFilter is the filter as the store takes it: days are the reader's.
func deliveryFilter(f views.LogFilter, zone *time.Location) store.DeliveryFilter {
	filter := store.DeliveryFilter{Kind: f.Kind, Outcome: f.Outcome, Numbers: readings(f.Number)}
	if id, err := store.ParseSubuserID(f.Subuser); err == nil {
		filter.Subuser = &id
	}
	filter.From, filter.Until = store.DaySpan(f.From, f.To, zone)
	return filter
}

func (a *webhooks) showDeliveries(w http.ResponseWriter, r *http.Request) error {
	ctx, viewer, q := r.Context(), a.viewer(r, person(r)), r.URL.Query()
	f := parseLogFilter(q)
	if before, ok := idParameter(q, "before"); ok {
		list, err := a.deliveries(ctx, viewer, f, before)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.MoreDeliveries(viewer, list))
	}
	if before, ok := idParameter(q, "refused_before"); ok {
		list, err := a.refusalList(ctx, before)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.RefusalRows(viewer, list))
	}
	change, err := a.store.ChangeNumber(ctx)
	if err != nil {
		return err
	}
	log, err := a.activity(ctx, viewer, f)
	log.Change = change
	if err == nil {
		log.Deliveries, err = a.deliveries(ctx, viewer, f, 0)
	}
	if err == nil {
		log.Refusals, err = a.refusalList(ctx, 0)
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.DeliveriesPage(log))
}

// idParameter reads where a list goes on.
func idParameter(q url.Values, name string) (int64, bool) {
	id, err := strconv.ParseInt(q.Get(name), 10, 64)
	return id, err == nil && id > 0
}

// activity is the page of webhooks without its lists.
func (a *webhooks) activity(ctx context.Context, viewer views.Viewer, f views.LogFilter) (views.Log, error) {
	log := views.Log{Viewer: viewer, Filter: f}
	var err error
	if log.Activity, err = a.store.Activity(ctx, viewer.Now); err != nil {
		return log, err
	}
	if log.Unparsed, err = a.store.CountUnparsed(ctx); err != nil {
		return log, err
	}
	if log.Unparsed > 0 {
		if log.Ambiguous, err = a.ambiguous(ctx); err != nil {
			return log, err
		}
	}
	log.Trouble, err = a.trouble(ctx, viewer)
	return log, err
}

// ambiguous tells whether among the first bodies that were not understood is one that a person must say the webhook of.
func (a *webhooks) ambiguous(ctx context.Context) (bool, error) {
	first, err := a.store.UnparsedAfter(ctx, 0, logPage)
	return slices.ContainsFunc(first, func(d store.Delivery) bool { return len(delivery(d).Candidates) > 1 }), err
}

// trouble is what the person should know of.
func (a *site) trouble(ctx context.Context, viewer views.Viewer) (views.Trouble, error) {
	trouble := views.Trouble{Health: a.Health()}
	var err error
	if trouble.Quiet, err = a.quietHooks(ctx, viewer); err != nil || viewer.User.Role != store.Admin {
		return trouble, err
	}
	if trouble.Swaps, err = a.store.Swaps(ctx); err != nil {
		return trouble, err
	}
	stuck, err := a.store.StuckTargets(ctx)
	for _, g := range stuck {
		trouble.Stuck = append(trouble.Stuck, views.StuckTarget{ID: g.ID, Name: g.Name})
	}
	return trouble, err
}

// quietHooks are the webhooks that are missed; nobody but admins can do anything about them.
func (a *site) quietHooks(ctx context.Context, viewer views.Viewer) ([]views.QuietHook, error) {
	if viewer.User.Role != store.Admin {
		return nil, nil
	}
	seen, err := a.store.Quiet(ctx, viewer.Now, a.quietAfter)
	var quiet []views.QuietHook
	for _, kind := range store.Kinds {
		if at, missed := seen[kind]; missed {
			quiet = append(quiet, views.QuietHook{Kind: kind, LastSeen: at})
		}
	}
	return quiet, err
}

func (a *webhooks) deliveries(ctx context.Context, viewer views.Viewer, f views.LogFilter,
	before int64) (views.DeliveryList, error) {
	kept, next, err := a.store.Deliveries(ctx, deliveryFilter(f, viewer.Zone), before, logPage)
	list := views.DeliveryList{Deliveries: make([]views.Delivery, len(kept))}
	for i, d := range kept {
		list.Deliveries[i] = delivery(d)
	}
	if next != 0 {
		list.Next = views.WithQuery(views.DeliveriesURL(f), "before", strconv.FormatInt(next, 10))
	}
	return list, err
}

// delivery adds what the body says to a line of the log.
func delivery(d store.Delivery) views.Delivery {
	event, unclear := understand(d.Kind, d.Body)
	line := views.Delivery{Delivery: d, Text: event.Text}
	for _, kind := range event.Candidates() {
		line.Candidates = append(line.Candidates, store.Kind(kind))
	}
	if d.Kind == store.KindTag {
		line.Text = event.Tag
	}
	if unclear != nil {
		line.Why = unclear.Error()
	}
	return line
}

func (a *webhooks) refusalList(ctx context.Context, before int64) (views.RefusalList, error) {
	refused, more, err := a.store.Refusals(ctx, before, refusalsPage)
	list := views.RefusalList{Refusals: refused}
	if more {
		list.Next = views.WithQuery("/settings/webhooks", "refused_before", strconv.FormatInt(refused[len(refused)-1].ID, 10))
	}
	if err == nil {
		list.Today, err = a.store.RefusedSince(ctx, a.now().Add(-24*time.Hour).UnixMilli())
	}
	return list, err
}

func (a *webhooks) showDelivery(w http.ResponseWriter, r *http.Request) error {
	change, err := a.store.ChangeNumber(r.Context())
	if err != nil {
		return err
	}
	d, err := a.oneDelivery(r)
	if err != nil {
		return err
	}
	line := delivery(d)
	line.Alone = true
	return web.Render(w, r, http.StatusOK, views.DeliveryPage(a.viewer(r, person(r)), change, line))
}

// showDeliveryBody answers with what is seen of a delivery once it is unfolded.
func (a *webhooks) showDeliveryBody(w http.ResponseWriter, r *http.Request) error {
	d, err := a.oneDelivery(r)
	if err != nil {
		return err
	}
	if from := textFrom(r); from > 0 {
		if byScript(r) {
			return web.Render(w, r, http.StatusOK, views.BodyPart(delivery(d), from))
		}
		change, err := a.store.ChangeNumber(r.Context())
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.BodyPartPage(a.viewer(r, person(r)), change, delivery(d), from))
	}
	return web.Render(w, r, http.StatusOK, views.DeliveryBody(delivery(d)))
}

func (a *webhooks) oneDelivery(r *http.Request) (store.Delivery, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return store.Delivery{}, web.NotFound()
	}
	d, err := a.store.Delivery(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return d, web.NotFound()
	}
	return d, err
}
