package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tagline/store"
	"tagline/store/text"
)

// senderSpellings are three of one sender; the first one is what the contact is shown by.
var senderSpellings = []string{"Bank", "BANK", "bank"}

// senderFacts are one of each webhook, each with another spelling than the contact has.
var senderFacts = []fact{
	{kind: store.KindReceived, number: "Bank", text: "kanarione", name: "The Bank"},
	{kind: store.KindReceived, number: "BANK", text: "kanaritwo"},
	{kind: store.KindSent, number: "bank", text: "kanarithree"},
	{kind: store.KindFailed, number: "BANK", text: "kanarifour"},
	{kind: store.KindTag, number: "bank", tag: "kanarifive"},
}

// senderKinds are what is forwarded: all but the body in which the number could not be read.
var senderKinds = []store.Kind{store.KindReceived, store.KindSent, store.KindTag}

func TestASenderIsOneContactHoweverItIsSpelled(t *testing.T) {
	s, _ := senders(t, t.TempDir())
	ofSender := len(senderFacts) + 1 // one was not understood
	contacts, err := s.Contacts(t.Context(), store.Everything, "", nil, 0, 9)
	if err != nil || len(contacts) != 1 || contacts[0].PhoneNumber != "Bank" || contacts[0].Tag != "kanarifive" {
		t.Fatalf("the contacts are %+v, %v", contacts, err)
	}
	conversations, err := s.ConversationsOf(t.Context(), store.Everything, 0, contacts[0].ID)
	if err != nil || len(conversations) != 1 || conversations[0].Inbound != 2 || conversations[0].Outbound != 2 ||
		conversations[0].Failed != 1 {
		t.Errorf("its conversations are %+v, %v", conversations, err)
	}
	anna := person(t, s, "anna", store.Admin)
	for _, spelling := range senderSpellings {
		t.Run(spelling, func(t *testing.T) {
			if got, err := s.FindContact(t.Context(), store.Everything, spelling); err != nil || got != contacts[0] {
				t.Errorf("found %+v, %v", got, err)
			}
			filter := store.DeliveryFilter{Numbers: []string{spelling}}
			list, _, err := s.Deliveries(t.Context(), filter, 0, 99)
			if err != nil || len(list) != ofSender {
				t.Errorf("the log has %d deliveries of it, want %d, %v", len(list), ofSender, err)
			}
			for _, d := range list {
				if !filter.Fits(d) {
					t.Errorf("the filter does not fit the delivery of %s", d.PhoneNumber)
				}
			}
			found, err := s.Search(t.Context(), store.Everything, anna.ID, text.ParseTerms(spelling), store.Filter{}, 0)
			if err != nil || len(found.Contacts) != 1 {
				t.Errorf("the search found %+v, %v", found.Contacts, err)
			}
		})
	}
	var exported bytes.Buffer
	if err := s.ExportContact(t.Context(), contacts[0].ID, &exported); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"phone_number":"BANK"`, `"phone_number":"bank"`, "kanariunclear"} {
		if !strings.Contains(exported.String(), part) {
			t.Errorf("the contact's export lacks %s", part)
		}
	}
}

func TestASenderThatOptedOutIsWrittenToInNoSpelling(t *testing.T) {
	s, c := senders(t, t.TempDir())
	anna := person(t, s, "anna", store.Admin)
	for i, spelling := range senderSpellings {
		write := func(id string) (conversation int64, err error) {
			reply := store.NewReply{User: anna.ID, Text: "Hi", TextKey: []byte("Hi"), CustomID: spelling + id}
			return s.StartConversation(t.Context(), store.Everything, store.Start{PhoneNumber: spelling, NewReply: reply})
		}
		if conversation, err := write("before"); err != nil || conversation != 1 {
			t.Errorf("%s: a message goes into conversation %d, %v", spelling, conversation, err)
		}
		for _, word := range []string{"STOP", "START"} {
			c.advance(time.Hour) // sooner, the next STOP would be a duplicate of the last one
			tell(t, s, c, fact{kind: store.KindReceived, number: senderSpellings[(i+1)%3], text: word})
			if _, err := write(word); errors.Is(err, store.ErrOptedOut) != (word == "STOP") {
				t.Errorf("%s: after %s a message is answered with %v", spelling, word, err)
			}
		}
	}
}

func TestDeletingASenderErasesAllSpellings(t *testing.T) {
	folder := t.TempDir()
	s, _ := senders(t, folder)
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, f := range senderFacts {
		words = append(words, f.text+f.tag)
	}
	words = append(words, "kanariunclear", "kanariunread", "kanarihead")
	present := strings.Join(wordsOnDisk(t, folder, words), "\n")
	for _, word := range words {
		if !strings.Contains(present, word) {
			t.Errorf("%s was never on the disk: the test shows nothing", word)
		}
	}
	deleteContact(t, s, "bAnK")
	targets, err := s.Targets(t.Context())
	if err != nil || len(targets) != 1 || targets[0].Waiting != 0 {
		t.Errorf("still to be forwarded: %+v, %v", targets, err)
	}
	if err := s.FinishDeletions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := wordsOnDisk(t, folder, words); len(left) > 0 {
		t.Errorf("left on the disk:\n%s", strings.Join(left, "\n"))
	}
	checked(t, filepath.Join(folder, "tagline.db"))
}

// Of one sender one delivery after the other is forwarded, in the order in which they came.
func TestSpellingsOfASenderAreForwardedInOrder(t *testing.T) {
	folder := t.TempDir()
	s, _ := senders(t, folder)
	forwardedInOrder(t, s, []int64{1, 2, 3, 5, 6})
	checked(t, filepath.Join(folder, "tagline.db"))
}

// forwardedInOrder takes what the only destination is to get, one at a time.
func forwardedInOrder(t testing.TB, s *store.Store, want []int64) {
	t.Helper()
	var got []int64
	for {
		due, err := s.DueForwards(t.Context(), 1, 9)
		if err != nil {
			t.Fatal(err)
		}
		if len(due) == 0 {
			break
		}
		if len(due) > 1 {
			t.Errorf("%d deliveries of one sender are due at once", len(due))
		}
		got = append(got, due[0].Delivery.ID)
		if _, err := s.EndForward(t.Context(), due[0], store.ForwardAttempt{DeliveryID: due[0].Delivery.ID}, 0); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("forwarded were %v, want %v", got, want)
	}
}

// senders returns a store with all senderFacts, bodies that name the sender, and a destination that waits for all of
// it.
func senders(t testing.TB, folder string) (*store.Store, *clock) {
	t.Helper()
	c := newClock()
	s := openAt(t, filepath.Join(folder, "tagline.db"), c, nil)
	target := store.Target{Name: "CRM", URL: "https://crm.example", Kinds: senderKinds}
	if _, err := s.AddTarget(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	for _, f := range senderFacts {
		tell(t, s, c, f)
	}
	for _, d := range []store.Delivery{
		{Kind: store.KindReceived, PhoneNumber: "BANK", Body: []byte("kanariunread")},
		{Kind: store.KindFailed, Body: []byte(`{"phone_number":"bANk","text":"kanariunclear"}`)},
	} {
		d.ArrivedAt, d.Outcome = c.ms.Load(), store.Unparsed
		if _, err := s.RecordOnly(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	head := []byte(`{"phone_number":"bank","text":"kanarihead"}`)
	refusal := store.Refusal{At: c.ms.Load(), Cause: store.NotJSON, Head: head}
	if err := s.RecordRefusals(t.Context(), []store.Refusal{refusal}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.TakeForwards(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, c
}

// Older versions made a contact of each spelling. They stay as they are; what arrives belongs to the first.
func TestSpellingsThatWereContactsStayWhenTheSchemaIsBroughtUpToDate(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "tagline.db")
	s := openAt(t, path, c, nil)
	target := store.Target{Name: "CRM", URL: "https://crm.example", Kinds: senderKinds}
	if _, err := s.AddTarget(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"Bank", "Other", "Bank"} {
		tell(t, s, c, fact{kind: store.KindReceived, number: number, text: "Hello " + fmt.Sprint(c.ms.Load())})
		c.advance(time.Second)
	}
	if _, _, err := s.TakeForwards(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `DROP INDEX contacts_sender`, `DROP INDEX forwards_number`, `DROP INDEX deliveries_phone_number`,
		`CREATE INDEX deliveries_phone_number ON deliveries (phone_number) WHERE kind = 'tag' OR outcome <> 'stored'`,
		`CREATE INDEX forwards_number ON forwards (target_id, phone_number, delivery_id)`,
		`DELETE FROM migration WHERE name = '003_senders'`,
		`UPDATE contacts SET phone_number = 'BANK' WHERE phone_number = 'Other'`,
		`UPDATE deliveries SET phone_number = 'BANK' WHERE phone_number = 'Other'`,
		`UPDATE forwards SET phone_number = 'BANK' WHERE phone_number = 'Other'`)
	s = openAt(t, path, c, nil)
	checked(t, path)
	tell(t, s, c, fact{kind: store.KindReceived, number: "bank", text: "Hello again"})
	contacts, err := s.Contacts(t.Context(), store.Everything, "bank", nil, 0, 9)
	if err != nil || len(contacts) != 2 {
		t.Fatalf("the contacts are %+v, %v", contacts, err)
	}
	list, err := s.ConversationsOf(t.Context(), store.Everything, 0, contacts[0].ID)
	if err != nil || len(list) != 1 || list[0].Inbound != 3 {
		t.Errorf("the first has %+v, %v", list, err)
	}
	forwardedInOrder(t, s, []int64{1, 2, 3})
}

// comparesExactly finds SQL that tells spellings of one sender apart.
var comparesExactly = regexp.MustCompile(`phone_number (?:=|<>|IN)|in\("[a-z.]*phone_number"`)

// setsNumber finds SQL that sets a number.
var setsNumber = regexp.MustCompile(`UPDATE \w+ SET [^W]*phone_number = `)

func TestNumbersAreComparedWithoutCase(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(source)) {
			if comparesExactly.MatchString(line) && !setsNumber.MatchString(line) {
				t.Errorf("%s compares numbers without COLLATE NOCASE: %s", file, strings.TrimSpace(line))
			}
		}
	}
}
