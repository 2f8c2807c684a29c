package views

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tagline/store"
)

// TagsPlace stands for the page of tags where the navigation asks which view is open.
const TagsPlace store.View = "tags"

// TagsFilter is which tag changes the page of tags shows, as it stands in its address.
type TagsFilter struct {
	Subusers    []store.SubuserID
	Tags        []string
	Days        int    // the last so many, today included; 0 where From or Until says
	From, Until string // days, both included: "2026-11-01"
}

// The periods that can be chosen, in days.
var TagPeriods = []int{1, 7, DefaultTagDays, 90}

// DefaultTagDays is the period of a page whose address says none.
const DefaultTagDays = 30

// Tags is the page of the tag changes of all contacts.
type Tags struct {
	Viewer  Viewer
	Change  int64 // the change number the page was rendered at
	Filter  TagsFilter
	Nav     Navigation
	Choices TagChoices
	Counts  store.TagCounts
	List    TagList
}

// TagChoices are what can be filtered by.
type TagChoices struct {
	Subusers []store.SubuserID
	Tags     []string
}

// TagList is one page of tag changes, newest first.
type TagList struct {
	Changes []store.ContactChange
	Next    string // address of the next page, "" at the end
}

// TagsURL is the address of the tag changes that the filter describes. Equal filters have equal addresses.
func TagsURL(f TagsFilter) string {
	q := make([]string, 0, 4)
	add := func(key, value string) { q = append(q, key+"="+url.QueryEscape(value)) }
	for _, id := range sortedUnique(f.Subusers) {
		add("subuser", id.String())
	}
	for _, tag := range sortedUnique(f.Tags) {
		add("tag", tag)
	}
	switch {
	case f.From != "" || f.Until != "":
		if f.From != "" {
			add("from", f.From)
		}
		if f.Until != "" {
			add("until", f.Until)
		}
	case f.Days != DefaultTagDays && f.Days != 0:
		add("days", strconv.Itoa(f.Days))
	}
	if len(q) == 0 {
		return "/tags"
	}
	return "/tags?" + strings.Join(q, "&")
}

func periodName(days int) string {
	if days == 1 {
		return "Today"
	}
	return strconv.Itoa(days) + " days"
}

func withPeriod(f TagsFilter, days int) TagsFilter {
	f.Days, f.From, f.Until = days, "", ""
	return f
}

// inPeriod tells whether the filter's period is the last so many days.
func inPeriod(f TagsFilter, days int) bool { return f.From == "" && f.Until == "" && f.Days == days }

// periodWords say which time the page is about.
func periodWords(f TagsFilter) string {
	switch {
	case f.From != "" && f.From == f.Until:
		return "on " + f.From
	case f.From != "" && f.Until != "":
		return "from " + f.From + " to " + f.Until
	case f.From != "":
		return "since " + f.From
	case f.Until != "":
		return "until " + f.Until
	case f.Days == 1:
		return "today"
	}
	return "in the last " + strconv.Itoa(f.Days) + " days"
}

// tagsChip is one filter with the page that is left without it.
type tagsChip struct {
	Name, Tone string // a tag has a tone
	Rest       TagsFilter
}

func tagsChips(v Viewer, f TagsFilter) []tagsChip {
	var chips []tagsChip
	for _, id := range f.Subusers {
		rest := f
		rest.Subusers = without(f.Subusers, id)
		chips = append(chips, tagsChip{Name: v.subuserName(id), Rest: rest})
	}
	for _, tag := range f.Tags {
		rest := f
		rest.Tags = without(f.Tags, tag)
		chips = append(chips, tagsChip{Name: "Tag: " + tagName(tag), Rest: rest})
	}
	if f.From != "" || f.Until != "" {
		words := periodWords(f)
		chips = append(chips, tagsChip{Name: strings.ToUpper(words[:1]) + words[1:], Rest: withPeriod(f, DefaultTagDays)})
	}
	return chips
}

// choiceWords say what is chosen of a kind: "All subusers", "Subuser 6", "3 tags".
func choiceWords(chosen []string, all, many string) string {
	switch len(chosen) {
	case 0:
		return all
	case 1:
		return chosen[0]
	}
	return strconv.Itoa(len(chosen)) + " " + many
}

func (v Viewer) subuserNames(ids []store.SubuserID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = v.subuserName(id)
	}
	return names
}

// tagEntry is one line of the list: a change, or a contact's tag that went away and came back soon, folded.
type tagEntry struct {
	Changes []store.ContactChange // ascending; one, or two for each excursion
}

// last is the newest change: it says where the entry stands.
func (e tagEntry) last() store.ContactChange { return e.Changes[len(e.Changes)-1] }

// flapped is how many times the tag went away and came back.
func (e tagEntry) flapped() int { return len(e.Changes) / 2 }

// away are the tags that it went to, each once.
func (e tagEntry) away() []string {
	var tags []string
	for i := 0; i < len(e.Changes)-1; i += 2 {
		if tag := e.Changes[i].To; !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// foldTags makes lines of changes (newest first): A → B → A of one contact within flapWindow is folded, and so are
// several such excursions that follow each other as soon.
func foldTags(changes []store.ContactChange) []tagEntry {
	entries := map[int64][]tagEntry{} // by contact, ascending
	var contacts []int64
	for _, c := range slices.Backward(changes) {
		of, known := entries[c.ContactID]
		if !known {
			contacts = append(contacts, c.ContactID)
		}
		entries[c.ContactID] = folded(append(of, tagEntry{Changes: []store.ContactChange{c}}))
	}
	var all []tagEntry
	for _, contact := range contacts {
		all = append(all, entries[contact]...)
	}
	slices.SortFunc(all, func(a, b tagEntry) int {
		if a.last().Position().Before(b.last().Position()) {
			return 1
		}
		return -1
	})
	return all
}

// folded folds the last two of a contact's entries, and what that makes with the one before, if they flap.
func folded(of []tagEntry) []tagEntry {
	if n := len(of); n > 1 && len(of[n-1].Changes) == 1 && len(of[n-2].Changes) == 1 {
		away, back := of[n-2].last(), of[n-1].last()
		if away.To == back.From && away.From == back.To && soon(away, back) {
			of = append(of[:n-2], tagEntry{Changes: []store.ContactChange{away, back}})
		}
	}
	if n := len(of); n > 1 && len(of[n-1].Changes) > 1 && len(of[n-2].Changes) > 1 {
		before, after := of[n-2], of[n-1]
		if before.last().To == after.Changes[0].From && soon(before.last(), after.Changes[0]) {
			of = append(of[:n-2], tagEntry{Changes: append(slices.Clone(before.Changes), after.Changes...)})
		}
	}
	return of
}

func soon(a, b store.ContactChange) bool { return b.At-a.At <= flapWindow.Milliseconds() }

// NearTags returns the contact's change with those before it into which it may be folded, newest first. history is all
// that is listed of the contact, newest first.
func NearTags(history []store.TagChange, c store.ContactChange) []store.ContactChange {
	near := []store.ContactChange{c}
	for _, earlier := range history {
		one := store.ContactChange{TagChange: earlier, Contact: c.Contact, ConversationID: c.ConversationID}
		last := near[len(near)-1]
		if !one.Position().Before(last.Position()) {
			continue
		}
		if !soon(one, last) {
			break
		}
		near = append(near, one)
	}
	return near
}

// CutTags returns how many of the changes (newest first) make a page: wanted, or some more where a contact's flapping
// would be cut in two.
func CutTags(changes []store.ContactChange, wanted int) int {
	if len(changes) <= wanted {
		return len(changes)
	}
	for cut := wanted; cut < len(changes); cut++ {
		if !slices.ContainsFunc(changes[:cut], func(above store.ContactChange) bool {
			return slices.ContainsFunc(changes[cut:], func(below store.ContactChange) bool {
				return above.ContactID == below.ContactID && soon(below, above)
			})
		}) {
			return cut
		}
	}
	return wanted
}

// tagSort orders lines newest first, descending.
func tagSort(e tagEntry) string { return fmt.Sprintf("%016d-%016d", e.last().At, e.last().ID) }

// staysShown is how many tags are seen before the list of them is unfolded.
const staysShown = 8

// medianWords write about how long: "about" is for what was rounded.
func medianWords(ms int64) string {
	if ms < time.Minute.Milliseconds() {
		return "under 1 min"
	}
	return lasting(ms)
}
