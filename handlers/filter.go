package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"tagline/store"
	"tagline/store/text"
	"tagline/textutil"
)

const (
	mostOfAKind = 50 // subusers, tags or SIM cards in a filter; the statement behind it has an end too
	// bytes that subusers, and SIM cards, have in an address together: every link of a page carries them
	longestOfAKind = 600
	longestTags    = 1200 // and tags
	longestSearch  = 900  // and what is searched for
)

// parseFilter reads what an address asks for, with days as they are in the zone; what makes no sense in it is left out.
// views.InboxURL writes what it reads.
func parseFilter(q url.Values, zone *time.Location) store.Filter {
	f := store.Filter{View: store.ViewInbox, Sort: store.SortNewest, Zone: zone, From: parseDay(q, "from"),
		Until: parseDay(q, "until")}
	switch view := store.View(q.Get("view")); view {
	case store.ViewUnread, store.ViewUnanswered, store.ViewFailed, store.ViewDone, store.ViewMine, store.ViewSnoozed:
		f.View = view
	}
	switch sort := store.Sort(q.Get("sort")); sort {
	case store.SortOldest, store.SortWaiting:
		f.Sort = sort
	}
	f.Subusers = readable(q["subuser"], store.ParseSubuserID)
	f.SIMCards = readable(q["sim"], func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
	room := longestTags
	for _, tag := range q["tag"][:min(len(q["tag"]), mostOfAKind)] {
		label := textutil.Label(tag)
		if label == "" {
			continue
		}
		if room -= len(url.QueryEscape(label)); room < 0 {
			break
		}
		f.Tags = distinct(append(f.Tags, label)...)
	}
	f.Text = text.SearchText(q.Get("q"))
	for len(url.QueryEscape(f.Text)) > longestSearch {
		runes := []rune(f.Text)
		f.Text = text.SearchText(string(runes[:len(runes)*3/4]))
	}
	return f
}

// withoutText is the filter outside of a search.
func withoutText(f store.Filter) store.Filter {
	f.Text = ""
	return f
}

// readable returns all values that can be read.
func readable[T any](texts []string, parse func(string) (T, error)) []T {
	var values []T
	room := longestOfAKind
	for _, text := range texts[:min(len(texts), mostOfAKind)] {
		if room -= len(url.QueryEscape(text)); room < 0 {
			break
		}
		if value, err := parse(text); err == nil {
			values = append(values, value)
		}
	}
	return values
}

// parseDay reads a day like 2026-11-24.
func parseDay(q url.Values, name string) string {
	if _, err := store.ParseDay(q.Get(name)); err != nil {
		return ""
	}
	return q.Get(name)
}

// untidy tells whether an address has what a form leaves in it when no script tidies up: fields without a value.
func untidy(q url.Values) bool {
	for _, values := range q {
		if slices.ContainsFunc(values, textutil.Blank) {
			return true
		}
	}
	return false
}
