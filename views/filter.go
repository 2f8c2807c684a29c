package views

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"tagline/store"
)

// The filters that the links of the navigation and the chips lead to.

// withView leads to a view, also out of a search. It keeps what else the filter asks, but for an order that would leave
// the view empty.
func withView(f store.Filter, v store.View) store.Filter {
	f.View, f.Text = v, ""
	if v == store.ViewDone && f.Sort == store.SortWaiting {
		f.Sort = store.SortNewest
	}
	return f
}

func withoutText(f store.Filter) store.Filter {
	f.Text = ""
	return f
}

// alsoTag and alsoSubuser narrow a search to what is suggested.

func alsoTag(f store.Filter, tag string) store.Filter {
	f.Tags = append(slices.Clone(f.Tags), tag)
	return f
}

func alsoSubuser(f store.Filter, id store.SubuserID) store.Filter {
	f.Subusers = append(slices.Clone(f.Subusers), id)
	return f
}

// filterFields are the filter as hidden fields of a form.
func filterFields(f store.Filter) []Field {
	values, _ := url.ParseQuery(FilterQuery(f))
	var fields []Field
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			fields = append(fields, Field{name, value})
		}
	}
	return fields
}

func withoutSubusers(f store.Filter) store.Filter {
	f.Subusers, f.Text = nil, ""
	return f
}

func withoutTags(f store.Filter) store.Filter {
	f.Tags, f.Text = nil, ""
	return f
}

// toggleSubuser narrows to one subuser, or no longer if it was narrowed to exactly that one.
func toggleSubuser(f store.Filter, id store.SubuserID) store.Filter {
	f.Subusers = alone(f.Subusers, id)
	return f
}

// toggleTag narrows to one tag, or no longer if it was narrowed to exactly that one.
func toggleTag(f store.Filter, tag string) store.Filter {
	f.Tags = alone(f.Tags, tag)
	return f
}

func alone[T comparable](values []T, value T) []T {
	if len(values) == 1 && values[0] == value {
		return nil
	}
	return []T{value}
}

// combineSubuser adds a subuser to those that the filter names, or takes it away.
func combineSubuser(f store.Filter, id store.SubuserID) store.Filter {
	f.Subusers = combined(f.Subusers, id)
	return f
}

// combineTag adds a tag to those that the filter names, or takes it away.
func combineTag(f store.Filter, tag string) store.Filter {
	f.Tags = combined(f.Tags, tag)
	return f
}

func combined[T comparable](values []T, value T) []T {
	if slices.Contains(values, value) {
		return without(values, value)
	}
	return append(slices.Clone(values), value)
}

// combinable tells whether adding or taking away the value differs from choosing it alone.
func combinable[T comparable](values []T, value T) bool {
	return len(values) > 1 || len(values) == 1 && values[0] != value
}

// without returns a new slice: filters are shared by everything on a page.
func without[T comparable](values []T, gone T) []T {
	var kept []T
	for _, v := range values {
		if v != gone {
			kept = append(kept, v)
		}
	}
	return kept
}

// unfiltered is the whole view, or all that is found in it.
func unfiltered(f store.Filter) store.Filter { return store.Filter{View: f.View, Text: f.Text} }

// chip is one part of a filter with what is left without it.
type chip struct {
	Name string
	Rest store.Filter
}

// filterChips are the parts of a filter beside its view.
func filterChips(i Inbox) []chip {
	var chips []chip
	add := func(name string, without func(*store.Filter)) {
		rest := i.Filter
		without(&rest)
		chips = append(chips, chip{name, rest})
	}
	if i.Filter.Text != "" && !plainView(i.Filter) {
		add("In "+viewName(i.Filter.View), func(f *store.Filter) { f.View = "" })
	}
	for _, id := range sortedUnique(i.Filter.Subusers) {
		add(i.Viewer.subuserName(id), func(f *store.Filter) { f.Subusers = without(f.Subusers, id) })
	}
	for _, tag := range sortedUnique(i.Filter.Tags) {
		add("Tag: "+tagName(tag), func(f *store.Filter) { f.Tags = without(f.Tags, tag) })
	}
	for _, id := range sortedUnique(i.Filter.SIMCards) {
		add(i.simCardName(id), func(f *store.Filter) { f.SIMCards = without(f.SIMCards, id) })
	}
	v := i.Viewer
	switch from, until := i.Filter.From, i.Filter.Until; {
	case from == until && from != "":
		add(v.dayName(from), func(f *store.Filter) { f.From, f.Until = "", "" })
	default:
		if from != "" {
			add("From "+v.dayName(from), func(f *store.Filter) { f.From = "" })
		}
		if until != "" {
			add("Until "+v.dayName(until), func(f *store.Filter) { f.Until = "" })
		}
	}
	if name := sortName(i.Filter.Sort); i.Filter.Sort != "" && i.Filter.Sort != store.SortNewest {
		add(name, func(f *store.Filter) { f.Sort = store.SortNewest })
	}
	return chips
}

// simCardName is that of a card the viewer's conversations went through; the name of another one is not theirs to see.
func (i Inbox) simCardName(id int64) string {
	if slices.Contains(i.SIMCards, id) {
		return i.Viewer.simCardName(id)
	}
	return "SIM " + strconv.FormatInt(id, 10)
}

// dayName writes a day of an address for people.
func (v Viewer) dayName(day string) string {
	d, err := store.ParseDay(day)
	if err != nil {
		return day
	}
	return date(d, store.DayOf(v.now()))
}

// sortNames are what people call the orders, the usual one first.
var sortNames = []struct {
	Sort store.Sort
	Name string
}{{store.SortNewest, "Newest first"}, {store.SortOldest, "Oldest first"},
	{store.SortWaiting, "Longest unanswered first"}}

func sortName(s store.Sort) string {
	for _, named := range sortNames {
		if named.Sort == s {
			return named.Name
		}
	}
	return sortNames[0].Name
}

// preset is a range of days that people often ask for.
type preset struct{ Name, From, Until string }

func (v Viewer) presets() []preset {
	now := v.now()
	day := func(ago int) string { return (store.DayOf(now) - store.Day(ago)).String() }
	return []preset{
		{"Today", day(0), day(0)}, {"Yesterday", day(1), day(1)}, {"7 days", day(6), day(0)}, {"30 days", day(29), day(0)},
		{"This month", day(now.Day() - 1), day(0)},
	}
}

func withDays(f store.Filter, p preset) store.Filter {
	f.From, f.Until = p.From, p.Until
	return f
}

// offered are the choices of a filter: what there is, and what is chosen even if it is not there any more.
func offered[T store.SubuserID | int64 | string](there, chosen []T) []T {
	return sortedUnique(append(slices.Clone(there), chosen...))
}

// foremostShown is how many subusers or tags the navigation shows before the rest is folded away.
const foremostShown = 10

// foremost divides a long list into those with the highest counts or chosen, and the rest; both stay in order. A rest
// of two is not worth folding.
func foremost[T any](all []T, chosen func(T) bool, count func(T) int) (shown, rest []T) {
	if len(all) <= foremostShown+2 {
		return all, nil
	}
	counts := make([]int, len(all))
	for i, one := range all {
		counts[i] = count(one)
	}
	slices.SortFunc(counts, func(a, b int) int { return cmp.Compare(b, a) })
	least := counts[foremostShown-1]
	ties := foremostShown
	for _, n := range counts[:foremostShown] {
		if n > least {
			ties--
		}
	}
	for _, one := range all {
		n := count(one)
		if n == least {
			ties--
		}
		if n > least || n == least && ties >= 0 || chosen(one) {
			shown = append(shown, one)
		} else {
			rest = append(rest, one)
		}
	}
	return shown, rest
}

func foremostSubusers(f store.Filter, all []store.SubuserCount) (shown, rest []store.SubuserCount) {
	return foremost(all, func(s store.SubuserCount) bool { return slices.Contains(f.Subusers, s.Subuser) },
		func(s store.SubuserCount) int { return s.Count })
}

func foremostTags(f store.Filter, all []store.TagCount) (shown, rest []store.TagCount) {
	return foremost(all, func(t store.TagCount) bool { return slices.Contains(f.Tags, t.Tag) },
		func(t store.TagCount) int { return t.Count })
}

func subusersOf(counts []store.SubuserCount) []store.SubuserID {
	all := make([]store.SubuserID, len(counts))
	for i, c := range counts {
		all[i] = c.Subuser
	}
	return all
}

func tagsOf(counts []store.TagCount) []string {
	all := make([]string, len(counts))
	for i, c := range counts {
		all[i] = c.Tag
	}
	return all
}

// listPath is the address of lists, or of what is found.
func listPath(f store.Filter) string {
	if f.Text != "" {
		return "/search"
	}
	return "/inbox"
}
