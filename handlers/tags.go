package handlers

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	tagsPage  = 50 // tag changes loaded at once
	tagsAhead = 30 // how many more are looked at for a place where no flapping is cut in two
)

// parseTagsFilter reads which tag changes an address asks for; what makes no sense in it is left out.
func parseTagsFilter(q url.Values) views.TagsFilter {
	narrow := parseFilter(q, time.UTC)
	f := views.TagsFilter{Subusers: narrow.Subusers, Tags: narrow.Tags, Days: views.DefaultTagDays}
	if days, err := strconv.Atoi(q.Get("days")); err == nil && slices.Contains(views.TagPeriods, days) {
		f.Days = days
	}
	if _, err := store.ParseDay(q.Get("from")); err == nil {
		f.From, f.Days = q.Get("from"), 0
	}
	if _, err := store.ParseDay(q.Get("until")); err == nil {
		f.Until, f.Days = q.Get("until"), 0
	}
	return f
}

// tagFilter is the filter as the store takes it: days are the reader's.
func tagFilter(f views.TagsFilter, viewer views.Viewer) store.TagFilter {
	filter := store.TagFilter{Subusers: f.Subusers, Tags: f.Tags}
	filter.From, filter.Until = store.DaySpan(f.From, f.Until, viewer.Zone)
	if f.Days > 0 {
		today := store.DayOf(viewer.Now.In(viewer.Zone))
		filter.From = (today + 1 - store.Day(f.Days)).Start(viewer.Zone).UnixMilli()
	}
	return filter
}

func (a *conversations) showTags(w http.ResponseWriter, r *http.Request) error {
	q, named, err := a.numbered(r, r.URL.Query())
	if err != nil {
		return err
	}
	if named {
		http.Redirect(w, r, views.TagsURL(parseTagsFilter(q)), http.StatusSeeOther)
		return nil
	}
	ctx, viewer, f := r.Context(), a.viewer(r, person(r)), parseTagsFilter(q)
	before, err := store.ParsePosition(r.URL.Query().Get("before"))
	if err != nil {
		return web.BadRequest("Open the tags again from their start.")
	}
	if before != (store.Position{}) && r.Header.Get("HX-Request") != "" {
		list, err := a.tagList(ctx, viewer, f, before)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.MoreTags(viewer, list))
	}
	var page views.Tags
	err = a.readLong(w, r, "tags", func() (err error) {
		page, err = a.tags(ctx, viewer, f, before)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.TagsPage(page))
}

// tags gathers everything the page of tags shows. The change number is read first, as for the inbox.
func (a *conversations) tags(ctx context.Context, viewer views.Viewer, f views.TagsFilter,
	before store.Position) (views.Tags, error) {
	page, scope := views.Tags{Viewer: viewer, Filter: f}, viewer.User.Scope()
	var err error
	if page.Change, err = a.store.ChangeNumber(ctx); err != nil {
		return page, err
	}
	if page.Nav, err = a.navigation(ctx, viewer); err != nil {
		return page, err
	}
	if page.Counts, err = a.store.TagCounts(ctx, scope, tagFilter(f, viewer)); err != nil {
		return page, err
	}
	page.Choices = tagChoices(scope, f, page.Nav.Counts, page.Counts)
	page.List, err = a.tagList(ctx, viewer, f, before)
	return page, err
}

// tagChoices are the subusers and tags that this person knows of: from their conversations, the changes that are shown,
// and what is chosen already.
func tagChoices(scope store.Scope, f views.TagsFilter, nav store.Counts, counts store.TagCounts) views.TagChoices {
	subusers, tags := slices.Concat(scope.Subusers, f.Subusers), map[string]bool{}
	for _, tag := range f.Tags {
		tags[tag] = true
	}
	for _, s := range nav.Subusers {
		subusers = append(subusers, s.Subuser)
	}
	for _, t := range nav.Tags {
		tags[t.Tag] = true
	}
	for _, flow := range counts.Flows {
		tags[flow.From], tags[flow.To] = true, true
	}
	delete(tags, "")
	slices.Sort(subusers)
	return views.TagChoices{Subusers: slices.Compact(subusers), Tags: slices.Sorted(maps.Keys(tags))}
}

func (a *conversations) tagList(ctx context.Context, viewer views.Viewer, f views.TagsFilter,
	before store.Position) (views.TagList, error) {
	changes, more, err := a.store.ContactChanges(ctx, viewer.User.Scope(), tagFilter(f, viewer),
		before, tagsPage+tagsAhead)
	return cutTags(f, changes, more), err
}

// cutTags is a page of changes, and the way to the others.
func cutTags(f views.TagsFilter, changes []store.ContactChange, more bool) views.TagList {
	cut := views.CutTags(changes, tagsPage)
	list := views.TagList{Changes: changes[:cut]}
	if cut > 0 && (more || cut < len(changes)) {
		list.Next = views.WithQuery(views.TagsURL(f), "before", changes[cut-1].Position().String())
	}
	return list
}
