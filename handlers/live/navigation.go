package live

import (
	"bytes"
	"context"
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
func (l *pageSession) navigation(ctx context.Context, since int64, saved *[]views.SavedView) (*shownNavigation, error) {
	n := &shownNavigation{saved: saved}
	if l.page.Kind != InboxPage && l.page.Kind != TagsPage {
		return n, nil
	}
	scope := l.viewer.User.Scope()
	var err error
	n.common, err = web.GetCached(l.server.cache, commonCountsKey{l.scope}, since, func() (*store.Counts, error) {
		counts, err := l.server.store.CommonCounts(ctx, scope)
		return &counts, err
	})
	if err != nil {
		return nil, err
	}
	n.own, err = web.GetCached(l.server.cache, ownCountsKey{l.scope, l.me}, since, func() (store.OwnCounts, error) { return l.server.store.OwnCounts(ctx, scope, l.me) })
	if err != nil || saved != nil {
		return n, err
	}
	n.saved, err = web.GetCached(l.server.cache, savedViewsKey{l.scope, l.viewer.Zone.String(), l.me}, since, func() (*[]views.SavedView, error) {
		saved, err := l.server.pages.SavedViews(ctx, l.viewer, n.common.Tags)
		return &saved, err
	})
	return n, err
}

// renderNavigation writes what is other than the page shows. What that is it does not know at first: then it writes all.
// It returns what the page shows then, nil if that is as it was.
func (l *pageSession) renderNavigation(ctx context.Context, changes []store.Change, touched bool, to *bytes.Buffer) (*shownNavigation, error) {
	resaved := slices.ContainsFunc(changes, func(c store.Change) bool { return c.Settings == store.SavedViewsSetting })
	if !touched && !resaved {
		return nil, nil
	}
	var saved *[]views.SavedView
	if l.nav != nil && !resaved {
		saved = l.nav.saved
	}
	nav, err := l.navigation(ctx, changes[len(changes)-1].Number, saved)
	if err != nil {
		return nil, err
	}
	f := l.page.Filter
	if l.page.Kind == TagsPage {
		f = store.Filter{View: views.TagsPlace}
	}
	if saved == nil {
		return nav, writeParts(ctx, to, views.NavigationChanged(l.viewer, f, nav.whole()))
	}
	return nav, l.renderCounts(ctx, f, nav, to)
}

type countsKey struct {
	look
	before, after *store.Counts
}

type viewCountsKey struct{ before, after viewCounts }

// viewCounts are the numbers beside the views, in the order of countedViews.
type viewCounts [7]int

var countedViews = [...]store.View{store.ViewInbox, store.ViewUnread, store.ViewUnanswered, store.ViewFailed, store.ViewDone, store.ViewMine, store.ViewSnoozed}

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
func (l *pageSession) renderCounts(ctx context.Context, f store.Filter, nav *shownNavigation, to *bytes.Buffer) error {
	before, after := l.nav.viewCounts(), nav.viewCounts()
	if before != after {
		part, err := web.GetCached(l.server.cache, viewCountsKey{before, after}, 0, func() (fragment, error) {
			return makeFragment(ctx, views.ViewCountsChanged(before.byView(), after.byView()))
		})
		if err != nil {
			return err
		}
		to.Write(part)
	}
	if l.nav.common == nav.common {
		return nil
	}
	look := l.look()
	look.minute = 0
	part, err := web.GetCached(l.server.cache, countsKey{look, l.nav.common, nav.common}, 0, func() (fragment, error) {
		return makeFragment(ctx, views.CountsChanged(l.viewer, f, *l.nav.common, *nav.common)...)
	})
	to.Write(part)
	return err
}
