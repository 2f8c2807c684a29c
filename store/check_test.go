package store_test

import (
	"strings"
	"testing"

	"tagline/store"
)

// Every number that is kept is compared: a wrong one is told, with whose it is, and no content.
func TestCheckTellsEveryNumberThatIsWrong(t *testing.T) {
	s, _, path := stocked(t)
	anna, err := s.CreateUser(t.Context(), store.User{Name: "anna", Role: store.Admin}, "hash")
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := s.Conversations(t.Context(), store.Everything, anna.ID, store.Filter{}, store.Position{}, 10)
	if err != nil || len(list) < 2 {
		t.Fatal(list, err)
	}
	if err := s.Assign(t.Context(), store.Everything, anna.ID, list[0].ID); err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.Inbound > 0 {
			if err := s.MarkUnread(t.Context(), store.Everything, anna.ID, c.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if found, err := store.Check(t.Context(), path); err != nil || !found.Compared || len(found.Problems) > 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	for _, wrong := range []struct{ statement, undo, says string }{
		{`UPDATE conversations SET inbound = inbound + 1`, `UPDATE conversations SET inbound = inbound - 1`, "conversations' counts of messages"},
		{`UPDATE conversations SET last_text = last_text || 'x'`, `UPDATE conversations SET last_text = rtrim(last_text, 'x')`, "last messages"},
		{`UPDATE conversations SET waiting_since = waiting_since + 1`, `UPDATE conversations SET waiting_since = waiting_since - 1`, "have waited"},
		{`UPDATE subuser_counts SET open = open + 1`, `UPDATE subuser_counts SET open = open - 1`, "subusers' counts"},
		{`UPDATE subuser_counts SET snoozed = snoozed + 1`, `UPDATE subuser_counts SET snoozed = snoozed - 1`, "subusers' counts"},
		{`UPDATE conversations SET snoozed_until = snoozed_until + 1`, `UPDATE conversations SET snoozed_until = snoozed_until - 1`, "what is snoozed"},
		{`UPDATE tag_counts SET open = open + 1`, `UPDATE tag_counts SET open = open - 1`, "tags' counts by subuser"},
		{`UPDATE tag_totals SET done = done + 1`, `UPDATE tag_totals SET done = done - 1`, "tags' counts:"},
		{`UPDATE contacts SET tag = tag || 'x'`, `UPDATE contacts SET tag = rtrim(tag, 'x')`, "contacts' tags"},
		{`UPDATE contacts SET asked_tag = asked_tag || 'x'`, `UPDATE contacts SET asked_tag = rtrim(asked_tag, 'x')`, "asked for"},
		{`UPDATE subuser_sim_cards SET conversations = conversations + 1`, `UPDATE subuser_sim_cards SET conversations = conversations - 1`, "SIM cards' counts"},
		{`UPDATE user_counts SET unread = unread + 1`, `UPDATE user_counts SET unread = unread - 1`, "people's unread"},
		{`UPDATE user_counts SET mine = mine + 1`, `UPDATE user_counts SET mine = mine - 1`, "people's own"},
		{`UPDATE unread SET read = read + 1000`, `UPDATE unread SET read = read - 1000`, "what is unread"},
		{`UPDATE subuser_counts SET received = received + 1`, `UPDATE subuser_counts SET received = received - 1`, "subusers' counts of what was received"},
		{`UPDATE user_counts SET received = received + 1`, `UPDATE user_counts SET received = received - 1`, "people's counts of what was received"},
		{`UPDATE delivery_hours SET count = count + 1`, `UPDATE delivery_hours SET count = count - 1`, "hours' counts"},
	} {
		raw(t, path, wrong.statement)
		found, err := store.Check(t.Context(), path)
		if said := strings.Join(found.Problems, "\n"); err != nil || !strings.Contains(said, wrong.says) || strings.Contains(said, "message 1") {
			t.Errorf("after %s: %q, %v", wrong.statement, said, err)
		}
		raw(t, path, wrong.undo)
	}
	if found, err := store.Check(t.Context(), path); err != nil || len(found.Problems) > 0 {
		t.Errorf("after all was put right: %+v, %v", found, err)
	}
	spoil(t, path)
	if found, err := store.Check(t.Context(), path); err == nil && len(found.Problems) == 0 {
		t.Error("damage was not found")
	}
}
