package views

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// moves makes changes of contacts, newest first, from lines "contact from to minutes".
func moves(lines ...string) []store.ContactChange {
	var all []store.ContactChange
	for i, line := range lines {
		var c store.ContactChange
		var minutes int64
		if _, err := fmt.Sscan(line, &c.ContactID, &c.From, &c.To, &minutes); err != nil {
			panic(err)
		}
		c.ID, c.At = int64(i+1), minutes*time.Minute.Milliseconds()
		all = append(all, c)
	}
	slices.Reverse(all)
	return all
}

// folds writes entries as "contact: ids".
func folds(entries []tagEntry) []string {
	var all []string
	for _, e := range entries {
		ids := make([]string, len(e.Changes))
		for i, c := range e.Changes {
			ids[i] = strconv.FormatInt(c.ID, 10)
		}
		all = append(all, fmt.Sprintf("%d: %s", e.last().ContactID, strings.Join(ids, " ")))
	}
	return all
}

func TestFlappingIsFoldedAmongTheChangesOfOthers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"once, with another between", []string{"1 A B 0", "2 A B 1", "1 B A 2"}, []string{"1: 1 3", "2: 2"}},
		{"three times", []string{"1 A B 0", "1 B A 1", "1 A C 2", "1 C A 3", "1 A B 4", "1 B A 5"}, []string{"1: 1 2 3 4 5 6"}},
		{"too slow", []string{"1 A B 0", "1 B A 11"}, []string{"1: 2", "1: 1"}},
		{"just in time", []string{"1 A B 0", "1 B A 10"}, []string{"1: 1 2"}},
		{"with a rest between", []string{"1 A B 0", "1 B A 1", "1 A B 30", "1 B A 31"}, []string{"1: 3 4", "1: 1 2"}},
		{"not back", []string{"1 A B 0", "1 B C 1", "1 C A 2"}, []string{"1: 3", "1: 2", "1: 1"}},
		{"away once more", []string{"1 A B 0", "1 B A 1", "1 A B 2"}, []string{"1: 3", "1: 1 2"}},
	} {
		if got := folds(foldTags(moves(tt.lines...))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAPageEndsWhereNoFlappingIsCut(t *testing.T) {
	all := moves("3 A B 0", "1 A B 1", "2 A B 2", "1 B A 3", "4 A B 4")
	for wanted, want := range map[int]int{1: 1, 2: 4, 3: 4, 4: 4, 5: 5, 9: 5} {
		if got := CutTags(all, wanted); got != want {
			t.Errorf("a page of %d has %d, want %d", wanted, got, want)
		}
	}
	endless := moves("1 A B 0", "1 B A 1", "1 A B 2", "1 B A 3")
	if got := CutTags(endless, 2); got != 2 {
		t.Errorf("where there is no such place a page of 2 has %d", got)
	}
}

func TestANewChangeBringsThoseItIsFoldedWith(t *testing.T) {
	all := moves("1 A B 0", "1 B C 30", "1 C B 31", "1 B D 35", "1 D B 36")
	var history []store.TagChange
	for _, c := range all {
		history = append(history, c.TagChange)
	}
	near := NearTags(history, all[0])
	if got := folds(foldTags(near)); !slices.Equal(got, []string{"1: 2 3 4 5"}) {
		t.Errorf("got %q", got)
	}
	html := rendered(t, TagChanged(noon(t), near))
	has(t, html, `hx-target="#tag-row-3" hx-swap="delete"`, `hx-target="#tag-row-5" hx-swap="delete"`, `id="tag-row-2"`, "flapped 2×")
	hasNot(t, html, `hx-target="#tag-row-2"`, "tag-row-1")
}

func TestTheChartShowsTheBiggestFlowsAndSumsUpTheRest(t *testing.T) {
	var flows []store.TagFlow
	sum := 0
	for i := range 200 {
		n := 200 - i
		flows = append(flows, store.TagFlow{From: fmt.Sprint("Tag ", i%7), To: fmt.Sprint("Tag ", 7+i), Count: n})
		sum += n
	}
	c := layOutFlows(flows)
	if len(c.Bands) != flowsShown+1 || len(c.Left) != 8 || len(c.Right) != 9 || c.Height != 9*flowRow {
		t.Errorf("%d bands, %d tags to %d, %d high", len(c.Bands), len(c.Left), len(c.Right), c.Height)
	}
	for side, ends := range map[string][]flowEnd{"left": c.Left, "right": c.Right} {
		n := 0
		for i, e := range ends {
			n += e.Count
			if e.Rest != (i == len(ends)-1) || i > 0 && !e.Rest && e.Count > ends[i-1].Count {
				t.Errorf("%s: place %d has %+v", side, i, e)
			}
		}
		if n != sum {
			t.Errorf("%s: %d of %d changes", side, n, sum)
		}
	}
	number := regexp.MustCompile(`-?\d+(\.\d+)?`)
	for _, b := range c.Bands {
		for _, s := range number.FindAllString(b.Path, -1) {
			if n, _ := strconv.ParseFloat(s, 64); n < 0 || n > float64(c.Height) {
				t.Errorf("%s leaves the picture: %s", bandWords(b), b.Path)
			}
		}
	}
	pairs, rest := restOf(flows)
	if pairs != 160 || rest != 160*161/2 {
		t.Errorf("the table leaves out %d pairs with %d changes", pairs, rest)
	}
	if one := layOutFlows([]store.TagFlow{{To: "Cold", Count: 1}}); len(one.Bands) != 1 || one.Bands[0].tone() != tone("Cold") {
		t.Errorf("a single flow is %+v", one)
	}
}

func TestTheStaysOfANarrowedTimelineEndWhenTheyEnded(t *testing.T) {
	now := noon(t).Now
	timeline := history(now, "Cold", time.Hour, "Warm", 2*time.Hour, "Hot", time.Hour)
	timeline[2].Subuser, timeline[1].Subuser, timeline[0].Subuser = 6, store.Main, store.Main
	thread := Thread{Conversation: store.Conversation{ID: 5}, Timeline: timeline}
	thread.Narrow(noon(t), store.Filter{}, "6")
	all := timelineStays(thread)
	if len(all) != 1 || all[0].Tag() != "Cold" || lasts(all[0]) || all[0].Until-all[0].Change.At != time.Hour.Milliseconds() {
		t.Errorf("got %+v", all)
	}
	if len(thread.Narrowing) != 3 || thread.Narrowing[1].URL != "/conversations/5?timeline=main" || !thread.Narrowing[2].Current {
		t.Errorf("links %+v", thread.Narrowing)
	}
}

func TestThePageOfTagsNeedsNothingInline(t *testing.T) {
	v := noon(t)
	page := Tags{Viewer: v, Filter: TagsFilter{Days: 30, Tags: []string{`"><script>`}}, List: TagList{Changes: moves("1 A B 0", "1 B A 1")},
		Counts: store.TagCounts{Changes: 2, Flows: []store.TagFlow{{From: "<b>", To: "B", Count: 2}}, Stays: []store.TagStay{{Tag: "B", Count: 1, Median: 60_000}}}}
	html := rendered(t, TagsPage(page))
	if found := regexp.MustCompile(`<script>|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on`).FindString(html); found != "" {
		t.Errorf("the page has %q", found)
	}
	has(t, html, `data-tone=`, "flapped 1×", "1 min", "&lt;b&gt;", `aria-current="page"`, `href="/inbox"`)
}
