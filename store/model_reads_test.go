package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"tagline/store"
)

// page reads a thread from its end, page by page, and then from where its unread messages begin.
func (p *trial) page(o op) error {
	id, scope := p.threads[o.thread], people[o.person].Scope()
	if id == 0 || !sees(o.person, o.thread.subuser) {
		_, _, err := p.store.MessagesBefore(p.ctx, scope, id, store.Position{}, o.limit)
		_, fromErr := p.store.MessagesFrom(p.ctx, scope, id, store.Position{})
		_, unreadErr := p.store.FirstUnread(p.ctx, scope, id, 1)
		if err != store.ErrNotFound || fromErr != store.ErrNotFound || unreadErr != store.ErrNotFound {
			return fmt.Errorf("%v is not %s's to see, but gave %v, %v, %v", o, o.person, err, fromErr, unreadErr)
		}
		return nil
	}
	want := p.past.sayings(o.thread)
	rest := want
	var before store.Position
	for more := true; more; {
		var messages []store.Message
		var err error
		if messages, more, err = p.store.MessagesBefore(p.ctx, scope, id, before, o.limit); err != nil {
			return err
		}
		cut := max(len(rest)-o.limit, 0)
		if got := p.sayings(o.thread, messages); !slices.Equal(got, rest[cut:]) || more != (cut > 0) {
			return differ(fmt.Sprintf("page of %v before %v, more: %v", o.thread, before, more), got, rest[cut:])
		}
		if rest = rest[:cut]; more {
			before = messages[0].Position()
		}
	}
	return p.unread(o, want)
}

// unread compares where the unread messages begin, and what stands from there on.
func (p *trial) unread(o op, all []saying) error {
	id, scope := p.threads[o.thread], people[o.person].Scope()
	n := p.past.unread(o.thread, o.person)
	at, err := p.store.FirstUnread(p.ctx, scope, id, n)
	if n == 0 {
		if err != store.ErrNotFound {
			return fmt.Errorf("first unread of %v, which is read: %v, %v", o.thread, at, err)
		}
		return nil
	}
	begin := len(all)
	for ; n > 0; n-- {
		begin--
		for all[begin].direction != store.In {
			begin--
		}
	}
	messages, fromErr := p.store.MessagesFrom(p.ctx, scope, id, at)
	if got := p.sayings(o.thread, messages); errors.Join(err, fromErr) != nil || !slices.Equal(got, all[begin:]) {
		return differ(fmt.Sprintf("unread of %v from %v, %v", o.thread, at, err), got, all[begin:])
	}
	return nil
}

// list reads the inbox page by page.
func (p *trial) list(o op) error {
	scope, rest := people[o.person].Scope(), p.inbox(o.person, o.filter)
	var before store.Position
	for more := true; more; {
		var list []store.Conversation
		var err error
		if list, more, err = p.store.Conversations(p.ctx, scope, p.users[o.person], o.filter, before, o.limit); err != nil {
			return err
		}
		n := min(len(rest), o.limit)
		got := p.withoutContactIDs(list)
		if !slices.Equal(got, rest[:n]) || more != (n < len(rest)) {
			return differ(fmt.Sprintf("page of %v before %v, more: %v", o, before, more), got, rest[:n])
		}
		if rest = rest[n:]; more {
			before = o.filter.Position(list[n-1])
		}
	}
	return nil
}

// withoutContactIDs also learns the ids.
func (p *trial) withoutContactIDs(list []store.Conversation) []store.Conversation {
	list = slices.Clone(list)
	for i := range list {
		p.contacts[list[i].Contact.PhoneNumber] = list[i].Contact.ID
		list[i].Contact.ID = 0
	}
	return list
}

func (p *trial) count(o op) error {
	got, err := p.store.Counts(p.ctx, people[o.person].Scope(), p.users[o.person])
	if err != nil {
		return err
	}
	want := store.Counts{Views: map[store.View]int{}}
	open, failures, tags := map[store.SubuserID]int{}, map[store.SubuserID]int{}, map[string]int{}
	for _, th := range p.past.threads() {
		if !sees(o.person, th.subuser) {
			continue
		}
		c := p.summary(th, o.person)
		for _, view := range []store.View{store.ViewInbox, store.ViewUnread, store.ViewUnanswered, store.ViewFailed, store.ViewDone, store.ViewMine, store.ViewSnoozed} {
			if fits(store.Filter{View: view}, p.users[o.person], c) {
				want.Views[view]++
			}
		}
		one := 1
		if !c.Open() {
			one = 0
		}
		open[c.Subuser] += one
		failures[c.Subuser] += c.OpenFailures
		if c.Contact.Tag != "" {
			tags[c.Contact.Tag] += one
		}
	}
	for _, id := range slices.Sorted(maps.Keys(open)) {
		want.Subusers = append(want.Subusers, store.SubuserCount{Subuser: id, Count: open[id], OpenFailures: failures[id]})
	}
	for _, tag := range slices.Sorted(maps.Keys(tags)) {
		want.Tags = append(want.Tags, store.TagCount{Tag: tag, Count: tags[tag]})
	}
	for view, n := range got.Views { // a view with none may be absent or 0
		if n == 0 {
			delete(got.Views, view)
		}
	}
	if !reflect.DeepEqual(got, want) {
		return differ(fmt.Sprintf("counts for %s", o.person), got, want)
	}
	return nil
}

// profile reads what a person may see of a contact.
func (p *trial) profile(o op) error {
	id, scope := p.contacts[o.thread.number], people[o.person].Scope()
	if id == 0 {
		return nil
	}
	list, err := p.store.ConversationsOf(p.ctx, scope, p.users[o.person], id)
	if err != nil {
		return err
	}
	var want []store.Conversation
	for _, th := range p.past.threads() {
		if th.number == o.thread.number && sees(o.person, th.subuser) {
			want = append(want, p.summary(th, o.person))
		}
	}
	got := p.withoutContactIDs(list)
	slices.SortFunc(got, func(a, b store.Conversation) int { return int(a.ID - b.ID) })
	if !slices.Equal(got, want) {
		return differ(fmt.Sprintf("conversations of %v", o), got, want)
	}
	changes, _, err := p.store.TagChangesIn(p.ctx, scope, id, store.TagPart{Limit: 1 << 20})
	if err != nil {
		return err
	}
	slices.SortFunc(changes, func(a, b store.TagChange) int { return cmp.Compare(b.ID, a.ID) })
	expected := slices.DeleteFunc(p.past.contact(o.thread.number).changes, func(c store.TagChange) bool { return !sees(o.person, c.Subuser) })
	slices.Reverse(expected)
	for i := range expected {
		expected[i].ContactID = id
	}
	if !slices.Equal(changes, expected) {
		return differ(fmt.Sprintf("tag changes of %v", o), changes, expected)
	}
	return nil
}
