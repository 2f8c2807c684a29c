package store_test

import (
	"fmt"
	"strings"
	"testing"

	"tagline/store"
	"tagline/store/text"
)

// Texts may be long, and to cut one into words takes time: a page of a search looks at so much of them, and the next
// one goes on there.
func TestASearchLooksAtSoMuchTextAndGoesOnWhereItEnded(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	const messages, length = 60, 60_000
	tell(t, s, c, fact{kind: store.KindReceived, number: "+15550100", text: "see you at the zoo"})
	for n := range messages {
		long := fmt.Sprintf("see number %d %s", n, strings.Repeat("seen ", length/5))
		tell(t, s, c, fact{kind: store.KindReceived, number: fmt.Sprintf("+1555%04d", n), text: long})
	}
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]struct{ hits, pages int }{
		"see z":  {1, 4}, // the end is looked for in what the index finds for the rest
		"see zo": {1, 1}, // the index knows
		"see y":  {1, 4},
		"seen":   {messages, 4},
		"seenx":  {0, 1}, // what begins with see is no help, so the index is asked for all of it
		"s":      {0, 1},
	} {
		hits, pages := 0, 0
		for before := int64(0); before != 0 || pages == 0; pages++ {
			found, err := s.Search(t.Context(), store.Everything, 0, text.ParseTerms(typed), store.Filter{}, before)
			if err != nil {
				t.Fatal(err)
			}
			for _, thread := range found.Threads {
				hits += len(thread.Messages)
			}
			before = found.Next
		}
		if hits != want.hits || pages != want.pages {
			t.Errorf("%q finds %d messages on %d pages, want %d on %d", typed, hits, pages, want.hits, want.pages)
		}
	}
}
