package store_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// wander lets things happen around what is unread that are not about it: messages that come dated in the past, that
// grow too old and go with their conversation, that were snoozed, or read by several tabs and taken back in bulk.
type wander struct {
	*team
	snoozed map[int64]int64 // who snoozed a conversation
	undo    []func()        // bulk actions that a tab can still take back
}

// texts are the messages of a conversation, ascending.
func (m *wander) texts(id int64) []store.Message {
	m.t.Helper()
	messages, _, err := m.s.MessagesBefore(m.t.Context(), store.Everything, id, store.Position{}, 1000)
	m.fail(err)
	return messages
}

// late has a message come in that is dated long ago: it is one more to read, wherever it stands.
func (m *wander) late() {
	id := anyOf(m.team, m.all)
	c := m.all[id]
	at := m.c.ms.Load() - int64(m.random.IntN(90))*time.Minute.Milliseconds()
	text := fmt.Sprint("late ", m.random.Uint64())
	tell(m.t, m.s, m.c, fact{kind: store.KindReceived, subuser: c.Subuser, number: c.Contact.PhoneNumber, text: text, timestamp: at})
	for user, u := range m.people {
		if u.Scope().Sees(c.Subuser) || u.Disabled && m.unread[user][id] > 0 {
			m.unread[user][id]++
		}
	}
}

// grow lets a day pass and removes what is older than one. What nobody wrote to since is gone, and comes back as another.
func (m *wander) grow() {
	m.c.advance(time.Duration(m.random.IntN(20)) * time.Hour)
	m.receive(store.SubuserID(m.random.IntN(6)), 20) // so that the clock is believed
	before := m.c.ms.Load() - 24*time.Hour.Milliseconds()
	left := map[int64]int{}
	for id := range m.all {
		for _, message := range m.texts(id) {
			if message.At >= before || message.ArrivedAt >= before {
				left[id]++
			}
		}
	}
	expire(m.t, m.s, map[store.Perishable]int{store.PerishableMessages: 1})
	for id := range m.all {
		if left[id] == 0 {
			delete(m.all, id)
			delete(m.snoozed, id)
		}
		for _, unread := range m.unread {
			if unread[id] = min(unread[id], left[id]); unread[id] == 0 {
				delete(unread, id)
			}
		}
	}
}

// snooze has somebody snooze a conversation, and sometimes its time come.
func (m *wander) snooze() {
	u := m.people[anyOf(m.team, m.people)]
	if id := m.seen(u); id != 0 {
		m.c.advance(time.Second) // who snoozes until the same moment changes nothing
		m.fail(m.s.Snooze(m.t.Context(), u.Scope(), u.ID, m.c.ms.Load()+time.Hour.Milliseconds(), id))
		m.snoozed[id] = u.ID
	}
	if m.random.IntN(2) == 0 {
		return
	}
	for id := range m.snoozed { // a message wakes it as well
		c, err := m.s.Conversation(m.t.Context(), store.Everything, 0, id)
		if m.fail(err); c.SnoozedUntil == 0 {
			delete(m.snoozed, id)
		}
	}
	m.c.advance(2 * time.Hour)
	_, err := m.s.WakeDue(m.t.Context(), m.c.ms.Load())
	m.fail(err)
	for id, by := range m.snoozed {
		if u := m.people[by]; u.Scope().Sees(m.all[id].Subuser) && !u.Disabled {
			m.unread[by][id] = max(m.unread[by][id], 1)
		}
	}
	clear(m.snoozed)
}

// bulk has somebody read or unread several conversations at once; another tab takes that back whenever it likes.
func (m *wander) bulk() {
	if len(m.undo) > 0 && m.random.IntN(2) == 0 {
		i := m.random.IntN(len(m.undo))
		undo := m.undo[i]
		m.undo = slices.Delete(m.undo, i, i+1)
		undo()
		return
	}
	u := m.people[anyOf(m.team, m.people)]
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(m.all)), func(id int64) bool { return !u.Scope().Sees(m.all[id].Subuser) || m.random.IntN(2) == 0 })
	if len(ids) == 0 {
		return
	}
	b := store.Bulk{Action: []store.BulkAction{store.BulkRead, store.BulkUnread}[m.random.IntN(2)]}
	was, err := m.s.DoBulk(m.t.Context(), u.Scope(), u.ID, b, ids)
	m.fail(err)
	unread := m.unread[u.ID]
	wasUnread := map[int64]int{}
	for _, id := range ids {
		if had := unread[id]; b.Action == store.BulkRead && had > 0 {
			wasUnread[id] = had
			unread[id] = 0
		} else if b.Action == store.BulkUnread && had == 0 {
			wasUnread[id] = -1
			unread[id] = 1
		}
	}
	if len(was) != len(wasUnread) {
		m.t.Fatalf("%s changed %v, want %v", b.Action, was, wasUnread)
	}
	m.undo = append(m.undo, func() {
		now := m.people[u.ID]
		there := slices.DeleteFunc(slices.Clone(was), func(w store.Was) bool { return m.all[w.ID].ID == 0 || !now.Scope().Sees(m.all[w.ID].Subuser) })
		if len(there) == 0 {
			return
		}
		m.fail(m.s.UndoBulk(m.t.Context(), now.Scope(), u.ID, b, was))
		for _, w := range there {
			unread[w.ID] = max(0, min(unread[w.ID]+wasUnread[w.ID], len(m.texts(w.ID))))
		}
	})
}

// Whatever else happens, what is unread to whom is what a plain count says.
func TestUnreadOfATeamAroundWhichOtherThingsHappen(t *testing.T) {
	seeds := uint64(3)
	if raceDetector || testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		path := filepath.Join(t.TempDir(), "tagline.db")
		m := &wander{team: newTeam(t, path, 100+seed), snoozed: map[int64]int64{}}
		for step := range 200 {
			switch n := m.random.IntN(50); {
			case n < 14 || len(m.all) == 0:
				m.receive(store.SubuserID(m.random.IntN(6)), m.random.IntN(8))
			case n < 22:
				m.read()
			case n < 28:
				m.late()
			case n < 32:
				m.snooze()
			case n < 40:
				m.bulk()
			case n < 43:
				m.grow()
			case n < 47:
				m.change()
			case n < 48:
				m.delete()
				maps.DeleteFunc(m.snoozed, func(id, _ int64) bool { return m.all[id].ID == 0 })
			default:
				m.join(fmt.Sprint("later", step), store.Agent, store.SubuserID(m.random.IntN(6)))
			}
			m.compare()
		}
		checked(t, path)
	}
}
