package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tagline/store"
)

// reply is one that can be written again and again.
func (d *desk) reply(text, customID string) store.NewReply {
	return store.NewReply{User: d.anna.ID, Conversation: d.thread, Text: text, TextKey: []byte(text), CustomID: customID}
}

func TestAReplyPostedTwiceIsOne(t *testing.T) {
	d := newDesk(t)
	var all sync.WaitGroup
	ids := make([]int64, 8)
	for n := range ids {
		all.Go(func() {
			id, err := d.AddReply(t.Context(), store.Everything, d.reply("once", "form-1"))
			if err != nil {
				t.Error(err)
			}
			ids[n] = id
		})
	}
	all.Wait()
	if len(slices.Compact(ids)) != 1 {
		t.Errorf("they are %v, want the same", ids)
	}
	d.saysJust("once queued")
}

func TestANotePostedTwiceIsOne(t *testing.T) {
	d := newDesk(t)
	for _, once := range [][]byte{[]byte("a"), []byte("a"), []byte("b"), nil, nil} {
		if _, err := d.AddNoteOnce(t.Context(), store.Everything, d.anna.ID, d.thread, "note", once); err != nil {
			t.Fatal(err)
		}
	}
	notes, _, err := d.Notes(t.Context(), store.Everything, d.thread, 0, 0, 50)
	d.check(err)
	if len(notes) != 4 {
		t.Errorf("%d notes, want one of each form and two of none", len(notes))
	}
}

func TestAKeyStandsForOneCallForADay(t *testing.T) {
	d := newDesk(t)
	call := func(user int64, key, sum, customID string) error {
		n := d.reply(sum, customID)
		n.User, n.Key = user, store.IdempotencyKey{Key: key, Sum: []byte(sum)}
		_, err := d.AddReply(t.Context(), store.Everything, n)
		return err
	}
	piet, err := d.CreateUser(t.Context(), store.User{Name: "piet", Role: store.Agent}, "")
	d.check(err)
	d.check(call(d.anna.ID, "k", "one", "1"))
	d.check(call(d.anna.ID, "k", "one", "2"))
	d.saysJust("one queued")
	if err := call(d.anna.ID, "k", "two", "3"); !errors.Is(err, store.ErrOtherCall) {
		t.Errorf("another call with the key is %v", err)
	}
	d.check(call(piet.ID, "k", "two", "4"))
	d.check(call(d.anna.ID, "l", "three", "5"))
	d.saysJust("one queued", "two queued", "three queued")
	d.clock.advance(24*time.Hour - time.Millisecond)
	d.check(call(d.anna.ID, "k", "one", "6"))
	if c, err := d.AnsweredCall(t.Context(), d.anna.ID, store.IdempotencyKey{Key: "k", Sum: []byte("one")}); c != d.thread || err != nil {
		t.Errorf("it was answered with %d, %v", c, err)
	}
	d.clock.advance(time.Millisecond)
	d.check(call(d.anna.ID, "k", "four", "7"))
	d.saysJust("one queued", "two queued", "three queued", "four queued")
}

func TestAStartWithAKeyIsOne(t *testing.T) {
	d := newDesk(t)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			start := store.Start{NewReply: d.reply("hello", fmt.Sprint("start-", n)), PhoneNumber: "+14155550199"}
			start.Key = store.IdempotencyKey{Key: "k", Sum: []byte("sum")}
			if _, err := d.StartConversation(t.Context(), store.Everything, start); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	list, _, err := d.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewAll}, store.Position{}, 9)
	d.check(err)
	if len(list) != 2 {
		t.Fatalf("%d conversations, want the customer's and the new one", len(list))
	}
	for _, c := range list {
		if c.ID != d.thread {
			d.thread = c.ID
			d.saysJust("hello queued")
			break
		}
	}
	if found, err := store.Check(t.Context(), d.Path()); err != nil || len(found.Problems) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestDraftsOfPagesThatDoNotKnowOfEachOtherStay(t *testing.T) {
	d := newDesk(t)
	keep := func(text string, version int64) (int64, []string) {
		t.Helper()
		version, others, err := d.KeepDraft(t.Context(), store.Everything, d.anna.ID, d.thread, store.Draft{Text: text, Version: version})
		d.check(err)
		var texts []string
		for _, o := range others {
			texts = append(texts, o.Text)
		}
		return version, texts
	}
	all := func(want ...string) {
		t.Helper()
		drafts, err := d.Drafts(t.Context(), store.Everything, d.anna.ID, d.thread)
		d.check(err)
		var got []string
		for _, draft := range drafts {
			got = append(got, draft.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the drafts are %q, want %q", got, want)
		}
	}
	const long = "a draft of forty-seven characters, more or less"
	one, _ := keep("a draft", 0)
	one, _ = keep(long, one)
	two, others := keep("x", 0)
	if !slices.Equal(others, []string{long}) {
		t.Errorf("the second page learns of %q", others)
	}
	all(long, "x")
	two, _ = keep("xy", two)
	if one, others = keep(long+"!", one); !slices.Equal(others, []string{"xy"}) {
		t.Errorf("the first page learns of %q", others)
	}
	all(long+"!", "xy")
	if again, others := keep("xy", one); again != two || len(others) != 0 {
		t.Errorf("two that are the same stay two: %q", others)
	}
	all("xy")
	one, _ = keep("third", 0)
	if _, err := d.AddReply(t.Context(), store.Everything, store.NewReply{User: d.anna.ID, Conversation: d.thread, Text: "third", TextKey: []byte("k"), CustomID: "c", Draft: store.Draft{Text: "third", Version: one}}); err != nil {
		t.Fatal(err)
	}
	all("xy")
	keep("", two)
	all()
	for n := range 30 {
		keep(fmt.Sprint("page ", n), 0)
	}
	if drafts, err := d.Drafts(t.Context(), store.Everything, d.anna.ID, d.thread); len(drafts) != 10 || drafts[9].Text != "page 29" || err != nil {
		t.Errorf("%d drafts are kept, %v", len(drafts), err)
	}
}

// A form that undoes is taken once: what is undone twice would be counted twice.
func TestUndoingTwiceUndoesOnce(t *testing.T) {
	d := newDesk(t)
	unread := func() int {
		c, err := d.Conversation(t.Context(), store.Everything, d.anna.ID, d.thread)
		d.check(err)
		return c.Unread
	}
	for n := range 3 {
		tell(t, d.Store, d.clock, fact{kind: store.KindReceived, number: customer, text: fmt.Sprint("again ", n), sim: 5})
	}
	read := store.Bulk{Action: store.BulkRead}
	was, err := d.DoBulk(t.Context(), store.Everything, d.anna.ID, read, []int64{d.thread})
	d.check(err)
	d.check(d.MarkRead(t.Context(), store.Everything, d.anna.ID, d.thread))
	tell(t, d.Store, d.clock, fact{kind: store.KindReceived, number: customer, text: "newer", sim: 5})
	was[0].Value = 2 // as if some had been read before
	read.Once = []byte("form")
	for range 2 {
		d.check(d.UndoBulk(t.Context(), store.Everything, d.anna.ID, read, was))
	}
	if n := unread(); n != 3 {
		t.Errorf("%d are unread, want the newer one and the two that were", n)
	}
}

func TestATargetAddedTwiceIsOne(t *testing.T) {
	d := newDesk(t)
	g := store.Target{Name: "CRM", URL: "https://crm.example", Kinds: []store.Kind{store.KindReceived}, SigningKey: "one"}
	first, err := d.AddTarget(t.Context(), g)
	d.check(err)
	g.SigningKey = "two"
	again, err := d.AddTarget(t.Context(), g)
	d.check(err)
	g.Name = "CRM, test"
	other, err := d.AddTarget(t.Context(), g)
	d.check(err)
	if first != again || other == first {
		t.Errorf("they are %d, %d and %d", first, again, other)
	}
}

// A clock that jumps ahead makes no key or form old: the message would be sent twice.
func TestAClockThatJumpedEndsNoKeyAndNoForm(t *testing.T) {
	d := newDesk(t)
	follow(t, d.Store)
	call := func(key, customID string) {
		n := d.reply(key, customID)
		n.Key = store.IdempotencyKey{Key: key, Sum: []byte(key)}
		_, err := d.AddReply(t.Context(), store.Everything, n)
		d.check(err)
	}
	note := func(form string) {
		_, err := d.AddNoteOnce(t.Context(), store.Everything, d.anna.ID, d.thread, "note", []byte(form))
		d.check(err)
	}
	notes := func(want int) {
		t.Helper()
		all, _, err := d.Notes(t.Context(), store.Everything, d.thread, 0, 0, 50)
		d.check(err)
		if len(all) != want {
			t.Errorf("%d notes, want %d", len(all), want)
		}
	}
	call("k", "1")
	note("f")
	before := d.clock.now()
	d.clock.advance(year)
	if c, err := d.AnsweredCall(t.Context(), d.anna.ID, store.IdempotencyKey{Key: "k", Sum: []byte("k")}); c != d.thread || err != nil {
		t.Errorf("it was answered with %d, %v", c, err)
	}
	call("k", "2")
	call("other", "3") // removes old keys
	note("other")      // removes old forms
	note("f")
	call("k", "4")
	d.saysJust("k queued", "other queued")
	notes(2)
	d.check(d.ConfirmClock(t.Context(), d.clock.ms.Load()))
	call("k", "5")
	d.saysJust("k queued", "other queued", "k queued")
	d.clock.ms.Store(before.UnixMilli()) // it was wrong after all
	call("k", "6")
	d.saysJust("k queued", "other queued", "k queued")
}

// What is over is forgotten by what comes later: nothing of it piles up.
func TestOldKeysAndFormsAreForgotten(t *testing.T) {
	for _, later := range []time.Duration{24 * time.Hour, 47 * time.Hour, 400 * time.Hour} {
		d := newDesk(t)
		path := d.Path()
		use := func(name string) {
			n := d.reply(name, name)
			n.Key = store.IdempotencyKey{Key: name, Sum: []byte(name)}
			_, err := d.AddReply(t.Context(), store.Everything, n)
			d.check(err)
			_, err = d.AddNoteOnce(t.Context(), store.Everything, d.anna.ID, d.thread, "note", []byte(name))
			d.check(err)
		}
		use("old")
		for passed := time.Duration(0); passed < later; passed += time.Hour {
			d.clock.advance(time.Hour)
			follow(t, d.Store)
		}
		use("new")
		d.check(d.Close())
		db, err := sql.Open("sqlite", path)
		d.check(err)
		var keys, forms int
		d.check(db.QueryRow(`SELECT (SELECT count(*) FROM idempotency_keys), (SELECT count(*) FROM taken_forms)`).Scan(&keys, &forms))
		d.check(db.Close())
		if keys != 1 || forms != 1 {
			t.Errorf("%s later there are %d keys and %d forms, want the new ones", later, keys, forms)
		}
	}
}
