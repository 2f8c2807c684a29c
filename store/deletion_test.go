package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"tagline/store"
)

const canaryNumber = "+4917655501234"

// canary is what is said of the contact that is deleted, each in another place. Words are cut and folded by the index,
// so these are such that they stand in it as they are.
var canaries = strings.Fields(`kanarinametag kanariname kanaritagold kanaritagnew kanariinbound kanarisent kanarifailed kanariqueued kanariunknown kanarirefused
	kanaricustom kanarinote kanarigonenote kanaridraft kanaridrafttwo kanaribody kanariunparsed kanarihead kanarireason kanariview kanariasked kanaridenied`)

// sing puts every canary in its place.
func sing(t testing.TB, s *store.Store, c *clock) (conversation int64) {
	t.Helper()
	anna := person(t, s, "anna", store.Admin)
	say := func(kind store.Kind, text, name, tag, custom string) {
		t.Helper()
		tell(t, s, c, fact{kind: kind, subuser: 6, number: canaryNumber, text: text, name: name, tag: tag, customID: custom, sim: 3})
	}
	say(store.KindReceived, "kanariinbound", "kanariname", "kanaritagold", "")
	say(store.KindReceived, "kanariinbound again", "kanariname kanarinametag", "kanaritagold", "")
	say(store.KindTag, "", "", "kanaritagnew", "")
	say(store.KindSent, "kanarisent", "", "", "kanaricustom")
	say(store.KindFailed, "kanarifailed", "", "", "")
	list, _, err := s.Conversations(t.Context(), store.Everything, anna.ID, store.Filter{}, store.Position{}, 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	conversation = list[0].ID
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"kanariunknown", "kanarirefused", "kanariqueued"} {
		_, err := s.AddReply(ctx, store.Everything, store.NewReply{User: anna.ID, Conversation: conversation, Text: text, TextKey: []byte(text), CustomID: text})
		must(err)
		due, err := s.DueSends(ctx)
		must(err)
		switch text {
		case "kanariunknown":
			must(s.StartSend(ctx, due[0].ID))
			must(s.LoseSend(ctx, due[0].ID, "kanarireason lost"))
		case "kanarirefused":
			must(s.StartSend(ctx, due[0].ID))
			must(s.RefuseSend(ctx, due[0].ID, "kanarireason"))
		}
	}
	_, err = s.AskForTag(ctx, store.Everything, anna.ID, "kanariasked", anyWay, conversation)
	must(err)
	tags, err := s.DueTags(ctx, 1)
	must(err)
	must(s.StartTag(ctx, tags[0].ID))
	must(s.RefuseTag(ctx, tags[0].ID, "kanaridenied"))
	_, err = s.AddNote(ctx, store.Everything, anna.ID, conversation, "kanarinote "+strings.Repeat("long ", 2000))
	must(err)
	gone, err := s.AddNote(ctx, store.Everything, anna.ID, conversation, "kanarigonenote")
	must(err)
	must(s.DeleteNote(ctx, store.Everything, anna.ID, conversation, gone.ID))
	must(errOf2(s.KeepDraft(ctx, store.Everything, anna.ID, conversation, store.Draft{Text: "kanaridraft"})))
	must(errOf2(s.KeepDraft(ctx, store.Everything, anna.ID, conversation, store.Draft{Text: "kanaridrafttwo"})))
	body := func(outcome store.Outcome, number, text string) {
		t.Helper()
		_, err := s.RecordOnly(ctx, store.Delivery{Kind: store.KindReceived, ArrivedAt: c.ms.Load(), Outcome: outcome, PhoneNumber: number, Body: []byte(text)})
		must(err)
	}
	body(store.Unparsed, canaryNumber, `{"phone_number":"x","text":"kanaribody"`)
	body(store.Unparsed, "", `{"phone_number":"0176 555-01234","text":"kanariunparsed`+strings.Repeat(" more", 3000)+`"`)
	must(s.RecordRefusals(ctx, []store.Refusal{{At: c.ms.Load(), Cause: store.NotJSON, Head: []byte(`{"phone_number":"0049 176/55501234","text":"kanarihead"}`)}}))
	must(s.SaveView(ctx, store.SavedView{UserID: anna.ID, Name: "kanariview", Query: "q=%2B49+176+55501234"}))
	must(s.IndexSearch(ctx))
	return conversation
}

// others surrounds the contact with those who stay.
func others(t testing.TB, s *store.Store, c *clock, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: fmt.Sprintf("+1555%07d", i), text: fmt.Sprintf("words of somebody else %d %s", i, strings.Repeat("x", i%50)), name: fmt.Sprintf("Somebody %d", i), tag: "Hot"})
	}
}

// wordsOnDisk returns which of the words are in any file of the folder.
func wordsOnDisk(t testing.TB, folder string, words []string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if bytes.Contains(content, []byte(word)) {
				found = append(found, filepath.Base(file)+": "+word)
			}
		}
	}
	return found
}

func deleteContact(t testing.TB, s *store.Store, numbers ...string) store.Contact {
	t.Helper()
	contact, err := s.FindContact(t.Context(), store.Everything, numbers...)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteContact(t.Context(), contact.ID); err != nil {
		t.Fatal(err)
	}
	return contact
}

func checked(t testing.TB, path string) {
	t.Helper()
	finding, err := store.Check(t.Context(), path)
	if err != nil || len(finding.Problems) > 0 || !finding.Compared {
		t.Errorf("the check found %+v, %v", finding, err)
	}
}

// wanted are all the words that must not be on the disk. The index holds the number by its digits from each place on.
func wanted() []string { return append([]string{canaryNumber[1:], "176555", "0176 555"}, canaries...) }

func TestADeletedContactIsInNoFile(t *testing.T) {
	c := newClock()
	folder := t.TempDir()
	path := filepath.Join(folder, "tagline.db")
	s := openAt(t, path, c, nil)
	others(t, s, c, 0, 150)
	conversation := sing(t, s, c)
	others(t, s, c, 150, 300)
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	present := strings.Join(wordsOnDisk(t, folder, wanted()), "\n")
	for _, word := range wanted() {
		if !strings.Contains(present, word) {
			t.Errorf("%s was never on the disk: the test shows nothing", word)
		}
	}
	contact := deleteContact(t, s, "0176", canaryNumber)
	if _, err := s.Conversation(t.Context(), store.Everything, 1, conversation); err != store.ErrNotFound {
		t.Errorf("right after it the conversation is answered with %v", err)
	}
	if due, err := s.DueSends(t.Context()); err != nil || len(due) > 0 {
		t.Errorf("still to be sent: %v, %v", due, err)
	}
	if err := s.FinishDeletions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := wordsOnDisk(t, folder, wanted()); len(left) > 0 {
		t.Errorf("left on the disk:\n%s", strings.Join(left, "\n"))
	}
	checked(t, path)
	holds, should, err := s.Index(t.Context())
	if err != nil || fmt.Sprint(holds) != fmt.Sprint(should) {
		t.Errorf("the index holds %d entries and should hold %d, %v", len(holds), len(should), err)
	}
	entries, _, err := s.AuditLog(t.Context(), store.AuditFilter{Action: store.ContactDeleted}, 0, 10)
	if err != nil || len(entries) != 1 || entries[0].Subject != fmt.Sprintf("contact %d", contact.ID) {
		t.Errorf("the audit log says %v, %v", entries, err)
	}
	// The next message makes another contact, in another conversation.
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: canaryNumber, text: "Hello again"})
	fresh, err := s.FindContact(t.Context(), store.Everything, canaryNumber)
	if err != nil || fresh.ID <= contact.ID || fresh.Name != "" || fresh.Tag != "" {
		t.Errorf("then there is %+v, %v", fresh, err)
	}
	again, err := s.ConversationsOf(t.Context(), store.Everything, 1, fresh.ID)
	if err != nil || len(again) != 1 || again[0].ID <= conversation || again[0].Inbound != 1 {
		t.Errorf("with %+v, %v", again, err)
	}
	checked(t, path)
}

// Older versions left on the disk what they deleted and replaced. It goes with the next deletion, from wherever it is
// free.
func TestADeletionTakesWhatOlderVersionsLeft(t *testing.T) {
	c := newClock()
	folder := t.TempDir()
	path := filepath.Join(folder, "tagline.db")
	s := openAt(t, path, c, nil)
	others(t, s, c, 0, 30)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	const keep = `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 400)
		INSERT INTO deliveries (id, kind, arrived_at, outcome, subuser_id, phone_number, body) SELECT 100000 + n, 'sent', 0, 'test', 0, '', `
	raw(t, path, keep+`CAST('kanarismall ' || n AS BLOB) FROM n`, `UPDATE deliveries SET body = CAST('x' AS BLOB) WHERE id > 100000 AND id % 3`, `DELETE FROM deliveries WHERE id > 100000`,
		keep+`CAST('kanarilarge ' || n || zeroblob(6000) || 'kanariend' AS BLOB) FROM n`, `DELETE FROM deliveries WHERE id > 100000`, `PRAGMA wal_checkpoint(TRUNCATE)`)
	words := []string{"kanarismall", "kanarilarge", "kanariend"}
	if left := wordsOnDisk(t, folder, words); len(left) != len(words) {
		t.Fatalf("only %v were left: the test shows nothing", left)
	}
	s = openAt(t, path, c, nil)
	deleteContact(t, s, "+15550000001")
	if err := s.FinishDeletions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := wordsOnDisk(t, folder, words); len(left) > 0 {
		t.Errorf("left on the disk:\n%s", strings.Join(left, "\n"))
	}
	checked(t, path)
}

// A page that is used again holds no end of what was in it before.
func TestNothingIsLeftBehindWhatTookItsPlace(t *testing.T) {
	c := newClock()
	folder := t.TempDir()
	s := openAt(t, filepath.Join(folder, "tagline.db"), c, nil)
	anna := person(t, s, "anna", store.Admin)
	others(t, s, c, 0, 5)
	for _, text := range []string{strings.Repeat("kanaritail ", 3000), "short", strings.Repeat("x", 5500)} {
		if _, _, err := s.KeepDraft(t.Context(), store.Everything, anna.ID, 2, store.Draft{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	deleteContact(t, s, "+15550000001")
	if err := s.FinishDeletions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := wordsOnDisk(t, folder, []string{"kanaritail"}); len(left) > 0 {
		t.Error("the end of an earlier draft is left on the disk")
	}
}

// Addresses and pages that name what was deleted never come to mean somebody else.
func TestTheIDsOfWhatWasDeletedAreNotGivenOutAgain(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	others(t, s, c, 0, 3)
	for range 2 {
		last := deleteContact(t, s, "+15550000002")
		if err := s.FinishDeletions(t.Context()); err != nil {
			t.Fatal(err)
		}
		others(t, s, c, 2, 3)
		next, err := s.FindContact(t.Context(), store.Everything, "+15550000002")
		if err != nil || next.ID <= last.ID {
			t.Errorf("after contact %d came contact %d, %v", last.ID, next.ID, err)
		}
		conversations, err := s.ConversationsOf(t.Context(), store.Everything, 0, next.ID)
		if err != nil || len(conversations) != 1 || conversations[0].ID != next.ID {
			t.Errorf("contact %d has %v, %v", next.ID, conversations, err)
		}
	}
}

// How a call ends that is out while its contact is deleted is noted nowhere, and what the webhook says of it belongs to
// a new contact.
func TestACallThatIsOutBringsNothingBack(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "tagline.db")
	s := openAt(t, path, c, nil)
	anna := person(t, s, "anna", store.Admin)
	others(t, s, c, 0, 2)
	out, err := s.AddReply(t.Context(), store.Everything, store.NewReply{User: anna.ID, Conversation: 1, Text: "on its way", TextKey: []byte("out"), CustomID: "out"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.StartSend(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	deleted := deleteContact(t, s, "+15550000000")
	if err := s.EndSend(t.Context(), out, false); err != store.ErrNotFound {
		t.Errorf("the end of the call was answered with %v", err)
	}
	tell(t, s, c, fact{kind: store.KindSent, subuser: 6, number: "+15550000000", text: "on its way", customID: "out"})
	if err := s.FinishDeletions(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh, err := s.FindContact(t.Context(), store.Everything, "+15550000000")
	if err != nil || fresh.ID == deleted.ID {
		t.Errorf("then there is %+v, %v", fresh, err)
	}
	if list, err := s.ConversationsOf(t.Context(), store.Everything, anna.ID, fresh.ID); err != nil || len(list) != 1 || list[0].Outbound != 1 {
		t.Errorf("with %+v, %v", list, err)
	}
	checked(t, path)
}

// Copies that Tagline made are named, whatever made them necessary.
func TestCopiesOfTheDatabaseAreNamed(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "tagline.db")
	s := openAt(t, path, newClock(), nil)
	for _, name := range []string{"tagline.db.schema-3", "tagline.db.before-restore-20261101T120000Z", "tagline.db.saved-20261101T120000Z", "tagline.db.notes", "other.db.schema-3"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var named []string
	for _, c := range s.Copies() {
		named = append(named, filepath.Base(c.File))
	}
	slices.Sort(named)
	if !slices.Equal(named, []string{"tagline.db.before-restore-20261101T120000Z", "tagline.db.saved-20261101T120000Z", "tagline.db.schema-3"}) {
		t.Errorf("named are %v", named)
	}
}

// Wherever it is cut off, the next start goes on.
func TestADeletionThatIsCutOffIsFinishedLater(t *testing.T) {
	c := newClock()
	folder := t.TempDir()
	path := filepath.Join(folder, "tagline.db")
	s := openAt(t, path, c, nil)
	sing(t, s, c)
	for i := range 110 { // more than one batch
		tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: canaryNumber, text: fmt.Sprintf("kanariinbound %d", i)})
	}
	others(t, s, c, 0, 20)
	deleteContact(t, s, canaryNumber)
	for cuts := 0; ; cuts++ {
		ctx := cutAfter(t, 1+5*cuts)
		err := s.FinishDeletions(ctx)
		checked(t, path)
		if cuts%4 == 0 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openAt(t, path, c, nil)
		}
		if err == nil {
			if cuts < 3 {
				t.Errorf("it was cut off only %d times", cuts)
			}
			break
		}
		tell(t, s, c, fact{kind: store.KindReceived, subuser: 7, number: "+15550000", text: fmt.Sprint("meanwhile ", cuts)})
	}
	if left := wordsOnDisk(t, folder, wanted()); len(left) > 0 {
		t.Errorf("left on the disk:\n%s", strings.Join(left, "\n"))
	}
	deletions, err := s.Deletions(t.Context(), 10)
	if err != nil || len(deletions) != 1 || deletions[0].EndedAt == 0 {
		t.Errorf("noted is %v, %v", deletions, err)
	}
	checked(t, path)
}

// cutting is a context that ends when it has been asked for its end so often.
type cutting struct {
	context.Context
	left *atomic.Int64
	end  context.CancelFunc
}

func cutAfter(t testing.TB, times int) context.Context {
	ctx, end := context.WithCancel(t.Context())
	t.Cleanup(end)
	c := cutting{ctx, new(atomic.Int64), end}
	c.left.Store(int64(times))
	return c
}

func (c cutting) Done() <-chan struct{} {
	if c.left.Add(-1) == 0 {
		c.end()
	}
	return c.Context.Done()
}
