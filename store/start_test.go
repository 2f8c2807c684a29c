package store_test

import (
	"errors"
	"testing"

	"tagline/store"
)

func TestAConversationIsStartedWithinTheScopeAndOnce(t *testing.T) {
	d := newDesk(t)
	start := store.Start{NewReply: store.NewReply{User: d.anna.ID, Text: "Hello", TextKey: []byte("key"), CustomID: "once"}, Subuser: 7, PhoneNumber: "+14155550199"}
	if _, err := d.StartConversation(t.Context(), store.Scope{Subusers: []store.SubuserID{6}}, start); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("outside of the scope it is %v", err)
	}
	first, err := d.StartConversation(t.Context(), store.Scope{Subusers: []store.SubuserID{7}}, start)
	d.check(err)
	again, err := d.StartConversation(t.Context(), store.Scope{Subusers: []store.SubuserID{7}}, start)
	d.check(err)
	start.CustomID = "another"
	other, err := d.StartConversation(t.Context(), store.Everything, start)
	d.check(err)
	if again != first || other != first {
		t.Errorf("the same number has the conversations %d, %d and %d", first, again, other)
	}
	messages, _, err := d.MessagesBefore(t.Context(), store.Everything, first, store.Position{}, 9)
	d.check(err)
	if len(messages) != 2 {
		t.Errorf("%d messages, want one of each form", len(messages))
	}
	start.PhoneNumber, start.Subuser, start.CustomID = customer, store.Main, "known"
	if known, err := d.StartConversation(t.Context(), store.Everything, start); err != nil || known != d.thread {
		t.Errorf("a number that has written has the conversation %d, not %d, %v", known, d.thread, err)
	}
}

func TestSnoozedConversationsAreWokenWhenTheyAreDueAndNotBefore(t *testing.T) {
	d := newDesk(t)
	now := d.clock.ms.Load()
	if err := d.Snooze(t.Context(), store.Scope{Subusers: []store.SubuserID{6}}, d.anna.ID, now+10, d.thread); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("outside of the scope it is %v", err)
	}
	d.check(d.Snooze(t.Context(), store.Everything, d.anna.ID, now+10, d.thread))
	select {
	case <-d.SnoozeChanged():
	default:
		t.Error("nobody was told of an earlier moment")
	}
	if next, err := d.WakeDue(t.Context(), now+9); err != nil || next != now+10 {
		t.Errorf("before its time the next is %d, %v", next, err)
	}
	if next, err := d.WakeDue(t.Context(), now+10); err != nil || next != 0 {
		t.Errorf("after its time the next is %d, %v", next, err)
	}
	if c, err := d.Conversation(t.Context(), store.Everything, d.anna.ID, d.thread); err != nil || !c.Open() || c.Unread != 1 {
		t.Errorf("it is %+v, %v", c, err)
	}
}

func TestOnlyWhoMayChangesCannedReplies(t *testing.T) {
	d := newDesk(t)
	piet, err := d.CreateUser(t.Context(), store.User{Name: "piet", Role: store.Agent}, "")
	d.check(err)
	d.check(d.AddCannedReply(t.Context(), d.anna, store.CannedReply{Name: "a", Text: "x"}))
	d.check(d.AddCannedReply(t.Context(), d.anna, store.CannedReply{Name: "b", Text: "x", Shared: true}))
	d.check(d.AddCannedReply(t.Context(), piet, store.CannedReply{Name: "c", Text: "x"}))
	for by, ids := range map[*store.User][]int64{&piet: {1, 2}, &d.anna: {3}} {
		for _, id := range ids {
			if err := d.ChangeCannedReply(t.Context(), *by, store.CannedReply{ID: id, Name: "z", Text: "z"}); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s changed %d: %v", by.Name, id, err)
			}
			if err := d.DeleteCannedReply(t.Context(), *by, id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s deleted %d: %v", by.Name, id, err)
			}
		}
	}
}
