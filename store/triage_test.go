package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// only returns the one conversation there is.
func only(t testing.TB, s *store.Store, user int64) store.Conversation {
	t.Helper()
	list, _, err := s.Conversations(t.Context(), store.Everything, user, store.Filter{}, store.Position{}, 9)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d conversations, %v; want one", len(list), err)
	}
	return list[0]
}

func person(t testing.TB, s *store.Store, name string, role store.Role, subusers ...store.SubuserID) store.User {
	t.Helper()
	u, err := s.CreateUser(t.Context(), store.User{Name: name, Role: role, Subusers: subusers}, "hash")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestNotesAreForWhoeverSeesTheConversation(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	anna, piet, quinn := person(t, s, "anna", store.Admin), person(t, s, "piet", store.Agent, 6), person(t, s, "quinn", store.Agent, 7)
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: "+1", text: "hello"})
	id := only(t, s, 0).ID
	ctx := t.Context()
	if _, err := s.AddNote(ctx, quinn.Scope(), quinn.ID, id, "no"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a note from outside: %v", err)
	}
	var notes []store.Note
	for n, author := range []store.User{anna, piet, anna} {
		c.advance(time.Minute)
		note, err := s.AddNote(ctx, author.Scope(), author.ID, id, fmt.Sprint("note ", n))
		if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, note)
	}
	for name, err := range map[string]error{
		"read":      third(s.Notes(ctx, quinn.Scope(), id, 0, 0, 50)),
		"newest":    third(s.NewestNotes(ctx, quinn.Scope(), id, 1)),
		"where":     second(s.NoteAt(ctx, quinn.Scope(), id, notes[0].ID)),
		"delete":    s.DeleteNote(ctx, quinn.Scope(), anna.ID, id, notes[0].ID),
		"another's": s.DeleteNote(ctx, piet.Scope(), piet.ID, id, notes[0].ID),
		"elsewhere": s.DeleteNote(ctx, anna.Scope(), anna.ID, id+1, notes[0].ID),
		"restore":   s.RestoreNote(ctx, anna.Scope(), anna.ID, id, notes[0].ID), // it was not deleted
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	told(t, s, id, piet, "note 0, note 1, note 2")
	if from, _, err := s.Notes(ctx, piet.Scope(), id, notes[1].At, 0, 50); err != nil || len(from) != 2 || from[0].Author != "piet" {
		t.Errorf("from the second on: %v, %v", from, err)
	}
	if newest, total, err := s.NewestNotes(ctx, piet.Scope(), id, 2); err != nil || total != 3 || len(newest) != 2 || newest[0].Text != "note 2" {
		t.Errorf("the newest of %d: %v, %v", total, newest, err)
	}

	if err := s.DeleteNote(ctx, anna.Scope(), anna.ID, id, notes[0].ID); err != nil {
		t.Fatal(err)
	}
	told(t, s, id, piet, "note 1, note 2")
	if err := s.RestoreNote(ctx, piet.Scope(), piet.ID, id, notes[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another's note was restored: %v", err)
	}
	if err := s.RestoreNote(ctx, anna.Scope(), anna.ID, id, notes[0].ID); err != nil {
		t.Error(err)
	}
	told(t, s, id, piet, "note 0, note 1, note 2")
	for _, n := range []store.Note{notes[0], notes[2]} { // the second deletion forgets the first
		if err := s.DeleteNote(ctx, anna.Scope(), anna.ID, id, n.ID); err != nil {
			t.Error(err)
		}
		c.advance(2 * time.Hour)
	}
	if err := s.RestoreNote(ctx, anna.Scope(), anna.ID, id, notes[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a note came back after hours: %v", err)
	}
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func told(t *testing.T, s *store.Store, id int64, u store.User, want string) {
	t.Helper()
	notes, _, err := s.Notes(t.Context(), u.Scope(), id, 0, 0, 50)
	var texts []string
	for _, n := range notes {
		texts = append(texts, n.Text)
	}
	if got := strings.Join(texts, ", "); err != nil || got != want {
		t.Errorf("the notes are %q, %v; want %q", got, err, want)
	}
}

// Whatever the order of the send, its failure, the same failure again, dismissing and taking that back: a failure that
// was dismissed stays so until somebody takes it back, and the numbers beside the views are those of the messages.
func TestDismissingHoldsInEveryOrder(t *testing.T) {
	const sent, failed, repeated, dismiss, undo = "sent", "failed", "repeated", "dismiss", "undo"
	for _, order := range permutations([]string{sent, failed, repeated, dismiss, undo}) {
		name := strings.Join(order, " ")
		c := newClock()
		s := open(t, c, nil)
		wantOpen, failing := false, false
		for _, step := range order {
			c.advance(time.Second)
			lost := fact{kind: store.KindFailed, subuser: 6, number: "+1", text: "lost", timestamp: sentAt}
			switch step {
			case sent:
				lost.kind = store.KindSent
				tell(t, s, c, lost)
			case repeated: // the same failure with an id more
				lost.customID = "again"
				fallthrough
			case failed:
				tell(t, s, c, lost)
				if !failing {
					failing, wantOpen = true, true
				}
			default:
				n, err := s.Dismiss(t.Context(), store.Everything, step == dismiss, failedOnes(t, s)...)
				if !failing && !errors.Is(err, store.ErrNotFound) {
					t.Fatalf("%s: nothing failed, and %s was answered %v", name, step, err)
				}
				if want := step == undo; failing && wantOpen != want {
					wantOpen = want
					if n != 1 || err != nil {
						t.Fatalf("%s: %s changed %d, %v", name, step, n, err)
					}
				} else if n != 0 {
					t.Fatalf("%s: %s changed %d", name, step, n)
				}
			}
			expectOpen(t, s, name+" at "+step, wantOpen)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// failedOnes are the messages that failed.
func failedOnes(t *testing.T, s *store.Store) []int64 {
	t.Helper()
	ids := []int64{999999}
	for _, o := range export(t, s, "message") {
		if o["state"] == "failed" {
			ids = append(ids, int64(o["id"].(float64)))
		}
	}
	return ids
}

// expectOpen compares what is kept with what the messages say.
func expectOpen(t *testing.T, s *store.Store, name string, open bool) {
	t.Helper()
	want := 0
	if open {
		want = 1
	}
	list, _, err := s.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewFailed}, store.Position{}, 9)
	if err != nil || len(list) != want {
		t.Errorf("%s: %d conversations in the Failed view, %v; want %d", name, len(list), err, want)
	}
	counts, err := s.Counts(t.Context(), store.Everything, 0)
	if err != nil || counts.Views[store.ViewFailed] != want {
		t.Errorf("%s: the Failed view counts %d, %v; want %d", name, counts.Views[store.ViewFailed], err, want)
	}
	for _, n := range counts.Subusers {
		if n.OpenFailures != want {
			t.Errorf("%s: the subuser has %d open failures, want %d", name, n.OpenFailures, want)
		}
	}
	failures, err := s.OpenFailures(t.Context(), store.Everything, 1)
	if err != nil || len(failures[1]) != want {
		t.Errorf("%s: open failures are %v, %v; want %d", name, failures, err, want)
	}
}

func TestUnreadFromAMessageOn(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	anna, piet := person(t, s, "anna", store.Admin), person(t, s, "piet", store.Agent, 6)
	for n := range 5 {
		c.advance(time.Minute)
		kind := store.KindReceived
		if n == 3 {
			kind = store.KindSent
		}
		tell(t, s, c, fact{kind: kind, subuser: 6, number: "+1", text: fmt.Sprint("message ", n)})
	}
	ctx, id := t.Context(), only(t, s, 0).ID
	messages, _, err := s.MessagesBefore(ctx, store.Everything, id, store.Position{}, 9)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.MarkRead(ctx, anna.Scope(), anna.ID, id); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ from, unread, first int }{{0, 4, 0}, {2, 2, 2}, {1, 3, 1}, {3, 1, 4}, {4, 1, 4}} {
		if err := s.MarkUnreadFrom(ctx, anna.Scope(), anna.ID, id, messages[test.from].ID); err != nil {
			t.Fatal(err)
		}
		n := only(t, s, anna.ID).Unread
		first, err := s.FirstUnread(ctx, anna.Scope(), id, n)
		if n != test.unread || err != nil || first.ID != messages[test.first].ID {
			t.Errorf("from message %d on: %d unread, the first is %v, %v; want %d and message %d", test.from, n, first, err, test.unread, test.first)
		}
	}
	if n := only(t, s, piet.ID).Unread; n != 4 {
		t.Errorf("%d are unread for somebody else, who never read them; want 4", n)
	}
	counts, err := s.Counts(ctx, anna.Scope(), anna.ID)
	if err != nil || counts.Views[store.ViewUnread] != 1 {
		t.Errorf("%d conversations are unread, %v", counts.Views[store.ViewUnread], err)
	}
	if err := s.MarkUnreadFrom(ctx, store.Scope{Subusers: []store.SubuserID{7}}, piet.ID, id, messages[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("outside of the scope: %v", err)
	}
}

// Reading goes on, never back, and only as far as somebody read.
func TestReadUpToAMessage(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	anna, piet := person(t, s, "anna", store.Admin), person(t, s, "piet", store.Agent, 6)
	for n := range 8 {
		c.advance(time.Minute)
		kind := store.KindReceived
		if n == 3 || n == 6 {
			kind = store.KindSent
		}
		tell(t, s, c, fact{kind: kind, subuser: 6, number: "+1", text: fmt.Sprint("message ", n)})
	}
	ctx, id := t.Context(), only(t, s, 0).ID
	messages, _, err := s.MessagesBefore(ctx, store.Everything, id, store.Position{}, 9)
	if err != nil {
		t.Fatal(err)
	}
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: "+2", text: "elsewhere"})
	all, _, err := s.Conversations(ctx, store.Everything, anna.ID, store.Filter{}, store.Position{}, 9)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	unread := func(user int64) int {
		t.Helper()
		conversation, err := s.Conversation(ctx, store.Everything, user, id)
		if err != nil {
			t.Fatal(err)
		}
		return conversation.Unread
	}
	for _, test := range []struct{ to, left int }{{0, 5}, {2, 3}, {1, 3}, {0, 3}, {3, 3}, {4, 2}, {6, 1}, {5, 1}, {7, 0}, {2, 0}} {
		before, _ := s.ChangeNumber(ctx)
		was := unread(anna.ID)
		if err := s.MarkReadTo(ctx, anna.Scope(), anna.ID, id, messages[test.to].ID); err != nil {
			t.Fatal(err)
		}
		if n := unread(anna.ID); n != test.left {
			t.Errorf("read up to message %d: %d unread, want %d", test.to, n, test.left)
		}
		if after, _ := s.ChangeNumber(ctx); (after != before) != (was != test.left) {
			t.Errorf("read up to message %d: from change %d to %d", test.to, before, after)
		}
	}
	if n := unread(piet.ID); n != 6 {
		t.Errorf("%d are unread for somebody else, want 6", n)
	}
	// What is not in the conversation, or not the reader's to see, reads nothing.
	for _, test := range []struct {
		scope   store.Scope
		message int64
	}{{piet.Scope(), 999_999}, {piet.Scope(), 0}, {piet.Scope(), messages[7].ID + 1}, {store.Scope{Subusers: []store.SubuserID{7}}, messages[7].ID}} {
		if err := s.MarkReadTo(ctx, test.scope, piet.ID, id, test.message); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%+v: %v", test, err)
		}
	}
	if n := unread(piet.ID); n != 6 {
		t.Errorf("%d are unread after that, want 6", n)
	}
}

func TestTheNextFailureIsFoundInBothDirections(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for n := range 6 {
		kind := store.KindSent
		if n%2 == 1 {
			kind = store.KindFailed
		}
		tell(t, s, c, fact{kind: kind, subuser: 6, number: "+1", text: fmt.Sprint("message ", n), timestamp: sentAt + int64(n)*60_000})
	}
	ctx, id := t.Context(), only(t, s, 0).ID
	m, _, err := s.MessagesBefore(ctx, store.Everything, id, store.Position{}, 9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Dismiss(ctx, store.Everything, true, m[3].ID); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		from  store.Position
		below bool
		want  int // 0 for none
	}{
		{store.Position{}, false, 5}, {m[5].Position(), false, 1}, {m[4].Position(), false, 1}, {m[1].Position(), false, 0},
		{store.Position{}, true, 1}, {m[1].Position(), true, 5}, {m[5].Position(), true, 0},
	} {
		got, err := s.NextFailure(ctx, store.Everything, id, test.from, test.below)
		if test.want == 0 && !errors.Is(err, store.ErrNotFound) || test.want != 0 && (err != nil || got != m[test.want].ID) {
			t.Errorf("from %v, below %v: %d, %v; want message %d", test.from, test.below, got, err, test.want)
		}
	}
	if _, err := s.NextFailure(ctx, store.Scope{Subusers: []store.SubuserID{7}}, id, store.Position{}, false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("outside of the scope: %v", err)
	}
}

func TestOnlyWhoSeesAConversationCanHaveIt(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	anna, piet, quinn := person(t, s, "anna", store.Admin), person(t, s, "piet", store.Agent, 6), person(t, s, "quinn", store.Agent, 7)
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: "+1", text: "hello"})
	ctx, id := t.Context(), only(t, s, 0).ID
	people, err := s.Assignable(ctx, piet.Scope(), id)
	if err != nil || len(people) != 2 || people[0].ID != anna.ID || people[1].ID != piet.ID {
		t.Errorf("it can be assigned to %v, %v", people, err)
	}
	if _, err := s.Assignable(ctx, quinn.Scope(), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("asked from outside: %v", err)
	}
	if err := s.Assign(ctx, anna.Scope(), quinn.ID, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("assigned to somebody who may not see it: %v", err)
	}
	if err := s.Assign(ctx, anna.Scope(), piet.ID, id); err != nil {
		t.Fatal(err)
	}
	if got := only(t, s, anna.ID); got.Assignee != piet.ID || got.AssigneeName != "piet" {
		t.Errorf("it is %d's, %q", got.Assignee, got.AssigneeName)
	}
	for _, test := range []struct {
		done bool
		want int
	}{{false, 1}, {true, 0}, {false, 1}} {
		if err := s.SetDone(ctx, piet.Scope(), test.done, id); err != nil {
			t.Fatal(err)
		}
		counts, err := s.Counts(ctx, piet.Scope(), piet.ID)
		if err != nil || counts.Views[store.ViewMine] != test.want {
			t.Errorf("done %v: Mine counts %d, %v; want %d", test.done, counts.Views[store.ViewMine], err, test.want)
		}
	}
}
