package views

import (
	"fmt"
	"slices"
	"testing"
	"testing/quick"

	"tagline/store"
)

func TestRowsDescendAlongTheListWhateverItsOrder(t *testing.T) {
	for _, sort := range []store.Sort{store.SortNewest, store.SortOldest, store.SortWaiting} {
		f := store.Filter{Sort: sort}
		inOrder := func(a, b store.Conversation) bool {
			a.ID, b.ID = a.ID&(1<<40-1), b.ID&(1<<40-1)
			before := f.Position(a).Before(f.Position(b))
			if f.Position(a) == f.Position(b) {
				return sortKey(f, a) == sortKey(f, b)
			}
			return (sortKey(f, a) > sortKey(f, b)) == (before == f.Ascends())
		}
		check := func(at, since, other int64, a, b uint16) bool {
			return inOrder(store.Conversation{ID: int64(a), LastAt: at, WaitingSince: since}, store.Conversation{ID: int64(b), LastAt: other, WaitingSince: at}) &&
				inOrder(store.Conversation{ID: int64(a), LastAt: at, WaitingSince: at}, store.Conversation{ID: int64(b), LastAt: at, WaitingSince: at})
		}
		if err := quick.Check(check, nil); err != nil {
			t.Errorf("%s: %v", sort, err)
		}
	}
}

func TestOfManyTagsTheForemostAndTheChosenOnesAreShown(t *testing.T) {
	var all []store.TagCount
	for n := range 200 {
		all = append(all, store.TagCount{Tag: fmt.Sprintf("Tag %03d", n), Count: n % 40})
	}
	shown, rest := foremostTags(store.Filter{Tags: []string{"Tag 000"}}, all)
	if len(shown) != foremostShown+1 || len(shown)+len(rest) != 200 || shown[0].Tag != "Tag 000" {
		t.Fatalf("%d are shown, first %v, %d folded", len(shown), shown[0], len(rest))
	}
	byName := func(a, b store.TagCount) int { return len(a.Tag) - len(b.Tag) }
	if !slices.IsSortedFunc(shown, byName) || shown[1].Count < 38 {
		t.Errorf("shown: %v", shown)
	}
	if shown, rest := foremostTags(store.Filter{}, all[:12]); len(shown) != 12 || rest != nil {
		t.Errorf("of twelve %d are shown", len(shown))
	}
}

func TestEveryPartOfAFilterIsAChipThatTakesItAway(t *testing.T) {
	i := Inbox{Viewer: noon(t), SIMCards: []int64{2}, Filter: store.Filter{View: store.ViewFailed, Subusers: []store.SubuserID{6, store.Main},
		Tags: []string{"Hot"}, SIMCards: []int64{2, 3}, From: "2026-11-01", Until: "2026-11-24", Sort: store.SortOldest}}
	i.Viewer.Names = store.Names{SIMCards: map[int64]string{2: "Desk", 3: "Somebody else's"}}
	var names []string
	for _, c := range filterChips(i) {
		names = append(names, c.Name)
		if FilterQuery(c.Rest) == FilterQuery(i.Filter) || c.Rest.View != store.ViewFailed {
			t.Errorf("%s leads to %s", c.Name, InboxURL(c.Rest))
		}
	}
	want := []string{"Main account", "Subuser 6", "Tag: Hot", "Desk", "SIM 3", "From 1 Nov", "Until 24 Nov", "Oldest first"}
	if len(names) != len(want) || !slices.Equal(names[:5], want[:5]) || names[7] != want[7] {
		t.Errorf("the chips are %q", names)
	}
	for n := 0; len(filterChips(i)) > 0; n++ {
		i.Filter = filterChips(i)[0].Rest
		if n > 8 {
			t.Fatal("the chips never end")
		}
	}
	if got := InboxURL(i.Filter); got != "/inbox?view=failed" {
		t.Errorf("without its chips the list is %s", got)
	}
}
