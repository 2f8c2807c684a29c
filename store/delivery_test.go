package store_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// arrive keeps a delivery from which nothing is concluded and returns it as it is kept.
func arrive(t testing.TB, s *store.Store, c *clock, d store.Delivery) store.Delivery {
	t.Helper()
	d.ArrivedAt = c.ms.Load()
	if d.Body == nil {
		d.Body = []byte("{}")
	}
	if _, err := s.RecordOnly(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	list, _, err := s.Deliveries(t.Context(), store.DeliveryFilter{}, 0, 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0]
}

// listed lists what the log shows for a filter, following it to its end.
func listed(t testing.TB, s *store.Store, f store.DeliveryFilter, page int) []string {
	t.Helper()
	var all []string
	for before := int64(0); ; {
		list, next, err := s.Deliveries(t.Context(), f, before, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			if !f.Fits(d) {
				t.Errorf("%+v does not fit %+v", d, f)
			}
			all = append(all, d.PhoneNumber)
		}
		if next == 0 {
			return all
		}
		if before != 0 && next >= before {
			t.Fatalf("the log goes on at %d after %d", next, before)
		}
		before = next
	}
}

func TestTheLogIsFilteredByEveryColumn(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	start := c.ms.Load()
	tell(t, s, c, fact{kind: store.KindReceived, number: "+1", text: "a", subuser: 6})
	c.advance(time.Hour)
	tell(t, s, c, fact{kind: store.KindSent, number: "+2", text: "b", timestamp: sentAt})
	tell(t, s, c, fact{kind: store.KindSent, number: "+2", text: "b", timestamp: sentAt})
	c.advance(90 * time.Minute)
	middle := c.ms.Load()
	tell(t, s, c, fact{kind: store.KindTag, number: "+3", tag: "Warm"})
	tell(t, s, c, fact{kind: store.KindTag, number: "+3", tag: "Warm", name: "Only a name"})
	tell(t, s, c, fact{kind: store.KindFailed, number: "+1", text: "c", subuser: 6})
	arrive(t, s, c, store.Delivery{Kind: store.KindSent, PhoneNumber: "+4", Outcome: store.Unparsed})
	c.advance(time.Hour)
	arrive(t, s, c, store.Delivery{Kind: store.KindReceived, PhoneNumber: "+5", Outcome: store.Test})
	six := store.SubuserID(6)
	for _, tt := range []struct {
		name   string
		filter store.DeliveryFilter
		want   []string
	}{
		{"all", store.DeliveryFilter{}, []string{"+5", "+4", "+1", "+3", "+3", "+2", "+2", "+1"}},
		{"kind", store.DeliveryFilter{Kind: store.KindSent}, []string{"+4", "+2", "+2"}},
		{"stored", store.DeliveryFilter{Outcome: store.Stored}, []string{"+1", "+3", "+3", "+2", "+1"}},
		{"repeats", store.DeliveryFilter{Outcome: store.Duplicate}, []string{"+2"}},
		{"not understood", store.DeliveryFilter{Outcome: store.Unparsed}, []string{"+4"}},
		{"subuser", store.DeliveryFilter{Subuser: &six}, []string{"+1", "+1"}},
		{"a number with messages", store.DeliveryFilter{Numbers: []string{"+2"}}, []string{"+2", "+2"}},
		{"a number with tags and names only", store.DeliveryFilter{Numbers: []string{"+3"}}, []string{"+3", "+3"}},
		{"a number that was not understood", store.DeliveryFilter{Numbers: []string{"+4"}}, []string{"+4"}},
		{"number and outcome", store.DeliveryFilter{Numbers: []string{"+2"}, Outcome: store.Duplicate}, []string{"+2"}},
		{"from", store.DeliveryFilter{From: middle}, []string{"+5", "+4", "+1", "+3", "+3"}},
		{"until", store.DeliveryFilter{Until: middle}, []string{"+2", "+2", "+1"}},
		{"between", store.DeliveryFilter{From: start + 1, Until: middle}, []string{"+2", "+2"}},
		{"long before", store.DeliveryFilter{Until: start - 1}, nil},
		{"long after", store.DeliveryFilter{From: c.ms.Load() + 1}, nil},
	} {
		for _, page := range []int{1, 2, 50} {
			if got := listed(t, s, tt.filter, page); !slices.Equal(got, tt.want) {
				t.Errorf("%s in pages of %d: %v, want %v", tt.name, page, got, tt.want)
			}
		}
	}
}

func TestHoursCountOutcomesAndRepeats(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	tell(t, s, c, fact{kind: store.KindSent, number: "+1", text: "too long ago"})
	c.advance(24 * time.Hour)
	tell(t, s, c, fact{kind: store.KindSent, number: "+1", text: "a", timestamp: sentAt})
	c.advance(2 * time.Hour)
	for range 3 {
		tell(t, s, c, fact{kind: store.KindSent, number: "+1", text: "a", timestamp: sentAt})
	}
	arrive(t, s, c, store.Delivery{Kind: store.KindTag, Outcome: store.Test})
	activity, err := s.Activity(t.Context(), c.now())
	if err != nil {
		t.Fatal(err)
	}
	sent, tag := activity[1], activity[3]
	if sent.Kind != store.KindSent || sent.Hours[21] != 1 || sent.Hours[23] != 3 || sent.LastSeen != c.ms.Load() {
		t.Errorf("sent: %+v", sent)
	}
	if want := map[store.Outcome]int{store.Stored: 1, store.Duplicate: 3}; !reflect.DeepEqual(sent.Outcomes, want) {
		t.Errorf("outcomes: %v, want %v", sent.Outcomes, want)
	}
	if tag.Outcomes[store.Test] != 1 || activity[0].LastSeen != 0 {
		t.Errorf("tag: %+v, received: %+v", tag, activity[0])
	}
}

func TestAnActiveHookThatFallsSilentIsMissed(t *testing.T) {
	const after = 24 * time.Hour
	c := newClock()
	s := open(t, c, nil)
	quiet := func() map[store.Kind]int64 {
		t.Helper()
		kinds, err := s.Quiet(t.Context(), c.now(), after)
		if err != nil {
			t.Fatal(err)
		}
		return kinds
	}
	if len(quiet()) != 0 {
		t.Error("a hook that never was is missed")
	}
	tell(t, s, c, fact{kind: store.KindSent, number: "+1", text: "a"})
	arrive(t, s, c, store.Delivery{Kind: store.KindTag, Outcome: store.Test})
	seen := c.ms.Load()
	c.advance(after)
	if len(quiet()) != 0 {
		t.Error("missed too early")
	}
	c.advance(time.Millisecond)
	if got := quiet(); len(got) != 1 || got[store.KindSent] != seen {
		t.Errorf("missed: %v, want sent since %d", got, seen)
	}
	arrive(t, s, c, store.Delivery{Kind: store.KindSent, Outcome: store.Test})
	if len(quiet()) != 0 {
		t.Error("a test sample did not end the silence")
	}
	c.advance(7*24*time.Hour + 2*time.Hour + after)
	if len(quiet()) != 0 {
		t.Error("a hook that is not in use any more is missed for ever")
	}
}

// understood is a report as it would be decoded from a kept body.
func understood(number, text string) store.Report {
	key := sha256.Sum256([]byte(text))
	return store.Report{PhoneNumber: number, Text: text, TextKey: key[:16]}
}

func TestAProcessedBodyStandsWhereItWouldHaveStood(t *testing.T) {
	c := newClock()
	var changes []store.Change
	s := open(t, c, func(change store.Change) { changes = append(changes, change) })
	d := arrive(t, s, c, store.Delivery{Kind: store.KindReceived, Outcome: store.Unparsed})
	again := arrive(t, s, c, store.Delivery{Kind: store.KindReceived, Outcome: store.Unparsed})
	at := c.ms.Load()
	c.advance(3 * time.Hour)
	tell(t, s, c, fact{kind: store.KindReceived, number: "+1", text: "later"})
	d.PhoneNumber, again.PhoneNumber = "+1", "+1"
	if outcome, err := s.Process(t.Context(), d, understood("+1", "earlier")); err != nil || outcome != store.Stored {
		t.Fatalf("%s, %v, want stored", outcome, err)
	}
	if outcome, err := s.Process(t.Context(), again, understood("+1", "earlier")); err != nil || outcome != store.Duplicate {
		t.Errorf("the same body of the same moment: %s, %v, want a repeat", outcome, err)
	}
	messages := export(t, s, "message")
	if len(messages) != 2 || messages[0]["text"] != "earlier" || messages[0]["id"] != float64(d.ID) || messages[0]["arrived_at"] != float64(at) {
		t.Errorf("messages: %v", messages)
	}
	if conversation := export(t, s, "conversation")[0]; conversation["last_text"] != "later" || conversation["inbound"] != 2.0 {
		t.Errorf("conversation: %v", conversation)
	}
	kept, err := s.Delivery(t.Context(), d.ID)
	if err != nil || kept.Outcome != store.Stored || kept.ArrivedAt != at || kept.PhoneNumber != "+1" {
		t.Errorf("kept as %+v, %v", kept, err)
	}
	last := changes[len(changes)-2]
	if last.DeliveryID != d.ID || last.Number <= d.ID || last.ConversationID == 0 || last.Hook != "" {
		t.Errorf("the change says %+v", last)
	}
	if n, err := s.CountUnparsed(t.Context()); n != 0 || err != nil {
		t.Errorf("%d are not understood, %v", n, err)
	}
	activity, err := s.Activity(t.Context(), c.now())
	if want := map[store.Outcome]int{store.Stored: 2, store.Duplicate: 1, store.Unparsed: 0}; err != nil || !reflect.DeepEqual(activity[0].Outcomes, want) {
		t.Errorf("outcomes: %v, want %v, %v", activity[0].Outcomes, want, err)
	}
}

func TestABodyIsProcessedOnce(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	d := arrive(t, s, c, store.Delivery{Kind: store.KindSent, Outcome: store.Unparsed})
	for range 2 {
		if outcome, err := s.Process(t.Context(), d, understood("+1", "a")); err != nil || outcome != store.Stored {
			t.Errorf("%s, %v", outcome, err)
		}
	}
	if n := len(export(t, s, "message")); n != 1 {
		t.Errorf("%d messages", n)
	}
	if _, err := s.Process(t.Context(), store.Delivery{ID: 999, Kind: store.KindSent}, understood("+1", "a")); err != store.ErrNotFound {
		t.Errorf("a delivery that is not there: %v", err)
	}
}

// history writes a contact's tags, oldest first.
func history(t testing.TB, s *store.Store) []string {
	t.Helper()
	var all []string
	for _, o := range export(t, s, "tag_change") {
		all = append(all, fmt.Sprint(o["from"], ">", o["to"]))
	}
	return all
}

func TestALateTagTakesItsPlaceInTheHistory(t *testing.T) {
	for _, tt := range []struct {
		name, late string
		kind       store.Kind
		want       []string
	}{
		{"between two others", "Warm", store.KindTag, []string{"<nil>>Cold", "Cold>Warm", "Warm>Hot"}},
		{"as before", "Cold", store.KindTag, []string{"<nil>>Cold", "Cold>Hot"}},
		{"as after", "Hot", store.KindTag, []string{"<nil>>Cold", "Cold>Hot"}},
		{"on a message", "Warm", store.KindReceived, []string{"<nil>>Cold", "Cold>Warm", "Warm>Hot"}},
		{"on a message without one", "", store.KindReceived, []string{"<nil>>Cold", "Cold>Hot"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			s := open(t, c, nil)
			tell(t, s, c, fact{kind: store.KindTag, number: "+1", tag: "Cold"})
			c.advance(time.Hour)
			late := arrive(t, s, c, store.Delivery{Kind: tt.kind, Outcome: store.Unparsed})
			c.advance(time.Hour)
			tell(t, s, c, fact{kind: store.KindTag, number: "+1", tag: "Hot", name: "Mira"})
			late.PhoneNumber = "+1"
			report := understood("+1", "a")
			report.Tag, report.Name = tt.late, "Old name"
			if _, err := s.Process(t.Context(), late, report); err != nil {
				t.Fatal(err)
			}
			if got := history(t, s); !slices.Equal(got, tt.want) {
				t.Errorf("history %v, want %v", got, tt.want)
			}
			if contact := export(t, s, "contact")[0]; contact["tag"] != "Hot" || contact["name"] != "Mira" {
				t.Errorf("the contact is now %v", contact)
			}
		})
	}
}

// raw changes a database file behind the store's back.
func raw(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Error(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

const manyDeliveries = `WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50000)
	INSERT INTO deliveries (id, kind, arrived_at, outcome, subuser_id, phone_number, body)
	SELECT n, iif(n = 5, 'failed', 'sent'), 1793534400000, 'stored', 0, '+' || n, x'7b7d' FROM n`

// One read of a log without an index for the question goes through a part of it only.
func TestALongLogIsReadInParts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tagline.db")
	c := newClock()
	s := openAt(t, path, c, nil)
	raw(t, path, manyDeliveries, `INSERT INTO delivery_hours (hour, kind, outcome, count, first_id, last_id)
		SELECT arrived_at / 3600000, kind, outcome, count(*), min(id), max(id) FROM deliveries GROUP BY 1, 2, 3`)
	activity, err := s.Activity(t.Context(), c.now())
	if err != nil || activity[1].Outcomes[store.Stored] != 49_999 || activity[2].Outcomes[store.Stored] != 1 {
		t.Errorf("%+v, %v", activity, err)
	}
	// Among the failed ones nothing else stands in the way: their hours say between which ids they are.
	if list, next, err := s.Deliveries(t.Context(), store.DeliveryFilter{Kind: store.KindFailed}, 0, 50); err != nil || len(list) != 1 || next != 0 {
		t.Errorf("failed: %d, %d, %v", len(list), next, err)
	}
	six := store.SubuserID(6)
	reads := 0
	for before := int64(50_001); before != 0; reads++ {
		list, next, err := s.Deliveries(t.Context(), store.DeliveryFilter{Subuser: &six}, before, 50)
		if err != nil || len(list) != 0 || next != 0 && before-next > 20_001 {
			t.Fatalf("%d found before %d, next %d, %v", len(list), before, next, err)
		}
		before = next
	}
	if reads != 3 {
		t.Errorf("%d reads, want 3", reads)
	}
}
