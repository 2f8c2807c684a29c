package store_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// trial performs operations on a store and remembers them for the model.
type trial struct {
	ctx       context.Context
	store     *store.Store
	clock     *clock
	past      past
	users     map[string]int64
	threads   map[thread]int64 // ids of conversations
	contacts  map[string]int64 // ids of contacts
	published []store.Change
}

// perform runs the operations on a store of their own until something is not as the model has it; nil if nothing is.
func perform(t *testing.T, ops []op) *discord {
	t.Helper()
	dir, err := os.MkdirTemp("", "tagline-model-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	p := &trial{ctx: t.Context(), clock: newClock(), users: map[string]int64{}, threads: map[thread]int64{}, contacts: map[string]int64{}}
	path := filepath.Join(dir, "tagline.db")
	p.store, err = store.Open(p.ctx, path, store.Options{
		Now: p.clock.now, Published: func(c store.Change) { p.published = append(p.published, c) }, RepeatWindow: window * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.store.Close()
	for i, o := range ops {
		if err := p.do(o); err != nil {
			return &discord{i, err.Error()}
		}
	}
	if found, err := store.Check(p.ctx, path); err != nil || len(found.Problems) > 0 {
		return &discord{len(ops), fmt.Sprintf("tagline check: %v, %v", found.Problems, err)}
	}
	return nil
}

func (p *trial) do(o op) error {
	p.clock.ms.Store(began + o.ms)
	switch o.do {
	case telling:
		return p.tell(o)
	case resuming:
		return p.resume(o.limit)
	case exporting:
		return p.export()
	case joining:
		return p.join(o)
	case waking:
		return p.wake()
	}
	if _, here := p.users[o.person]; !here {
		return nil
	}
	switch o.do {
	case reading, unreading, assigning, closing, reopening, snoozing:
		return p.change(o)
	case paging:
		return p.page(o)
	case listing:
		return p.list(o)
	case counting:
		return p.count(o)
	default:
		return p.profile(o)
	}
}

// tell lets a webhook arrive and compares its outcome, the change that was published, and the conversation after it.
func (p *trial) tell(o op) error {
	f, before, knew := o.fact, p.past.sayings(o.thread), p.past.contact(o.thread.number)
	f.subuser, f.number = o.thread.subuser, o.thread.number
	outcome, err := record(p.ctx, p.store, p.clock, f)
	if err != nil {
		return err
	}
	c := p.published[len(p.published)-1]
	p.past.add(event{op: o, id: c.DeliveryID, arrived: p.clock.ms.Load()})
	after, knows := p.past.sayings(o.thread), p.past.contact(o.thread.number)
	changed := !slices.Equal(before, after)
	learnt := knows.name != knew.name || knows.tag != knew.tag
	want := store.Duplicate
	if changed || learnt {
		want = store.Stored
	}
	if outcome != want {
		return fmt.Errorf("%v has the outcome %s, want %s", o, outcome, want)
	}
	if c.ConversationID != 0 != changed || c.ContactID != 0 != learnt || c.Subuser != f.subuser || c.Hook != f.kind || c.UserID != 0 {
		return fmt.Errorf("%v published %+v; the conversation changed: %v, the contact: %v", o, c, changed, learnt)
	}
	if changed && p.threads[o.thread] == 0 {
		p.threads[o.thread] = c.ConversationID
	}
	switch {
	case !changed: // what should not have changed is seen by the reads
		return nil
	case len(p.past)%3 == 0: // so is what else went wrong with the messages; this is for speed
		return p.compareThread(o.thread)
	default:
		return p.compareSummary(o.thread, "")
	}
}

func (p *trial) join(o op) error {
	if _, here := p.users[o.person]; here {
		return nil
	}
	user, err := p.store.CreateUser(p.ctx, people[o.person], "")
	p.users[o.person] = user.ID
	p.past.add(event{op: o})
	return err
}

// change is what people do to a conversation. What they don't see they cannot change.
func (p *trial) change(o op) error {
	id, scope, n := p.threads[o.thread], people[o.person].Scope(), len(p.published)
	may := id != 0 && sees(o.person, o.thread.subuser)
	wasUnread := p.past.unread(o.thread, o.person)
	stands, whose := p.past.stands(o.thread), p.past.assignee(o.thread)
	var idle bool
	var err error
	switch o.do {
	case reading:
		idle = wasUnread == 0
		err = p.store.MarkRead(p.ctx, scope, p.users[o.person], id)
	case unreading:
		idle = wasUnread > 0 || len(p.past.arrivals(o.thread)) == 0
		err = p.store.MarkUnread(p.ctx, scope, p.users[o.person], id)
	case assigning:
		idle = whose == o.assignee
		may = may && (o.assignee == "" || p.users[o.assignee] != 0 && sees(o.assignee, o.thread.subuser))
		to := p.users[o.assignee]
		if to == 0 && o.assignee != "" {
			to = 1 << 40 // not here yet
		}
		err = p.store.Assign(p.ctx, scope, to, id)
	case snoozing:
		idle = stands == began+o.until
		err = p.store.Snooze(p.ctx, scope, p.users[o.person], began+o.until, id)
	default:
		idle = o.do == closing && stands == standsDone || o.do == reopening && stands == standsOpen
		err = p.store.SetDone(p.ctx, scope, o.do == closing, id)
	}
	if !may {
		return refused(o, err, len(p.published) == n)
	}
	if err != nil {
		return err
	}
	if (len(p.published) == n) != idle {
		return fmt.Errorf("%v published %v", o, p.published[n:])
	}
	p.past.add(event{op: o})
	return p.compareSummary(o.thread, o.person)
}

// wake opens what is due, which is unread then for who snoozed it.
func (p *trial) wake() error {
	n, now := len(p.published), p.clock.ms.Load()
	var due []event
	for _, th := range p.past.threads() {
		if until := p.past.stands(th); until > 0 && until <= now {
			due = append(due, event{op: op{do: reopening, thread: th}}, event{op: op{do: unreading, thread: th, person: p.past.snoozer(th)}})
		}
	}
	if _, err := p.store.WakeDue(p.ctx, now); err != nil {
		return err
	}
	if got := len(p.published) - n; got != len(due)/2 {
		return fmt.Errorf("%d came back instead of %d", got, len(due)/2)
	}
	for _, e := range due {
		p.past.add(e)
	}
	for _, e := range due {
		if err := p.compareSummary(e.thread, cmp.Or(e.person, "anna")); err != nil {
			return err
		}
	}
	return nil
}

func refused(o op, err error, quiet bool) error {
	if err != store.ErrNotFound || !quiet {
		return fmt.Errorf("%v is not %s's to do, but gave %v", o, o.person, err)
	}
	return nil
}

func (p *trial) resume(behind int) error {
	if len(p.published) == 0 {
		return nil
	}
	behind = min(behind, len(p.published)-1)
	from := p.published[len(p.published)-1-behind].Number
	got, err := p.store.ChangesSince(p.ctx, from, 1000)
	if want := p.published[len(p.published)-behind:]; err != nil || !slices.Equal(got, want) {
		return fmt.Errorf("changes since %d are %v, %v, published were %v", from, got, err, want)
	}
	return nil
}

// sees tells whether a person may see a subuser's conversations.
func sees(person string, id store.SubuserID) bool {
	u := people[person]
	return u.Role == store.Admin || slices.Contains(u.Subusers, id)
}
