package store

import (
	"context"
	"time"
)

// HeldAfter is how long something may wait for being sent. What waited longer is held, and somebody is asked: what was
// right hours ago may be wrong by now.
const HeldAfter = 4 * time.Hour

// aheadOfNow is how far what waits may be dated ahead of the clock. Where it is more, the clock is or was wrong, and
// nobody knows for how long it has waited.
const aheadOfNow = 2 * time.Minute

const (
	// lateReason is why what waited longer was not sent.
	lateReason = "It waited for more than 4 hours."
	// aheadReason is why what is dated ahead was not sent.
	aheadReason = "It is dated later than this machine's clock says, so nobody can tell for how long it has waited."
)

// waitingSpan is when what waits must have been written to be neither late nor dated ahead, in Unix ms.
func (s *Store) waitingSpan() (since, until int64) {
	now := s.now()
	return now - HeldAfter.Milliseconds(), now + aheadOfNow.Milliseconds()
}

// HoldLate holds the replies that waited too long or are dated ahead, and returns how many there were. A long queue
// that moves does not make them late: only those are whose line has stood still as long.
func (s *Store) HoldLate(ctx context.Context) (held int, err error) {
	if err := s.adoptCopy(ctx); err != nil {
		return 0, err
	}
	since, until := s.waitingSpan()
	rows, err := s.reads.QueryContext(ctx, `SELECT p.id, r.arrived_at > ?2 FROM replies p JOIN reports r ON r.id = p.id
		JOIN conversations c ON c.id = p.conversation_id
		WHERE p.state IN ('queued', 'out') AND p.state = 'queued' AND (r.arrived_at > ?2 OR r.arrived_at < ?1
			AND coalesce(p.sim_card_id, -1 - c.subuser_id) NOT IN (SELECT coalesce(o.sim_card_id, -1 - d.subuser_id)
				FROM replies o JOIN conversations d ON d.id = o.conversation_id WHERE o.tried_at BETWEEN ?1 AND ?2))
		ORDER BY p.id`, since, until)
	var late, ahead []int64
	_, err = collect(rows, err, func(r row, id *int64) error {
		var isAhead bool
		if err := r.Scan(id, &isAhead); err != nil {
			return err
		}
		if isAhead {
			ahead = append(ahead, *id)
		} else {
			late = append(late, *id)
		}
		return nil
	})
	if err != nil || len(late)+len(ahead) == 0 {
		return 0, err
	}
	err = s.write(ctx, func(t *tx) error {
		if err := t.holdReplies(late, lateReason); err != nil {
			return err
		}
		return t.holdReplies(ahead, aheadReason)
	})
	return len(late) + len(ahead), err
}

// holdReplies holds replies that wait. Of some of them it may be over meanwhile.
func (t *tx) holdReplies(waiting []int64, reason string) error {
	for _, id := range waiting {
		if err := gone(t.moveReply(id, replyQueued, `UPDATE replies SET state = 'held', answered_at = ?1, reason = ?4
			WHERE id = ?2 AND state = ?3 RETURNING conversation_id`, reason)); err != nil {
			return err
		}
	}
	return nil
}

// holdCopied holds the replies of a copy that were to be sent or on their way when it was made. They count as tried:
// TextLink may still tell of them.
func (t *tx) holdCopied() (held int, err error) {
	rows, err := t.Query(`SELECT id, state FROM replies WHERE state IN ('queued', 'out') ORDER BY id`)
	type waiting struct {
		id    int64
		state replyState
	}
	all, err := collect(rows, err, func(r row, w *waiting) error { return r.Scan(&w.id, &w.state) })
	for _, w := range all {
		if err == nil {
			err = t.moveReply(w.id, w.state, `UPDATE replies SET state = 'held', answered_at = ?1, reason = ?4,
				tried_at = coalesce(tried_at, (SELECT arrived_at FROM reports WHERE id = ?2)) WHERE id = ?2 AND state = ?3
				RETURNING conversation_id`, copiedReason)
		}
	}
	return len(all), err
}

// HoldLateTags holds the tag requests that waited too long or are dated ahead, and returns how many there were.
func (s *Store) HoldLateTags(ctx context.Context) (held int, err error) {
	if err := s.adoptCopy(ctx); err != nil {
		return 0, err
	}
	since, until := s.waitingSpan()
	var any bool
	if err := s.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM tag_requests
		WHERE state IN ('queued', 'out') AND state = 'queued'
		AND asked_at NOT BETWEEN ? AND ?)`, since, until).Scan(&any); err != nil || !any {
		return 0, err
	}
	err = s.write(ctx, func(t *tx) error {
		late, err := t.holdTags(`q.state IN ('queued', 'out') AND q.state = 'queued' AND q.asked_at < ?`, lateReason, since)
		if err != nil {
			return err
		}
		ahead, err := t.holdTags(`q.state IN ('queued', 'out') AND q.state = 'queued' AND q.asked_at > ?`, aheadReason, until)
		held = late + ahead
		return err
	})
	return held, err
}

// holdTags holds the tag requests q that meet the condition: they stand beside the contact like one that was refused,
// where somebody asks for them once more or dismisses them. Of several of a contact the newest does.
func (t *tx) holdTags(condition, reason string, args ...any) (held int, err error) {
	rows, err := t.Query(`SELECT q.id, q.contact_id, q.subuser_id FROM tag_requests q WHERE `+
		condition+` ORDER BY q.id`, args...)
	type request struct {
		id, contact int64
		subuser     SubuserID
	}
	all, err := collect(rows, err, func(r row, q *request) error { return r.Scan(&q.id, &q.contact, &q.subuser) })
	for _, q := range all {
		if err != nil {
			return 0, err
		}
		if err = t.Exec(`UPDATE tag_requests SET state = ?, answered_at = ?, reason = ?
			WHERE id = ?`, tagRefused, t.now, reason, q.id); err != nil {
			return 0, err
		}
		if err = t.Exec(`DELETE FROM tag_requests WHERE contact_id = ?1 AND id < ?2 AND state <> 'accepted'
			AND state <> 'out'`, q.contact, q.id); err != nil {
			return 0, err
		}
		err = t.askedChanged(t.next(), q.contact, q.subuser)
	}
	return len(all), err
}

// holdForwards takes what waits for destinations out of their queues. It stands in their logs like what was given up,
// from which it can be sent again. What was not offered to them yet waits as well.
func (t *tx) holdForwards(reason string) (held int, err error) {
	rows, err := t.Query(`SELECT ` + targetColumns + `, 0 FROM targets`)
	targets, err := collect(rows, err, scanTarget)
	if err != nil {
		return 0, err
	}
	for _, g := range targets {
		rows, err := t.Query(`SELECT id, kind, arrived_at, outcome, subuser_id, phone_number, x'' FROM deliveries
			WHERE id > ? ORDER BY id`, g.taken)
		fresh, err := collect(rows, err, scanDelivery)
		if err == nil && len(fresh) > 0 {
			err = t.takeForwards(g, fresh)
		}
		if err != nil {
			return 0, err
		}
	}
	n, err := t.Affected(`INSERT INTO forward_attempts (target_id, delivery_id, kind, at, took, status, error, answer,
		gave_up)
		SELECT f.target_id, f.delivery_id, d.kind, ?1, 0, 0, ?2, x'', 1 FROM forwards f
		JOIN deliveries d ON d.id = f.delivery_id
		ORDER BY f.delivery_id, f.target_id`, t.now, reason)
	if err != nil {
		return 0, err
	}
	return int(n), t.Exec(`DELETE FROM forwards`)
}
