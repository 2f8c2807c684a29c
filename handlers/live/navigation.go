package live

import (
	"context"
	"reflect"
	"slices"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// shownNavigation is what an open page shows beside the views. Its parts belong to all pages that show the same.
type shownNavigation struct {
	common *store.Counts
	own    store.OwnCounts
	saved  *[]views.SavedView
}

func (n *shownNavigation) equal(other *shownNavigation) bool {
	return n.common == other.common && n.own == other.own &&
		(n.saved == other.saved || equalOr(n.saved, other.saved, func(a, b *[]views.SavedView) bool { return reflect.DeepEqual(*a, *b) }))
}

func (n shownNavigation) whole() views.Navigation {
	return views.Navigation{Counts: n.common.With(n.own), Saved: *n.saved}
}

type commonCountsKey struct{ scope string }

type ownCountsKey struct {
	scope string
	user  int64
}

type savedViewsKey struct {
	scope, zone string
	user        int64
}

// navigation returns what stands beside the views with every change up to the number since. Saved views are read where
// none are given.
func (v *pageView) navigation(ctx context.Context, since int64, saved *[]views.SavedView) (*shownNavigation, error) {
	n := &shownNavigation{saved: saved}
	if v.page.Kind != InboxPage && v.page.Kind != TagsPage {
		return n, nil
	}
	scope := v.viewer.User.Scope()
	var err error
	n.common, err = web.GetCached(v.server.cache, commonCountsKey{v.scope}, since, func() (*store.Counts, error) {
		counts, err := v.server.Store.CommonCounts(ctx, scope)
		return &counts, err
	})
	if err != nil {
		return nil, err
	}
	n.own, err = web.GetCached(v.server.cache, ownCountsKey{v.scope, v.me}, since, func() (store.OwnCounts, error) {
		return v.server.Store.OwnCounts(ctx, scope, v.me)
	})
	if err != nil || saved != nil {
		return n, err
	}
	key := savedViewsKey{v.scope, v.viewer.Zone.String(), v.me}
	n.saved, err = web.GetCached(v.server.cache, key, since, func() (*[]views.SavedView, error) {
		saved, err := v.server.Pages.SavedViews(ctx, v.viewer, n.common.Tags)
		return &saved, err
	})
	return n, err
}

// renderNavigation writes what is other than the page shows: all of it where that is not known.
func (d *delta) renderNavigation(ctx context.Context, changes []store.Change, touched bool) error {
	resaved := slices.ContainsFunc(changes, func(c store.Change) bool { return c.Settings == store.SavedViewsSetting })
	if !touched && !resaved {
		return nil
	}
	var saved *[]views.SavedView
	if d.nav != nil && !resaved {
		saved = d.nav.saved
	}
	nav, err := d.navigation(ctx, changes[len(changes)-1].Number, saved)
	if err != nil {
		return err
	}
	f := d.page.Filter
	if d.page.Kind == TagsPage {
		f = store.Filter{View: views.TagsPlace}
	}
	if saved == nil {
		err = writeParts(ctx, d.content, views.NavigationChanged(d.viewer, f, nav.whole()))
	} else {
		err = d.renderCounts(ctx, f, nav)
	}
	d.nav = nav
	return err
}

type countsKey struct {
	renderContext
	before, after *store.Counts
}

type viewCountsKey struct{ before, after viewCounts }

// viewCounts are the numbers beside the views, in the order of countedViews.
type viewCounts [7]int

var countedViews = [...]store.View{
	store.ViewInbox, store.ViewUnread, store.ViewUnanswered, store.ViewFailed, store.ViewDone, store.ViewMine, store.ViewSnoozed,
}

func (n shownNavigation) viewCounts() (counts viewCounts) {
	for i, view := range countedViews {
		counts[i] = n.common.Views[view]
	}
	counts[1], counts[5] = n.own.Unread, n.own.Mine
	return counts
}

func (c viewCounts) byView() map[store.View]int {
	counts := make(map[store.View]int, len(c))
	for i, n := range c {
		counts[countedViews[i]] = n
	}
	return counts
}

// renderCounts writes the counts that are not those that the page shows.
func (d *delta) renderCounts(ctx context.Context, f store.Filter, nav *shownNavigation) error {
	before, after := d.nav.viewCounts(), nav.viewCounts()
	if before != after {
		part, err := web.GetCached(d.server.cache, viewCountsKey{before, after}, 0, func() (fragment, error) {
			return makeFragment(ctx, views.ViewCountsChanged(before.byView(), after.byView()))
		})
		if err != nil {
			return err
		}
		d.content.Write(part)
	}
	if d.nav.common == nav.common {
		return nil
	}
	look := d.renderContext()
	look.minute = 0
	part, err := web.GetCached(d.server.cache, countsKey{look, d.nav.common, nav.common}, 0, func() (fragment, error) {
		return makeFragment(ctx, views.CountsChanged(d.viewer, f, *d.nav.common, *nav.common)...)
	})
	d.content.Write(part)
	return err
}
