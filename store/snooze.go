package store

import "context"

// status is where a conversation stands: placeOpen, placeDone, or until when it is snoozed, Unix ms.
type status = int64

const (
	statusOpen status = 0
	statusDone status = -1
)

// stateOf is the column done of a place.
func stateOf(p status) int {
	switch p {
	case statusOpen:
		return 0
	case statusDone:
		return 1
	}
	return 2
}

// status tells where a conversation stands.
func (t *tx) status(conversation int64) (p status, err error) {
	err = found(t.Row(`SELECT CASE done WHEN 1 THEN -1 ELSE snoozed_until END FROM conversations WHERE id = ?`,
		conversation).Scan(&p))
	return p, err
}

// setStatus puts a conversation in a place and tells whether it stood elsewhere. user is who snoozes it.
func (t *tx) setStatus(conversation int64, p status, user int64) (bool, error) {
	var until, by int64
	state := stateOf(p)
	if state == 2 {
		until, by = p, user
		t.notify(snoozeChanged)
	}
	n, err := t.Affected(`UPDATE conversations SET done = ?1, snoozed_until = ?2, snoozed_by = ?3
		WHERE id = ?4 AND (done <> ?1 OR snoozed_until <> ?2)`,
		state, until, by, conversation)
	return n > 0, err
}

// Snooze takes the conversations out of the inbox until a moment, Unix ms, or until a message comes in.
func (s *Store) Snooze(ctx context.Context, scope Scope, user, until int64, ids ...int64) error {
	return s.each(ctx, scope, 0, ids, func(t *tx, c Conversation) (bool, error) { return t.setStatus(c.ID, until, user) })
}

// wakeAtOnce bounds one write: others wait for it.
const wakeAtOnce = 200

// WakeDue opens the conversations again whose time has come, up to wakeAtOnce of them. For who snoozed one its last
// message is unread then: in its place among the others nobody would notice it. next is when the next one is due, Unix
// ms, 0 if none is snoozed any more; it has come already where more were due.
func (s *Store) WakeDue(ctx context.Context, now int64) (next int64, err error) {
	next, err = s.nextWake(ctx)
	if err != nil || next == 0 || next > now {
		return next, err
	}
	if err := s.write(ctx, func(t *tx) error { return t.wake(now) }); err != nil {
		return 0, err
	}
	return s.nextWake(ctx)
}

func (s *Store) nextWake(ctx context.Context) (at int64, err error) {
	err = s.reads.QueryRowContext(ctx, `SELECT coalesce(min(snoozed_until), 0) FROM conversations
		WHERE snoozed_until <> 0`).Scan(&at)
	return at, err
}

func (t *tx) wake(now int64) error {
	type sleeper struct {
		id, by  int64
		subuser SubuserID
	}
	rows, err := t.Query(`SELECT c.id, c.subuser_id, coalesce(u.id, 0) FROM conversations c
		LEFT JOIN users u ON u.id = c.snoozed_by AND `+seesSubuser("c.subuser_id")+`
		WHERE c.snoozed_until <> 0 AND c.snoozed_until <= ? ORDER BY c.snoozed_until, c.id LIMIT ?`, now, wakeAtOnce)
	due, err := collect(rows, err, func(r row, s *sleeper) error { return r.Scan(&s.id, &s.subuser, &s.by) })
	if err != nil {
		return err
	}
	for _, d := range due {
		if _, err := t.setStatus(d.id, statusOpen, 0); err != nil {
			return err
		}
		if d.by != 0 {
			if _, err := t.markUnreadAgain(d.by, d.subuser, d.id); err != nil {
				return err
			}
		}
		if err := t.changed(Change{Number: t.next(), ConversationID: d.id, Subuser: d.subuser}); err != nil {
			return err
		}
	}
	return nil
}
