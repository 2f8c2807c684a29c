package store_test

import (
	"fmt"
	"testing"

	"tagline/store"
	"tagline/store/text"
)

// Notes are found by their words for as long as they are there, by those who may read them.
func TestNotesAreFound(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	ctx := t.Context()
	tell(t, s, c, fact{kind: store.KindReceived, number: "+1", text: "hello", subuser: 6})
	tell(t, s, c, fact{kind: store.KindReceived, number: "+2", text: "hello", subuser: 7})
	anna, err := s.CreateUser(ctx, store.User{Name: "anna", Role: store.Admin}, "")
	if err != nil {
		t.Fatal(err)
	}
	var notes []store.Note
	for _, conversation := range []int64{1, 2} {
		n, err := s.AddNote(ctx, store.Everything, anna.ID, conversation, "Prefers Café Zoë in the afternoon")
		if err != nil {
			t.Fatal(err)
		}
		notes = append(notes, n)
	}
	found := func(scope store.Scope, f store.Filter, typed string) string {
		t.Helper()
		if err := s.IndexSearch(ctx); err != nil {
			t.Fatal(err)
		}
		page, err := s.Search(ctx, scope, anna.ID, text.ParseTerms(typed), f, 0)
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for _, n := range page.Notes {
			ids = append(ids, n.Conversation.ID)
		}
		return fmt.Sprint(ids)
	}
	six := store.Scope{Subusers: []store.SubuserID{6}}
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: notes of %s, want %s", what, got, want)
		}
	}
	check("without accents, unfinished", found(store.Everything, store.Filter{}, "zoe after"), "[2 1]")
	check("one letter of the last word", found(store.Everything, store.Filter{}, "prefers z"), "[2 1]")
	check("one letter that none begins with", found(store.Everything, store.Filter{}, "prefers q"), "[]")
	check("one letter alone", found(store.Everything, store.Filter{}, "z"), "[]")
	check("other words", found(store.Everything, store.Filter{}, "morning"), "[]")
	check("a scope", found(six, store.Filter{}, "prefers"), "[1]")
	check("nothing in scope", found(store.Scope{}, store.Filter{}, "prefers"), "[]")
	check("a filter", found(store.Everything, store.Filter{Subusers: []store.SubuserID{7}}, "prefers"), "[2]")
	if err := s.DeleteNote(ctx, store.Everything, anna.ID, 1, notes[0].ID); err != nil {
		t.Fatal(err)
	}
	check("a deleted one", found(store.Everything, store.Filter{}, "prefers"), "[2]")
	if err := s.RestoreNote(ctx, store.Everything, anna.ID, 1, notes[0].ID); err != nil {
		t.Fatal(err)
	}
	check("one that is back", found(store.Everything, store.Filter{}, "prefers"), "[2 1]")
}
