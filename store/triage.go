package store

import (
	"context"
	"errors"
	"slices"
)

// each runs do for every conversation that the scope includes, in one transaction, and notes a change for each where
// something changed. What lies outside the scope is passed over like what does not exist; if nothing is left it is
// ErrNotFound. user is whom the changes concern, 0 for everybody.
func (s *Store) each(ctx context.Context, scope Scope, user int64, ids []int64,
	do func(t *tx, c Conversation) (changed bool, err error),
) error {
	seen, err := s.seen(ctx, scope, user, ids)
	if err != nil {
		return err
	}
	var own []SubuserID // of what is read or unread to the person
	if user != 0 {
		own = subusersOf(seen)
	}
	for _, subuser := range own {
		if err := s.listMost(ctx, user, subuser); err != nil {
			return err
		}
	}
	return s.write(ctx, func(t *tx) error {
		for _, subuser := range own {
			if err := t.listUnread(user, subuser); err != nil {
				return err
			}
		}
		for _, c := range seen {
			changed, err := do(t, c)
			if err == nil && changed {
				err = t.changed(Change{Number: t.next(), ConversationID: c.ID, Subuser: c.Subuser, UserID: user})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// subusersOf are the subusers of conversations, each once.
func subusersOf(all []Conversation) []SubuserID {
	var ids []SubuserID
	for _, c := range all {
		ids = append(ids, c.Subuser)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// seen returns those of the conversations that the scope includes; if there are none it is ErrNotFound.
func (s *Store) seen(ctx context.Context, scope Scope, user int64, ids []int64) (seen []Conversation, err error) {
	for _, id := range ids {
		c, err := s.Conversation(ctx, scope, user, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		seen = append(seen, c)
	}
	if len(seen) == 0 {
		return nil, ErrNotFound
	}
	return seen, nil
}

// MarkRead notes that the person has seen all inbound messages of the conversations so far.
func (s *Store) MarkRead(ctx context.Context, scope Scope, user int64, ids ...int64) error {
	return s.each(ctx, scope, user, ids, func(t *tx, c Conversation) (bool, error) {
		_, changed, err := t.markRead(user, c.Subuser, c.ID)
		return changed, err
	})
}

// MarkReadTo notes that the person has seen the inbound messages of the conversation up to the message. It makes
// nothing unread. A message that is not in the conversation is ErrNotFound.
func (s *Store) MarkReadTo(ctx context.Context, scope Scope, user, id, message int64) error {
	return s.each(ctx, scope, user, []int64{id}, func(t *tx, c Conversation) (bool, error) {
		var last Position
		err := found(t.Row(`SELECT at, id FROM messages WHERE id = ? AND conversation_id = ?`, message, c.ID).
			Scan(&last.At, &last.ID))
		if err != nil {
			return false, err
		}
		var left int
		err = t.Row(`SELECT count(*) FROM messages WHERE conversation_id = ? AND direction = 'in' AND (at, id) > (?, ?)`,
			c.ID, last.At, last.ID).Scan(&left)
		if err != nil {
			return false, err
		}
		if left == 0 {
			_, changed, err := t.markRead(user, c.Subuser, c.ID)
			return changed, err
		}
		n, err := t.Affected(`UPDATE unread SET read = i.read
			FROM (SELECT inbound - ?4 AS read FROM conversations WHERE id = ?3) i
			WHERE user_id = ?1 AND subuser_id = ?2 AND conversation_id = ?3 AND unread.read < i.read`,
			user, c.Subuser, c.ID, left)
		return n > 0, err
	})
}

// MarkUnread makes the last inbound message of each conversation unread again for the person. A conversation that has
// unread messages, or none from the contact, stays as it is.
func (s *Store) MarkUnread(ctx context.Context, scope Scope, user int64, ids ...int64) error {
	return s.each(ctx, scope, user, ids, func(t *tx, c Conversation) (bool, error) {
		return t.markUnreadAgain(user, c.Subuser, c.ID)
	})
}

// MarkUnreadFrom makes the message and all inbound ones after it unread again for the person. Without an inbound
// message from there on it is the last one.
func (s *Store) MarkUnreadFrom(ctx context.Context, scope Scope, user, id, message int64) error {
	return s.each(ctx, scope, user, []int64{id}, func(t *tx, c Conversation) (bool, error) {
		var count int
		err := found(t.Row(`SELECT count(*)
			FROM messages m, (SELECT at, id FROM messages WHERE id = ?2 AND conversation_id = ?1) first
			WHERE m.conversation_id = ?1 AND m.direction = 'in' AND (m.at, m.id) >= (first.at, first.id)`,
			c.ID, message).Scan(&count))
		if err != nil || c.Inbound == 0 {
			return false, err
		}
		return t.markUnread(user, c.Subuser, c.ID, max(count, 1))
	})
}

// SetDone closes the conversations or opens them again, also those that are snoozed.
func (s *Store) SetDone(ctx context.Context, scope Scope, done bool, ids ...int64) error {
	to := statusOpen
	if done {
		to = statusDone
	}
	return s.each(ctx, scope, 0, ids, func(t *tx, c Conversation) (bool, error) { return t.setStatus(c.ID, to, 0) })
}

// Assign gives the conversations to a person, or to nobody (0). A person who may not see one of them is ErrNotFound,
// and nothing changes.
func (s *Store) Assign(ctx context.Context, scope Scope, assignee int64, ids ...int64) error {
	var to Scope
	if assignee != 0 {
		user, err := s.User(ctx, assignee)
		if err != nil {
			return err
		}
		to = user.Scope()
	}
	return s.each(ctx, scope, 0, ids, func(t *tx, c Conversation) (bool, error) {
		if assignee != 0 && !to.Sees(c.Subuser) {
			return false, ErrNotFound
		}
		n, err := t.Affected(`UPDATE conversations SET assignee_id = ?1 WHERE id = ?2 AND assignee_id <> ?1`, assignee, c.ID)
		return n > 0, err
	})
}

// Assignable returns the people who may see the conversation, by name: those it can be assigned to.
func (s *Store) Assignable(ctx context.Context, scope Scope, conversation int64) ([]User, error) {
	c, err := s.Conversation(ctx, scope, 0, conversation)
	if err != nil {
		return nil, err
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT id, name, role FROM users u WHERE `+seesSubuser("?")+` ORDER BY name`,
		c.Subuser)
	return collect(rows, err, func(r row, u *User) error { return r.Scan(&u.ID, &u.Name, &u.Role) })
}
