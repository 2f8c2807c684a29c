package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// BulkAction is what can be done to many conversations at once.
type BulkAction string

// The actions.
const (
	BulkDone   BulkAction = "done"
	BulkReopen BulkAction = "reopen"
	BulkRead   BulkAction = "read"
	BulkUnread BulkAction = "unread"
	BulkAssign BulkAction = "assign"
	BulkSnooze BulkAction = "snooze"
)

// Bulk is an action with what it needs.
type Bulk struct {
	Action   BulkAction
	Assignee int64  // of BulkAssign; 0 for nobody
	Until    int64  // of BulkSnooze, Unix ms
	Once     []byte // tells the form that undoes it from every other; nil from none
}

// Was is what a conversation was before a Bulk changed it.
type Was struct {
	ID    int64
	Value int64 // whose it was, how many messages were unread, or where it stood (see place)
}

// ErrMayNotSee says that the assignee may not see one of the conversations.
var ErrMayNotSee = errors.New("the person may not see the conversation")

// DoBulk does the action to the conversations in one transaction and returns those that it changed, as they were. What
// the scope leaves out is passed over; if nothing is left it is ErrNotFound. An assignee there is not is ErrNotFound,
// one who may not see all of them ErrMayNotSee, and nothing changes.
func (s *Store) DoBulk(ctx context.Context, scope Scope, user int64, b Bulk, ids []int64) ([]Was, error) {
	to := Everything
	if b.Action == BulkAssign && b.Assignee != 0 {
		person, err := s.User(ctx, b.Assignee)
		if err != nil {
			return nil, err
		}
		to = person.Scope()
	}
	var was []Was
	err := s.each(ctx, scope, b.concerns(user), ids, func(t *tx, c Conversation) (bool, error) {
		if !to.Sees(c.Subuser) {
			return false, ErrMayNotSee
		}
		before, changed, err := t.bulk(b, user, c)
		if changed {
			was = append(was, Was{c.ID, before})
		}
		return changed, err
	})
	if err != nil {
		return nil, err
	}
	return was, nil
}

// Own tells whether it changes what is the person's own: what they have read.
func (b Bulk) Own() bool { return b.Action == BulkRead || b.Action == BulkUnread }

// concerns is whom the changes concern: what is read is each person's own.
func (b Bulk) concerns(user int64) int64 {
	if b.Own() {
		return user
	}
	return 0
}

// status is where the action puts conversations.
func (b Bulk) status() status {
	switch b.Action {
	case BulkDone:
		return statusDone
	case BulkSnooze:
		return b.Until
	}
	return statusOpen
}

// bulk does the action to one conversation. It tells what it was before and whether it changed.
func (t *tx) bulk(b Bulk, user int64, c Conversation) (before int64, changed bool, err error) {
	id := c.ID
	switch b.Action {
	case BulkDone, BulkReopen, BulkSnooze:
		if before, err = t.status(id); err == nil {
			changed, err = t.setStatus(id, b.status(), user)
		}
		return before, changed, err
	case BulkRead:
		were, changed, err := t.markRead(user, c.Subuser, id)
		return int64(were), changed, err
	case BulkUnread:
		changed, err = t.markUnreadAgain(user, c.Subuser, id)
		return 0, changed, err
	case BulkAssign:
		err = t.Row(`SELECT assignee_id FROM conversations WHERE id = ?`, id).Scan(&before)
		if err != nil || before == b.Assignee {
			return before, false, err
		}
		err = t.Exec(`UPDATE conversations SET assignee_id = ? WHERE id = ?`, b.Assignee, id)
	default:
		return 0, false, errors.New("no such action")
	}
	if errors.Is(found(err), ErrNotFound) {
		return 0, false, nil
	}
	return before, err == nil, err
}

// UndoBulk makes the conversations again what they were, where they still are what the action made of them. What the
// scope leaves out is passed over; if nothing is left it is ErrNotFound. A former assignee who may not see one of them
// does not get it back.
func (s *Store) UndoBulk(ctx context.Context, scope Scope, user int64, b Bulk, was []Was) error {
	before := map[int64]int64{}
	for _, w := range was {
		before[w.ID] = w.Value
	}
	people, err := s.People(ctx, Everything)
	if err != nil {
		return err
	}
	sees := func(person int64, subuser SubuserID) bool {
		for _, p := range people {
			if p.ID == person {
				return p.Scope().Sees(subuser)
			}
		}
		return person == 0
	}
	ids := slices.Sorted(maps.Keys(before))
	return s.each(ctx, scope, b.concerns(user), ids, func(t *tx, c Conversation) (bool, error) {
		if b.Action == BulkAssign && !sees(before[c.ID], c.Subuser) {
			return false, nil
		}
		if b.Once != nil {
			if first, err := t.takeForm(user, fmt.Appendf(nil, "%s %d", b.Once, c.ID)); err != nil || !first {
				return false, err
			}
		}
		return t.undoBulk(b, user, c, Was{c.ID, before[c.ID]})
	})
}

// undoBulk keeps the messages that have come in meanwhile unread.
func (t *tx) undoBulk(b Bulk, user int64, c Conversation, w Was) (bool, error) {
	var n int64
	var err error
	switch b.Action {
	case BulkDone, BulkReopen, BulkSnooze:
		return t.putBack(b, user, w)
	case BulkRead:
		return t.unreadMore(user, c, int(w.Value))
	case BulkUnread:
		return t.unreadMore(user, c, -1)
	case BulkAssign:
		n, err = t.Affected(`UPDATE conversations SET assignee_id = ?1
			WHERE id = ?2 AND assignee_id = ?3 AND assignee_id <> ?1`, w.Value, w.ID, b.Assignee)
	}
	return n > 0, err
}

// putBack puts a conversation where it stood, unless it stands elsewhere by now or its time has come meanwhile.
func (t *tx) putBack(b Bulk, user int64, w Was) (bool, error) {
	b.Until = max(b.Until, 1) // which moment it was does not matter here
	now, err := t.status(w.ID)
	if err != nil || stateOf(now) != stateOf(b.status()) {
		return false, err
	}
	if stateOf(w.Value) == 2 && w.Value <= t.now {
		w.Value = statusOpen
	}
	return t.setStatus(w.ID, w.Value, user)
}
