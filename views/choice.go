package views

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"tagline/store"
)

const (
	mostChoices     = 40      // of a kind in one menu; the others are found by name
	mostChoiceBytes = 2 << 10 // that their names have together

	leastChoices  = 5        // of a kind in the navigation, however much its links carry
	mostLinkBytes = 24 << 10 // that the filter takes in the links of one kind there
)

// linkedChoices is how many choices of a kind a menu shows whose links carry the filter, two of them each.
func linkedChoices(f store.Filter) int {
	return max(leastChoices, min(mostChoices, mostLinkBytes/(2*len(FilterQuery(f))+1)))
}

// mostUsed are the choices that a menu shows, in their order: all if they are at most so many, else those with the
// highest counts, and always what is chosen. left is how many it leaves out.
func mostUsed[T any](most int, all []T, chosen func(T) bool, count, size func(T) int) (some []T, left int) {
	total := 0
	for _, one := range all {
		total += size(one)
	}
	if len(all) <= most && total <= mostChoiceBytes {
		return all, 0
	}
	places := make([]int, len(all))
	for i := range all {
		places[i] = i
	}
	rank := func(i int) int {
		if chosen(all[i]) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(places, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(count(all[b]), count(all[a])))
	})
	room := mostChoiceBytes
	shown := places[:0]
	for _, i := range places {
		if chosen(all[i]) {
			shown = append(shown, i)
		} else if s := size(all[i]); len(shown) < most && s <= room {
			shown, room = append(shown, i), room-s
		}
	}
	slices.Sort(shown)
	some = make([]T, len(shown))
	for n, i := range shown {
		some[n] = all[i]
	}
	return some, len(all) - len(some)
}

func mostUsedSubusers(f store.Filter, all []store.SubuserCount) ([]store.SubuserCount, int) {
	return mostUsed(linkedChoices(f), all,
		func(s store.SubuserCount) bool { return slices.Contains(f.Subusers, s.Subuser) },
		func(s store.SubuserCount) int { return s.Count }, func(store.SubuserCount) int { return 0 })
}

func mostUsedTags(f store.Filter, all []store.TagCount) ([]store.TagCount, int) {
	return mostUsed(linkedChoices(f), all, func(t store.TagCount) bool { return slices.Contains(f.Tags, t.Tag) },
		func(t store.TagCount) int { return t.Count }, func(t store.TagCount) int { return len(t.Tag) })
}

// MostUsedTags are those that a menu offers, and how many it leaves out.
func MostUsedTags(all []store.TagCount) ([]string, int) {
	some, left := mostUsedTags(store.Filter{}, all)
	return tagsOf(some), left
}

// few are the first of a list that is not counted, and how many are left out.
func few[T any](all []T) ([]T, int) {
	n := min(len(all), mostChoices)
	return all[:n], len(all) - n
}

// fewSIMs are the first of the SIM cards, and the one that is chosen.
func fewSIMs(cards []int64, chosen int64) ([]int64, int) {
	some, left := few(cards)
	if left > 0 && chosen != 0 {
		some = offered(some, []int64{chosen})
	}
	return some, left
}

// tagsOffer are the first choices of the page of tags, as many as a menu shows, and those that are chosen.
func tagsOffer[T store.SubuserID | string](all, chosen []T) ([]T, int) {
	some, left := mostUsed(mostChoices, all, func(one T) bool { return slices.Contains(chosen, one) },
		func(T) int { return 0 }, func(one T) int { return len(fmt.Sprint(one)) })
	return some, left
}

// subuserChoices, tagChoices and simCardChoices are what the panel of filters offers.
func (i Inbox) subuserChoices() ([]store.SubuserID, int) {
	some, left := mostUsedSubusers(i.Filter, i.Nav.Subusers)
	return offered(subusersOf(some), i.Filter.Subusers), left
}

func (i Inbox) tagChoices() ([]string, int) {
	some, left := mostUsedTags(i.Filter, i.Nav.Tags)
	return offered(tagsOf(some), i.Filter.Tags), left
}

func (i Inbox) simCardChoices() ([]int64, int) {
	some, left := few(i.SIMCards)
	return offered(some, i.Filter.SIMCards), left
}

// Choice is one thing that was found by its name.
type Choice struct {
	Value string // as forms carry it
	Name  string
	URL   string // where it leads
}

// Choices is the page on which one is found that a menu leaves out.
type Choices struct {
	Viewer Viewer
	Change int64
	Title  string
	Kind   string
	Find   string   // what was typed
	Found  []Choice // the first of them
	More   bool     // there are others
}

// longestName is how many characters of a name, a tag or a number are shown in a line.
const longestName = 80

// longestLine is how many characters of a text stand where it leads to the whole.
const longestLine = 160

// clipText is the beginning of a text that is too long for a line.
func clipText(text string, most int) string {
	if len(text) <= most || utf8.RuneCountInString(text) <= most {
		return text
	}
	n := 0
	for i := range text {
		if n == most {
			return text[:i] + "…"
		}
		n++
	}
	return text
}

// leftWords say how many a menu leaves out, and how they are found.
func leftWords(left int, one, many string) string {
	return "Find among " + plural(left, "more "+one, "more "+many)
}

// others writes how many there are besides those that are named.
func others(n int) string { return "and " + strconv.Itoa(n) + " more" }
