package store_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

func expire(t testing.TB, s *store.Store, days map[store.Perishable]int) map[store.Perishable]int {
	t.Helper()
	if err := s.SetRetention(t.Context(), days); err != nil {
		t.Fatal(err)
	}
	removed, err := s.Expire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return removed
}

// What is older goes from the tables and from the disk, nothing else does, and everything kept of it stays right.
func TestWhatIsOldEnoughGoes(t *testing.T) {
	c := newClock()
	folder := t.TempDir()
	path := filepath.Join(folder, "tagline.db")
	s := openAt(t, path, c, nil)
	anna := person(t, s, "anna", store.Admin)
	say := func(kind store.Kind, number, text, tag string) {
		t.Helper()
		tell(t, s, c, fact{kind: kind, subuser: 6, number: number, text: text, tag: tag, sim: 4})
	}
	for i := range 120 { // old ones of a contact who wrote again later
		say(store.KindReceived, "+15550001", fmt.Sprintf("oldwords %d", i), fmt.Sprintf("Oldtag%d", i%3))
		c.advance(time.Second)
	}
	say(store.KindFailed, "+15550001", "oldfailure", "")
	say(store.KindSent, "+15550001", "oldanswer", "")
	say(store.KindReceived, "+15550002", "oldonly", "") // of one who never did
	say(store.KindReceived, "+15550003", "oldtagged", "Lasting")
	gone, err := s.FindContact(t.Context(), store.Everything, "+15550002")
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.FindContact(t.Context(), store.Everything, "+15550001")
	if err != nil {
		t.Fatal(err)
	}
	conversations, err := s.ConversationsOf(t.Context(), store.Everything, anna.ID, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddReply(t.Context(), store.Everything, store.NewReply{User: anna.ID, Conversation: conversations[0].ID, Text: "oldbutqueued", TextKey: []byte("q"), CustomID: "q"}); err != nil {
		t.Fatal(err)
	}
	c.advance(10 * 24 * time.Hour)
	say(store.KindReceived, "+15550001", "newwords", "Newtag")
	days := map[store.Perishable]int{store.PerishableMessages: 5, store.PerishableDeliveries: 5, store.PerishableTagChanges: 5, store.PerishableAudit: 5}
	expected, err := s.Expired(t.Context(), days)
	if err != nil {
		t.Fatal(err)
	}
	old, _, err := s.AuditLog(t.Context(), store.AuditFilter{}, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	removed := expire(t, s, days)
	if fmt.Sprint(removed) != fmt.Sprint(expected) || removed[store.PerishableMessages] != 124 || removed[store.PerishableDeliveries] != 124 || removed[store.PerishableTagChanges] < 2 || removed[store.PerishableAudit] != len(old) || len(old) == 0 {
		t.Errorf("removed were %v, announced %v; %d entries were in the audit log", removed, expected, len(old))
	}
	checked(t, path)
	if left := wordsOnDisk(t, folder, []string{"oldwords", "oldfailure", "oldanswer", "oldonly", "oldtagged", "15550002", "Oldtag1"}); len(left) > 0 {
		t.Errorf("left on the disk:\n%s", strings.Join(left, "\n"))
	}
	var texts []string
	for _, m := range export(t, s, "message") {
		texts = append(texts, m["text"].(string))
	}
	if slices.Sort(texts); !slices.Equal(texts, []string{"newwords", "oldbutqueued"}) {
		t.Errorf("left are the messages %q", texts)
	}
	if _, err := s.FindContact(t.Context(), store.Everything, "+15550002"); err != store.ErrNotFound {
		t.Errorf("contact %d is still there: %v", gone.ID, err)
	}
	if k, err := s.FindContact(t.Context(), store.Everything, "+15550003"); err != nil || k.Tag != "Lasting" {
		t.Errorf("the contact with a tag: %+v, %v", k, err)
	}
	if got, want := counted(t, s), recount(t, s, 5, store.Everything, store.TagFilter{}); got.Changes != want.Changes || fmt.Sprint(got.Flows) != fmt.Sprint(want.Flows) {
		t.Errorf("counted are %+v, should be %+v", got, want)
	}
	unread, err := s.UnreadBy(t.Context(), store.Everything, conversations[0].ID)
	if err != nil || unread[anna.ID] != 1 {
		t.Errorf("unread are %v, %v", unread, err)
	}
	if removed := expire(t, s, days); removed[store.PerishableMessages]+removed[store.PerishableDeliveries]+removed[store.PerishableTagChanges] != 0 {
		t.Errorf("a second time %v were removed", removed)
	}
}

// The words of a message stand in the body of its webhook, too: that is kept no longer than the message.
func TestABodyIsKeptNoLongerThanWhatCameOfIt(t *testing.T) {
	for _, made := range []store.Perishable{store.PerishableMessages, store.PerishableTagChanges} {
		c := newClock()
		folder := t.TempDir()
		s := openAt(t, filepath.Join(folder, "tagline.db"), c, nil)
		tell(t, s, c, fact{kind: store.KindReceived, number: "+15550001", text: "oldwords", sim: 4})
		c.advance(10 * 24 * time.Hour)
		tell(t, s, c, fact{kind: store.KindReceived, number: "+15550002", text: "newwords", sim: 4})
		days := map[store.Perishable]int{made: 5, store.PerishableDeliveries: 30}
		expected, err := s.Expired(t.Context(), days)
		if err != nil {
			t.Fatal(err)
		}
		if removed := expire(t, s, days); removed[store.PerishableDeliveries] != 1 || expected[store.PerishableDeliveries] != 1 {
			t.Errorf("%s kept for less: %v bodies were removed, %v announced", made, removed, expected)
		}
		if left := wordsOnDisk(t, folder, []string{"oldwords"}); made == store.PerishableMessages && len(left) > 0 {
			t.Errorf("left on the disk:\n%s", strings.Join(left, "\n"))
		}
	}
	for _, c := range [][4]int{{0, 0, 0, 0}, {7, 0, 0, 7}, {0, 5, 0, 5}, {0, 0, 3, 3}, {9, 5, 3, 3}, {2, 5, 3, 2}} {
		days := map[store.Perishable]int{store.PerishableDeliveries: c[0], store.PerishableMessages: c[1], store.PerishableTagChanges: c[2]}
		if got := store.Bounded(days)[store.PerishableDeliveries]; got != c[3] || days[store.PerishableDeliveries] != c[0] {
			t.Errorf("of %v days, bodies are kept for %d", c, got)
		}
	}
}

func counted(t testing.TB, s *store.Store) store.TagCounts {
	t.Helper()
	counts, err := s.TagCounts(t.Context(), store.Everything, store.TagFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// Only what has become as old as it is to be kept can go from the audit log.
func TestTheAuditLogIsOtherwiseOnlyAddedTo(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	person(t, s, "anna", store.Admin)
	c.advance(24 * time.Hour)
	if removed := expire(t, s, map[store.Perishable]int{store.PerishableAudit: 2}); removed[store.PerishableAudit] != 0 {
		t.Errorf("%v were removed", removed)
	}
	if err := s.DeleteAudit(t.Context()); err == nil {
		t.Error("entries could be deleted")
	}
}
