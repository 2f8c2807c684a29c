package handlers

import (
	"context"
	"errors"
	"slices"

	"github.com/a-h/templ"

	"tagline/handlers/live"
	"tagline/store"
	"tagline/views"
)

// Fragments are the parts of the page that the changes touch, as they are now for this viewer, with the same functions
// that render the page. Lists of conversations, navigation and thread are not among them.
func (p livePages) Fragments(
	ctx context.Context, viewer views.Viewer, shown live.Page, changes []store.Change,
) (parts []templ.Component, err error) {
	switch shown.Kind {
	case live.ConnectPage:
		parts, err = p.connectFragments(ctx, viewer, changes)
	case live.LogPage:
		parts, err = p.logFragments(ctx, viewer, shown, changes)
	case live.TagsPage:
		parts, err = p.tagFragments(ctx, viewer, shown, changes)
	}
	if slices.ContainsFunc(changes, func(c store.Change) bool { return c.Preferences && c.UserID == viewer.User.ID }) {
		parts = append(parts, views.PreferencesChanged(viewer))
	}
	if chosen := viewer.User.Preferences; err == nil && (chosen.Sound || chosen.Desktop) {
		var arrivals []views.Arrival
		if arrivals, err = p.arrivalsOf(ctx, viewer.User, changes); len(arrivals) > 0 {
			parts = append(parts, views.Arrived(chosen, arrivals))
		}
	}
	return parts, err
}

func (p livePages) connectFragments(
	ctx context.Context, viewer views.Viewer, changes []store.Change,
) ([]templ.Component, error) {
	if viewer.User.Role != store.Admin {
		return nil, nil
	}
	seen, err := p.store.LastSeen(ctx)
	var parts []templ.Component
	for _, kind := range store.Kinds {
		if slices.ContainsFunc(changes, func(c store.Change) bool { return c.Hook == kind }) {
			parts = append(parts,
				views.HookArrived(views.Hook{Kind: kind, URL: WebhookURL(p.origin, p.webhooks.keys.token(), kind),
					LastSeen: seen[kind]}))
		}
	}
	if err != nil || len(parts) == 0 {
		return parts, err
	}
	swaps, err := p.store.Swaps(ctx)
	return append(parts, views.SwapsChanged(swaps)), err
}

// logFragments brings an open log up to date.
func (p livePages) logFragments(
	ctx context.Context, viewer views.Viewer, shown live.Page, changes []store.Change,
) ([]templ.Component, error) {
	if viewer.User.Role != store.Admin {
		return nil, nil
	}
	var parts []templ.Component
	told := slices.DeleteFunc(slices.Clone(changes), func(c store.Change) bool { return c.DeliveryID == 0 })
	if len(told) > 0 {
		log, err := p.webhooks.activity(ctx, viewer, shown.Log)
		if err != nil {
			return nil, err
		}
		parts = append(parts, views.ActivityChanged(log))
		rows, err := p.deliveryFragments(ctx, viewer, shown, told)
		if err != nil {
			return nil, err
		}
		parts = append(parts, rows...)
	}
	if slices.ContainsFunc(changes, func(c store.Change) bool { return c.Refused }) {
		list, err := p.webhooks.refusalList(ctx, 0)
		if err != nil {
			return nil, err
		}
		parts = append(parts, views.RefusalsChanged(viewer, list))
	}
	return parts, nil
}

// deliveryFragments shows what arrived if it fits, and what was processed again wherever it stands.
func (p livePages) deliveryFragments(
	ctx context.Context, viewer views.Viewer, shown live.Page, changes []store.Change,
) ([]templ.Component, error) {
	if len(changes) > logPage {
		list, err := p.webhooks.deliveries(ctx, viewer, shown.Log, 0)
		return []templ.Component{views.DeliveriesChanged(viewer, shown.Log, list)}, err
	}
	var parts []templ.Component
	filter := deliveryFilter(shown.Log, viewer.Zone)
	for _, change := range changes {
		d, err := p.store.Delivery(ctx, change.DeliveryID)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return nil, err
		case change.Number != change.DeliveryID:
			parts = append(parts, views.DeliveryProcessed(viewer, delivery(d)))
		case filter.Fits(d):
			parts = append(parts, views.DeliveryArrived(viewer, delivery(d)))
		}
	}
	return parts, nil
}

// tagFragments are the charts and rows that the changes touch.
func (p livePages) tagFragments(
	ctx context.Context, viewer views.Viewer, shown live.Page, changes []store.Change,
) ([]templ.Component, error) {
	var parts []templ.Component
	scope := viewer.User.Scope()
	told := slices.DeleteFunc(slices.Clone(changes), func(c store.Change) bool {
		return c.ContactID == 0 || !scope.Sees(c.Subuser)
	})
	if len(told) == 0 {
		return parts, nil
	}
	counts, err := p.store.TagCounts(ctx, scope, tagFilter(shown.Tags, viewer))
	if err != nil {
		return nil, err
	}
	parts = append(parts, views.TagsCounted(shown.Tags, counts))
	late := slices.ContainsFunc(told, func(c store.Change) bool { return c.DeliveryID != c.Number })
	if late || len(told) > tagsPage { // what stands there already may have changed
		list, err := p.tagList(ctx, viewer, shown.Tags, store.Position{})
		return append(parts, views.TagsChanged(viewer, shown.Tags, list)), err
	}
	rows, err := p.tagRowFragments(ctx, viewer, shown, told)
	return append(parts, rows...), err
}

// tagRowFragments shows the changes that fit, each with those of its contact into which it may be folded.
func (p livePages) tagRowFragments(
	ctx context.Context, viewer views.Viewer, shown live.Page, changes []store.Change,
) ([]templ.Component, error) {
	var parts []templ.Component
	scope, filter := viewer.User.Scope(), tagFilter(shown.Tags, viewer)
	for _, change := range changes {
		c, err := p.store.ContactChange(ctx, scope, change.DeliveryID)
		if errors.Is(err, store.ErrNotFound) || err == nil && !filter.Fits(c.TagChange) {
			continue // only the name is new, or it is for another page
		}
		if err != nil {
			return nil, err
		}
		history, _, err := p.store.TagChangesIn(ctx, scope, c.ContactID, store.TagPart{Limit: tagsPage + tagsAhead})
		if err != nil {
			return nil, err
		}
		history = slices.DeleteFunc(history, func(c store.TagChange) bool { return !filter.Fits(c) })
		parts = append(parts, views.TagChanged(viewer, views.NearTags(history, c)))
	}
	return parts, nil
}
