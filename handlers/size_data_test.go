package handlers_test

import (
	"database/sql"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/jobs"
	"tagline/store"
	"tagline/textlink"
)

// vast is an account as somebody makes it who has the webhook secret and means harm.
type vast struct {
	*site
	t        testing.TB
	anna     int64
	texts    int64 // the conversation with the longest texts
	tagged   int64 // the one whose contact changed its tag most often
	failed   int64 // the one with the most failures
	spread   int64 // one of a contact of many subusers
	delivery []int64
	note     int64   // in the conversation of texts
	harm     []int64 // conversations of what takes most room
}

// heavy are texts that take most room: long ones, and those whose characters take several bytes in HTML.
var heavy = []string{
	strings.Repeat("a word & ", 6500),
	strings.Repeat("e\u0301\u0302\u0303", 15_000),
	strings.Repeat("<&>'\"", 320),
	strings.Repeat("&", 2000),
	strings.Repeat("https://a.example/x&y ", 70),
	strings.Repeat("http://пример.рф/ ", 80),
	strings.Repeat("\u0001\u0002\n", 20_000),
	strings.Repeat("\n", 3000) + "end",
	strings.Repeat("👩‍👩‍👧‍👦", 2400),
	strings.Repeat("x", 60_000),
}

func (v *vast) received(subuser int64, number, text, name, tag string, sim int64) {
	r := store.Report{Subuser: store.SubuserID(subuser), PhoneNumber: number, Text: text, TextKey: fmt.Append(nil, number, len(text), text[:min(len(text), 40)], time.Now().UnixNano()), Name: name, Tag: tag, SIMCardID: &sim}
	v.record(func(d store.Delivery) (store.Outcome, error) { return v.store.RecordReceived(v.t.Context(), d, r) }, store.KindReceived, subuser, number, text)
}

func (v *vast) record(do func(store.Delivery) (store.Outcome, error), kind store.Kind, subuser int64, number, body string) {
	if _, err := do(store.Delivery{Kind: kind, Subuser: store.SubuserID(subuser), PhoneNumber: number, Body: []byte(body), ArrivedAt: time.Now().UnixMilli()}); err != nil {
		v.t.Error(err)
	}
}

// many runs do n times, a few hundred at once: they share their commits.
func many(n int, do func(int)) {
	var all sync.WaitGroup
	room := make(chan struct{}, 32*runtime.GOMAXPROCS(0))
	for i := range n {
		room <- struct{}{}
		all.Go(func() {
			do(i)
			<-room
		})
	}
	all.Wait()
}

func newVast(t testing.TB, each int) *vast {
	keys, err := textlink.ParseKeys("key")
	if err != nil {
		t.Fatal(err)
	}
	client, err := textlink.NewClient("http://127.0.0.1:1", "", keys) // nothing is sent: there are no replies, but there might be
	if err != nil {
		t.Fatal(err)
	}
	s := newSiteWith(t, setting{jobs: jobs.Settings{Sending: &jobs.Sending{Client: client}}})
	v := &vast{site: s, t: t}
	ctx := t.Context()
	if _, err := s.store.CreateUser(ctx, store.User{Name: "anna", Role: store.Admin}, hashed()); err != nil {
		t.Fatal(err)
	}
	v.anna = s.id("anna")
	long := strings.Repeat("A name & <more> ", 3700)
	many(each, func(n int) { // a tag, a subuser and a SIM card for each
		v.received(int64(n+10), fmt.Sprintf("+1555%07d", n), "Hello", fmt.Sprint("Contact ", n), fmt.Sprintf("Campaign %05d", n), int64(n+10))
	})
	for n := range 120 {
		v.received(1, "+14155550001", heavy[n%len(heavy)], long, strings.Repeat("tag & ", 9000), 5)
	}
	many(8*each, func(n int) {
		v.record(func(d store.Delivery) (store.Outcome, error) {
			return s.store.RecordTag(ctx, d, "", fmt.Sprintf("Tag %d", n%3000))
		}, store.KindTag, int64(n%400), "+14155550002", "{}")
	})
	v.received(1, "+14155550002", "Hello", "", "", 5)
	many(each, func(n int) {
		r := store.Report{Subuser: 1, PhoneNumber: "+14155550003", Text: fmt.Sprint(n, heavy[n%5]), TextKey: fmt.Append(nil, n)}
		v.record(func(d store.Delivery) (store.Outcome, error) { return s.store.RecordFailed(ctx, d, r) }, store.KindFailed, 1, r.PhoneNumber, "{}")
	})
	many(each/5, func(n int) { v.received(int64(n), "+14155550004", heavy[n%3], "", "", 6) })
	for _, number := range []string{strings.Repeat("9", 60_000), strings.Repeat("A sender & co ", 4000)} {
		v.received(1, number, "Hello", "", "", 5)
	}
	for of, number := range map[*int64]string{&v.texts: "+14155550001", &v.tagged: "+14155550002", &v.failed: "+14155550003", &v.spread: "+14155550004"} {
		contact, err := s.store.FindContact(ctx, store.Everything, number)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.store.ConversationsOf(ctx, store.Scope{Subusers: []store.SubuserID{1}}, 0, contact.ID)
		if err != nil || len(all) == 0 {
			t.Fatalf("%s has %d conversations, %v", number, len(all), err)
		}
		*of = all[0].ID
	}
	v.staff(each)
	v.addHarm(each)
	notes, _, err := s.store.NewestNotes(ctx, store.Everything, v.texts, 1)
	if err != nil {
		t.Fatal(err)
	}
	v.note = notes[0].ID
	latest, _, err := s.store.Deliveries(ctx, store.DeliveryFilter{}, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range latest {
		v.delivery = append(v.delivery, d.ID)
	}
	return v
}

// staff is many people who keep as much as they may.
func (v *vast) staff(each int) {
	ctx := v.t.Context()
	check := func(err error) {
		if err != nil {
			v.t.Error(err)
		}
	}
	anna := store.User{ID: v.anna, Role: store.Admin}
	many(each/2, func(n int) {
		_, err := v.store.AddNote(ctx, store.Everything, v.anna, v.texts, fmt.Sprint(n, heavy[4+n%2]))
		check(err)
	})
	many(each/10, func(n int) {
		_, _, err := v.store.KeepDraft(ctx, store.Everything, v.anna, int64(n+1), store.Draft{Text: strings.Repeat("& ", 2000), Page: "a"})
		check(err)
		check(v.store.AddCannedReply(ctx, anna, store.CannedReply{Name: fmt.Sprint("reply ", n), Text: strings.Repeat("& ", 765), Shared: true}))
		check(v.store.SaveView(ctx, store.SavedView{UserID: v.anna, Name: fmt.Sprint("view ", n), Query: fmt.Sprintf("tag=Campaign+%05d&subuser=%d", n, n+10), Shared: true}))
	})
	var granted []store.SubuserID
	for n := range each / 2 {
		granted = append(granted, store.SubuserID(n))
	}
	many(each, func(n int) {
		u := store.User{Name: fmt.Sprintf("Agent %05d", n), Role: store.Agent, Subusers: []store.SubuserID{1}}
		if n == 0 {
			u.Name, u.Subusers = "piet", granted
		}
		_, err := v.store.CreateUser(ctx, u, hashed())
		check(err)
	})
	_, err := v.store.AddTarget(ctx, store.Target{Name: "Tool", URL: "https://tool.example.com/", Kinds: store.Kinds, Subusers: granted})
	check(err)
}

// harms are threads of which each has as much as it can of what takes room: texts, tags and names.
var harms = map[string]struct {
	text, label string // labels have up to 256 characters, as the webhooks take them
	moment      int64  // ms between what happens; 0 is all at once
}{
	"quotes":     {strings.Repeat(`"`, 480), strings.Repeat(`"`, 255), 40_000},
	"ands":       {strings.Repeat(`&`, 480), strings.Repeat(`&`, 255), 70_000},
	"markup":     {strings.Repeat(`<b>`, 160), strings.Repeat(`<`, 255), 3_600_000},
	"unseen":     {strings.Repeat("\x00\x01", 300), strings.Repeat("\x01x", 127), 40_000},
	"emoji":      {strings.Repeat("👩‍👩‍👧‍👦", 90), strings.Repeat("👩‍", 127), 61_000},
	"marks":      {strings.Repeat("e\u0301\u0302\u0303", 300), strings.Repeat("e\u0301\u0302", 85), 61_000},
	"Arabic":     {strings.Repeat("السلام عليكم ", 100), strings.Repeat("ع", 255), 86_400_000},
	"links":      {strings.Repeat("https://a.example/x&y ", 1000), `"https://a.example/x&y"`, 61_000},
	"few links":  {strings.Repeat("http://x.y ", 9), strings.Repeat("'", 255), 61_000},
	"pictures":   {strings.Repeat("https://a.example/picture-of-something.jpg?size=large&x=1 ", 100), strings.Repeat("a&", 120), 61_000},
	"one word":   {strings.Repeat("x", 60_000), strings.Repeat("x", 255), 61_000},
	"at once":    {strings.Repeat(`"`, 480), strings.Repeat(`"`, 255), 0},
	"two by two": {strings.Repeat(`'`, 470), strings.Repeat(`'`, 255), 1},
}

// addHarm makes a thread of each kind with many messages, failures, tag changes and notes, and a list that begins with
// them.
func (v *vast) addHarm(each int) {
	ctx := v.t.Context()
	db, err := sql.Open("sqlite", "file:"+v.db+"?_pragma=busy_timeout(20000)")
	if err != nil {
		v.t.Fatal(err)
	}
	defer db.Close()
	names := store.Names{Subusers: map[store.SubuserID]string{}, SIMCards: map[int64]string{}}
	for n := range 60 {
		names.Subusers[store.SubuserID(n)], names.SIMCards[int64(n)] = fmt.Sprintf("%02d%s", n, strings.Repeat(`"`, 38)), fmt.Sprintf("%02d%s", n, strings.Repeat(`&`, 38))
	}
	if err := v.store.SetNames(ctx, names); err != nil {
		v.t.Fatal(err)
	}
	id := int64(1_000_000_000)
	for kind, h := range harms {
		number := fmt.Sprintf("+1415557%04d", len(v.harm))
		for n := range 30 { // a contact of several subusers, through several SIM cards
			v.received(int64(n), number, h.text, h.label, h.label[:len(h.label)-1], int64(n))
		}
		contact, err := v.store.FindContact(ctx, store.Everything, number)
		if err != nil {
			v.t.Fatal(err)
		}
		all, err := v.store.ConversationsOf(ctx, store.Scope{Subusers: []store.SubuserID{1}}, 0, contact.ID)
		if err != nil || len(all) == 0 {
			v.t.Fatal(kind, err)
		}
		v.harm = append(v.harm, all[0].ID)
		v.fill(db, all[0], h.text, h.label, h.moment, min(1500, each), &id)
	}
}

// fill puts n messages and n tag changes into a conversation, and notes.
func (v *vast) fill(db *sql.DB, c store.Conversation, text, label string, moment int64, n int, id *int64) {
	tx, err := db.BeginTx(v.t.Context(), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() {
		if err := tx.Commit(); err != nil {
			v.t.Fatal(err)
		}
	}()
	exec := func(statement string, args ...any) {
		if _, err := tx.Exec(statement, args...); err != nil {
			v.t.Fatal(statement, err)
		}
	}
	begun := time.Now().UnixMilli() - int64(n)*moment
	reason, chain := strings.Repeat(`"`, 1000), int64(0) // the first attempt
	for i := range n {
		at := begun + int64(i)*moment
		*id++
		direction, state, failed := "in", "received", any(nil)
		if i%2 == 1 {
			direction, state, failed = "out", "failed", at
		}
		if len(text) > 5000 && i < n-120 {
			continue
		}
		exec(`INSERT INTO messages (id, conversation_id, direction, state, text, doubtful, arrived_at, at, sim_card_id, custom_id, textlink_id, failed_at, dismissed_at, retry)
			VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, 0, ?, NULL, 0)`, *id, c.ID, direction, state, text, at, at, i%30, fmt.Sprint("c", *id), failed)
		if direction == "out" { // written here, and tried often
			if chain == 0 || i%40 == 1 {
				chain = *id
			}
			exec(`INSERT INTO replies (id, conversation_id, user_id, text, custom_id, attempt_of, state, tried_at, answered_at, reason)
				VALUES (?, ?, ?, ?, ?, ?, 'refused', ?, ?, ?)`, *id, c.ID, v.anna, text, fmt.Sprint("c", *id), chain, at, at, reason)
		}
		exec(`INSERT INTO tag_changes (id, contact_id, subuser_id, from_tag, to_tag, at, source, user_id) VALUES (?, ?, ?, ?, ?, ?, 'webhook', ?)`,
			*id, c.Contact.ID, i%30, fmt.Sprint(i%7, label), fmt.Sprint((i+1)%7, label), at, v.anna)
		if i%3 == 0 {
			exec(`INSERT INTO notes (id, conversation_id, user_id, text, at) VALUES (?, ?, ?, ?, ?)`, *id, c.ID, v.anna, strings.Repeat(`"`, 480), at)
		}
	}
	exec(`UPDATE conversations SET failed = ?, open_failures = ? WHERE id = ?`, n/2, n/2, c.ID)
}
