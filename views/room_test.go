package views

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"tagline/store"
)

// What is not rendered to be weighed must never be heavier than it is taken for, whatever stands in it.
func TestNothingIsHeavierThanItsRoom(t *testing.T) {
	size := func(c templ.Component) int {
		t.Helper()
		var page strings.Builder
		if err := c.Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		return page.Len()
	}
	yes, sim := true, int64(math.MaxInt64)
	at := time.Date(2026, 11, 30, 23, 59, 0, 0, time.UTC).UnixMilli()
	v := Viewer{User: store.User{ID: 1, Role: store.Admin}, Now: time.UnixMilli(at), Zone: time.UTC}
	for _, text := range []string{"", "x", "Thank you.", strings.Repeat(`"`, 480), strings.Repeat("&", 255), strings.Repeat("\x00", 300),
		strings.Repeat("\xff", 200), strings.Repeat("👩‍👩‍👧‍👦", 90), strings.Repeat("\n", 3000), strings.Repeat("<", 60_000), "+14155550134"} {
		f := store.Filter{View: store.ViewDone, Tags: []string{text}}
		c := store.Conversation{ID: math.MaxInt64, LastAt: at, LastText: text, LastDirection: store.Out, Unread: math.MaxInt64, Assignee: 2,
			AssigneeName: text, Subuser: math.MaxInt64}
		c.Contact = store.Contact{PhoneNumber: text, Name: text, Tag: text}
		flagged := c
		flagged.OpenFailures, flagged.SnoozedUntil, flagged.Draft = math.MaxInt64, at+86_400_000*400, text
		flagged.Contact.OptedOut, flagged.Contact.AskedTag = true, text
		nameless := c
		nameless.Contact.Name = ""
		for _, c := range []store.Conversation{c, flagged, nameless} {
			rows := []store.Conversation{c}
			if got, most := size(ConversationRow(v, f, c, true)), RowsRoom(v, f, rows); got > most {
				t.Errorf("a row with %.20q takes %d bytes, not %d", text, got, most)
			}
		}
		in := store.Message{ID: math.MaxInt64, ConversationID: math.MaxInt64, Direction: store.In, State: store.Received, At: at, Text: text,
			Doubtful: true, Portal: &yes, SIMCardID: &sim}
		out := in
		out.Direction, out.State = store.Out, store.Sent
		out.Reply = &store.Reply{UserID: 2, Author: text, Attempt: 1, SIMCardID: &sim}
		plain := in
		plain.Doubtful, plain.Portal = false, nil
		author := store.TagChange{ID: math.MaxInt64, At: at, From: text, To: text, UserID: 2, Author: text, Subuser: math.MaxInt64}
		note := store.Note{ID: math.MaxInt64, ConversationID: math.MaxInt64, At: at, Text: text, Author: text, UserID: 1}
		for _, thread := range []Thread{
			{Messages: []store.Message{in}, FirstUnread: in.ID, Target: in.ID}, {Messages: []store.Message{out}, Target: out.ID},
			{Messages: []store.Message{plain}, Target: plain.ID},
			{Changes: []store.TagChange{author}}, {Notes: []store.Note{note}, TargetNote: note.ID},
		} {
			got := size(ThreadLines(v, ThreadItems(v, thread)))
			if most, ok := ThreadRoom(v, thread); !ok || got > most {
				t.Errorf("a thread of %d, %d, %d with %.20q takes %d bytes, not %d", len(thread.Messages), len(thread.Changes), len(thread.Notes),
					text, got, most)
			}
		}
	}
}
