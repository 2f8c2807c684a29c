package views

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// Of many the most used are shown and whatever is chosen, in their order; of few all.
func TestMenusShowTheMostUsed(t *testing.T) {
	tags := make([]store.TagCount, 1000)
	for n := range tags {
		tags[n] = store.TagCount{Tag: fmt.Sprintf("Tag %04d", n), Count: n % 500}
	}
	f := store.Filter{Tags: []string{"Tag 0000"}}
	some, left := mostUsedTags(f, tags)
	if len(some) != mostChoices || left != 1000-mostChoices || some[0].Tag != "Tag 0000" || some[1].Tag != "Tag 0480" || some[len(some)-1].Tag != "Tag 0999" {
		t.Errorf("%d are shown, %d left out: %v", len(some), left, some)
	}
	if few, left := mostUsedTags(f, tags[:mostChoices]); len(few) != mostChoices || left != 0 {
		t.Errorf("of few %d are shown", len(few))
	}
	long := []store.TagCount{{Tag: strings.Repeat("x", 50_000), Count: 9}, {Tag: "Hot", Count: 1}}
	if some, left := mostUsedTags(store.Filter{}, long); len(some) != 1 || some[0].Tag != "Hot" || left != 1 {
		t.Errorf("beside an endless tag %d are shown", len(some))
	}
	if some, _ := mostUsedTags(store.Filter{Tags: []string{long[0].Tag}}, long); len(some) != 2 {
		t.Error("a chosen tag is not shown because it is long")
	}
}

// A message takes no more room than its weight says, and the parts of a long text are the text.
func TestTextsAreWeighedAndComeInParts(t *testing.T) {
	for name, text := range map[string]string{
		"signs": strings.Repeat("<&>'\"", 12_000), "links": strings.Repeat("https://a.example/x&y ", 2900), "hosts": strings.Repeat("http://пример.рф/ ", 2000),
		"marks": strings.Repeat("e\u0301\u0302", 12_000), "one word": strings.Repeat("x", 60_000), "emoji": strings.Repeat("👩‍👧", 5000),
		"unseen": strings.Repeat("\x01", 60_000), "short": "Hello", "empty": "", "bare links": strings.Repeat("http://a ", 7000),
	} {
		var page bytes.Buffer
		for _, m := range []store.Message{
			{Direction: store.In, State: store.Received}, {Direction: store.Out, State: store.Sent}, {Direction: store.Out, State: store.Failed},
			{Direction: store.Out, State: store.Failed, Dismissed: true}, {Direction: store.Out, State: store.Unknown, Reply: &store.Reply{Author: "Anna", Reason: "answered 500"}},
		} {
			page.Reset()
			m.ID, m.ConversationID, m.At, m.Text = 1_000_000, 100_000, 1_748_463_114_559, text
			sim := int64(5)
			m.SIMCardID = &sim
			sender := Viewer{User: store.User{Role: store.Admin, All: true}, Sends: true, Zone: time.UTC, Now: time.UnixMilli(m.At)}.Through([]int64{5, 6, 7})
			if err := Bubble(sender, m, false, false).Render(t.Context(), &page); err != nil {
				t.Fatal(err)
			}
			if most := MessageWeight(m); page.Len() > most {
				t.Errorf("%s: a message that is %s takes %d bytes, more than %d", name, m.State, page.Len(), most)
			}
		}
		all := ""
		for from, parts := 0, 0; ; parts++ {
			part, next := textPart(text, from)
			page.Reset()
			if err := TextPart(LongText{Text: text, From: from, Address: "/messages/1/text"}).Render(t.Context(), &page); err != nil {
				t.Fatal(err)
			}
			if page.Len() > 250<<10 || parts > 60 {
				t.Errorf("%s: part %d takes %d bytes", name, parts, page.Len())
				break
			}
			if all += part; next == 0 {
				break
			}
			from = next
		}
		if all != text {
			t.Errorf("%s: the parts are %d bytes, the text has %d", name, len(all), len(text))
		}
	}
	if part, next := textPart("Hello", 500); part != "" || next != 0 {
		t.Errorf("beyond the end there is %q, %d", part, next)
	}
}
