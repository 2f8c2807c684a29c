package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"tagline/store"
)

// team is what should be unread to whom, counted plainly: one number a person and conversation.
type team struct {
	t      *testing.T
	s      *store.Store
	c      *clock
	random *rand.Rand
	people map[int64]store.User
	unread map[int64]map[int64]int // by person and conversation
	all    map[int64]store.Conversation
}

// newTeam has three subusers in which something was said before anybody came.
func newTeam(t *testing.T, path string, seed uint64) *team {
	c := newClock()
	m := &team{t: t, s: openAt(t, path, c, nil), c: c, random: rand.New(rand.NewPCG(seed, 1)),
		people: map[int64]store.User{}, unread: map[int64]map[int64]int{}, all: map[int64]store.Conversation{}}
	for subuser := range store.SubuserID(3) {
		m.receive(subuser, 1)
	}
	m.join("anna", store.Admin)
	m.join("piet", store.Agent, 1)
	m.join("quinn", store.Agent, 1, 2, 5)
	return m
}

func (m *team) fail(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *team) join(name string, role store.Role, subusers ...store.SubuserID) {
	u := person(m.t, m.s, name, role, subusers...)
	m.people[u.ID], m.unread[u.ID] = u, map[int64]int{}
}

// receive has the contact of a number write to a subuser.
func (m *team) receive(subuser store.SubuserID, number int) {
	m.t.Helper()
	m.c.advance(time.Minute)
	phone := fmt.Sprint("+1555", number)
	tell(m.t, m.s, m.c, fact{kind: store.KindReceived, subuser: subuser, number: phone, text: "hello"})
	k, err := m.s.FindContact(m.t.Context(), store.Everything, phone)
	m.fail(err)
	conversations, err := m.s.ConversationsOf(m.t.Context(), store.Everything, 0, k.ID)
	m.fail(err)
	for _, c := range conversations {
		if m.all[c.ID] = c; c.Subuser == subuser {
			for id, u := range m.people {
				if u.Scope().Sees(subuser) || u.Disabled && m.unread[id][c.ID] > 0 {
					m.unread[id][c.ID]++
				}
			}
		}
	}
}

func anyOf[K ~int64, V any](m *team, from map[K]V) K {
	keys := slices.Sorted(maps.Keys(from))
	return keys[m.random.IntN(len(keys))]
}

// seen is one of the conversations that the person sees, 0 if they see none.
func (m *team) seen(u store.User) int64 {
	seen := maps.Clone(m.all)
	maps.DeleteFunc(seen, func(_ int64, c store.Conversation) bool { return !u.Scope().Sees(c.Subuser) })
	if len(seen) == 0 {
		return 0
	}
	return anyOf(m, seen)
}

// read has somebody read a conversation, or make it unread.
func (m *team) read() {
	ctx := m.t.Context()
	u := m.people[anyOf(m, m.people)]
	id := m.seen(u)
	if id == 0 {
		return
	}
	messages, _, err := m.s.MessagesBefore(ctx, u.Scope(), id, store.Position{}, 1000)
	m.fail(err)
	at := m.random.IntN(len(messages))
	after := len(messages) - at - 1
	unread := m.unread[u.ID]
	switch m.random.IntN(5) {
	case 0:
		m.fail(m.s.MarkRead(ctx, u.Scope(), u.ID, id))
		unread[id] = 0
	case 1:
		m.fail(m.s.MarkReadTo(ctx, u.Scope(), u.ID, id, messages[at].ID))
		unread[id] = min(unread[id], after)
	case 2:
		m.fail(m.s.MarkUnread(ctx, u.Scope(), u.ID, id))
		unread[id] = max(unread[id], 1)
	case 3:
		m.fail(m.s.MarkUnreadFrom(ctx, u.Scope(), u.ID, id, messages[at].ID))
		unread[id] = after + 1
	default:
		b := store.Bulk{Action: []store.BulkAction{store.BulkRead, store.BulkUnread}[m.random.IntN(2)]}
		was, err := m.s.DoBulk(ctx, u.Scope(), u.ID, b, []int64{id})
		m.fail(err)
		if len(was) > 0 {
			m.fail(m.s.UndoBulk(ctx, u.Scope(), u.ID, b, was))
		}
	}
}

// change changes what somebody may see, or whether they may sign in.
func (m *team) change() {
	ctx := m.t.Context()
	id := anyOf(m, m.people)
	u := m.people[id]
	switch kind := m.random.IntN(3); {
	case u.Role == store.Admin:
		return
	case kind == 0 && u.Disabled:
		m.fail(m.s.Enable(ctx, id))
		u.Disabled = false
	case kind == 0:
		m.fail(m.s.Disable(ctx, id))
		u.Disabled = true
	default:
		u.All, u.Subusers = m.random.IntN(4) == 0, nil
		for subuser := range store.SubuserID(6) {
			if !u.All && m.random.IntN(2) == 0 {
				u.Subusers = append(u.Subusers, subuser)
			}
		}
		m.fail(m.s.SetAccess(ctx, u))
		maps.DeleteFunc(m.unread[id], func(c int64, _ int) bool { return !u.Scope().Sees(m.all[c].Subuser) })
	}
	m.people[id] = u
}

func (m *team) delete() {
	id := anyOf(m, m.all)
	contact := m.all[id].Contact.ID
	m.fail(m.s.DeleteContact(m.t.Context(), contact))
	m.fail(m.s.FinishDeletions(m.t.Context()))
	for id, c := range m.all {
		if c.Contact.ID == contact {
			delete(m.all, id)
			for _, unread := range m.unread {
				delete(unread, id)
			}
		}
	}
}

// compare compares everything that tells what is unread with the plain count.
func (m *team) compare() {
	m.t.Helper()
	ctx := m.t.Context()
	for id, c := range m.all {
		by, err := m.s.UnreadBy(ctx, store.Everything, id)
		m.fail(err)
		for user, u := range m.people {
			want := m.unread[user][id]
			if !u.Scope().Sees(c.Subuser) {
				if by[user] != 0 {
					m.t.Fatalf("%d are unread to %s, who does not see it", by[user], u.Name)
				}
				continue
			}
			one, err := m.s.Conversation(ctx, u.Scope(), user, id)
			if m.fail(err); one.Unread != want || by[user] != want {
				m.t.Fatalf("conversation %d of subuser %v: %d and %d are unread to %s, want %d",
					id, c.Subuser, one.Unread, by[user], u.Name, want)
			}
		}
	}
	for user, u := range m.people {
		var want []int64
		for id, n := range m.unread[user] {
			if n > 0 && u.Scope().Sees(m.all[id].Subuser) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		list, _, err := m.s.Conversations(ctx, u.Scope(), user, store.Filter{View: store.ViewUnread}, store.Position{}, 1000)
		m.fail(err)
		var got []int64
		for _, c := range list {
			got = append(got, c.ID)
		}
		if !slices.IsSortedFunc(list, func(a, b store.Conversation) int { return int(b.LastAt - a.LastAt) }) {
			m.t.Fatal("the list is in no order")
		}
		slices.Sort(got)
		own, err := m.s.OwnCounts(ctx, u.Scope(), user)
		if m.fail(err); !slices.Equal(got, want) || own.Unread != len(want) {
			m.t.Fatalf("%s has %v unread, a count of %d; want %v", u.Name, got, own.Unread, want)
		}
	}
}

// What is unread to whom is kept for each person only as far as they read; it must be what a plain count says,
// whatever they read, come to see and lose, and whoever comes later.
func TestUnreadOfATeamIsWhatAPlainCountSays(t *testing.T) {
	for seed := range uint64(4) {
		path := filepath.Join(t.TempDir(), "tagline.db")
		m := newTeam(t, path, seed)
		for step := range 150 {
			switch n := m.random.IntN(40); {
			case n < 18:
				m.receive(store.SubuserID(m.random.IntN(6)), m.random.IntN(8))
			case n < 33:
				m.read()
			case n < 37:
				m.change()
			case n < 38:
				m.delete()
			case n < 39:
				m.join(fmt.Sprint("later", step), store.Agent, store.SubuserID(m.random.IntN(6)))
			default:
				number := fmt.Sprint("+1777", step)
				tell(t, m.s, m.c, fact{kind: store.KindSent, subuser: 2, number: number, text: "hi", customID: number})
			}
			if step%3 == 0 {
				m.compare()
			}
		}
		m.compare()
		checked(t, path)
	}
}

// Somebody who was away long gets thousands of unread conversations; they are listed in several writes when one of them
// is read.
func TestReadingOneOfThousandsOfConversations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tagline.db")
	c := newClock()
	s := openAt(t, path, c, nil)
	anna, piet := person(t, s, "anna", store.Admin), person(t, s, "piet", store.Agent, 6)
	const many = 4100
	var writers sync.WaitGroup
	for part := range 50 {
		writers.Go(func() {
			for n := part; n < many; n += 50 {
				f := fact{kind: store.KindReceived, subuser: 6, number: fmt.Sprint("+1555", n), text: "hello"}
				if _, err := record(t.Context(), s, c, f); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	c.advance(time.Hour)
	unread := func(u store.User) (listed []store.Conversation, count int) {
		t.Helper()
		f := store.Filter{View: store.ViewUnread}
		list, _, err := s.Conversations(t.Context(), u.Scope(), u.ID, f, store.Position{}, 2*many)
		own, more := s.OwnCounts(t.Context(), u.Scope(), u.ID)
		if err != nil || more != nil {
			t.Fatal(err, more)
		}
		return list, own.Unread
	}
	list, count := unread(anna)
	if len(list) != many || count != many {
		t.Fatalf("%d are listed, %d counted", len(list), count)
	}
	for read, c := range []store.Conversation{list[0], list[many-1], list[many/2]} {
		if err := s.MarkRead(t.Context(), anna.Scope(), anna.ID, c.ID); err != nil {
			t.Fatal(err)
		}
		if list, count := unread(anna); len(list) != many-read-1 || count != many-read-1 {
			t.Errorf("after %d were read %d are listed, %d counted", read+1, len(list), count)
		}
	}
	if list, count := unread(piet); len(list) != many || count != many {
		t.Errorf("to somebody else %d are listed as unread, %d counted", len(list), count)
	}
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: list[0].Contact.PhoneNumber, text: "hello again"})
	again, count := unread(anna)
	if len(again) != many-2 || count != many-2 || again[0].ID != list[0].ID || again[0].Unread != 1 {
		t.Errorf("after another message %d are listed, %d counted", len(again), count)
	}
	checked(t, path)
}

// What the contact wrote is too old and goes, what we wrote stays: nothing is unread in it.
func TestNothingIsUnreadWhereWhatTheyWroteExpired(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tagline.db")
	c := newClock()
	s := openAt(t, path, c, nil)
	anna, piet := person(t, s, "anna", store.Admin), person(t, s, "piet", store.Admin)
	say := func(kind store.Kind, number string) {
		t.Helper()
		tell(t, s, c, fact{kind: kind, subuser: 6, number: number, text: "hello"})
		c.advance(time.Minute)
	}
	for n := range 3 {
		say(store.KindReceived, fmt.Sprint("+1555", n))
	}
	if err := s.MarkRead(t.Context(), store.Everything, anna.ID, newestFirst(t, s)[2]); err != nil {
		t.Fatal(err)
	}
	c.advance(10 * 24 * time.Hour)
	for n := range 3 {
		say(store.KindSent, fmt.Sprint("+1555", n))
	}
	expire(t, s, map[store.Perishable]int{store.PerishableMessages: 5})
	for _, u := range []store.User{anna, piet} {
		f := store.Filter{View: store.ViewUnread}
		list, _, err := s.Conversations(t.Context(), store.Everything, u.ID, f, store.Position{}, 9)
		own, more := s.OwnCounts(t.Context(), store.Everything, u.ID)
		if err != nil || more != nil || len(list) != 0 || own.Unread != 0 {
			t.Errorf("%s has %d unread, a count of %d: %v, %v", u.Name, len(list), own.Unread, err, more)
		}
	}
	if left := newestFirst(t, s); len(left) != 3 {
		t.Errorf("%d conversations are left", len(left))
	}
	checked(t, path)
	say(store.KindReceived, "+15552")
	by, err := s.UnreadBy(t.Context(), store.Everything, newestFirst(t, s)[0])
	if err != nil || by[anna.ID] != 1 || by[piet.ID] != 1 {
		t.Errorf("after another message unread are %v, %v", by, err)
	}
	checked(t, path)
}

// newestFirst returns the ids of the conversations, the newest first.
func newestFirst(t *testing.T, s *store.Store) (ids []int64) {
	t.Helper()
	f := store.Filter{View: store.ViewAll}
	list, _, err := s.Conversations(t.Context(), store.Everything, 0, f, store.Position{}, 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}
