package store

import (
	"context"

	"tagline/store/sqlite"
)

// Send is a reply that is due to be handed to TextLink.
type Send struct {
	ID          int64
	Subuser     SubuserID
	PhoneNumber string
	Text        string
	SIMCardID   int64 // 0 leaves it to TextLink
	CustomID    string
}

// Line is what sends wait in, one behind the other: that of their SIM card, or of the subuser where none is named.
func (s Send) Line() int64 {
	if s.SIMCardID != 0 {
		return s.SIMCardID
	}
	return -1 - int64(s.Subuser)
}

// DueSends returns the first reply of each line, unless that is out or another in its conversation comes first.
func (s *Store) DueSends(ctx context.Context) ([]Send, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT p.id, c.subuser_id, k.phone_number, p.text,
		coalesce(p.sim_card_id, 0), p.custom_id
		FROM replies p JOIN conversations c ON c.id = p.conversation_id
		JOIN contacts k ON k.id = c.contact_id AND NOT k.deleted
		WHERE p.state = 'queued' AND p.id IN (SELECT min(q.id) FROM replies q JOIN conversations d ON d.id = q.conversation_id
				WHERE q.state IN ('queued', 'out') GROUP BY coalesce(q.sim_card_id, -1 - d.subuser_id))
			AND NOT EXISTS (SELECT 1 FROM replies o WHERE o.conversation_id = p.conversation_id AND o.id < p.id
			AND o.state IN ('queued', 'out'))
		ORDER BY p.id`)
	return collect(rows, err, func(r row, d *Send) error {
		return r.Scan(&d.ID, &d.Subuser, &d.PhoneNumber, &d.Text, &d.SIMCardID, &d.CustomID)
	})
}

// StartSend notes that the call with a reply goes out now. A reply that was tried already is ErrNotFound: it must not
// go out again. So is every reply of a copy that was not adopted yet.
func (s *Store) StartSend(ctx context.Context, id int64) error {
	return s.moveReply(ctx, id, replyQueued, `UPDATE replies SET state = 'out', tried_at = ?1 WHERE id = ?2 AND state = ?3
		AND NOT (`+sqlite.IsCopied+`) RETURNING conversation_id`)
}

// EndSend notes that TextLink took the reply; waiting says that the phone is busy or offline.
func (s *Store) EndSend(ctx context.Context, id int64, waiting bool) error {
	return s.moveReply(ctx, id, replyOut, `UPDATE replies SET state = 'accepted', answered_at = ?1, waiting = ?4
		WHERE id = ?2 AND state = ?3 RETURNING conversation_id`, waiting)
}

// RefuseSend notes that it is certain that the reply was not sent, and why.
func (s *Store) RefuseSend(ctx context.Context, id int64, reason string) error {
	return s.moveReply(ctx, id, replyOut, `UPDATE replies SET state = 'refused', answered_at = ?1, reason = ?4
		WHERE id = ?2 AND state = ?3 RETURNING conversation_id`, reason)
}

// LoseSend notes that nobody knows whether the reply was sent, and why.
func (s *Store) LoseSend(ctx context.Context, id int64, reason string) error {
	return s.moveReply(ctx, id, replyOut, `UPDATE replies SET state = 'unknown', answered_at = ?1, reason = ?4
		WHERE id = ?2 AND state = ?3 RETURNING conversation_id`, reason)
}

// LoseSends does that with all whose call was out when another process ended, and returns how many there were.
func (s *Store) LoseSends(ctx context.Context, reason string) (int, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id FROM replies WHERE state = 'out' ORDER BY id`)
	out, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	for _, id := range out {
		if err == nil {
			err = s.LoseSend(ctx, id, reason)
		}
	}
	return len(out), err
}

// moveReply takes a reply from one state to the next and concludes its message anew.
func (s *Store) moveReply(ctx context.Context, id int64, from replyState, update string, more ...any) error {
	return s.write(ctx, func(t *tx) error { return t.moveReply(id, from, update, more...) })
}

func (t *tx) moveReply(id int64, from replyState, update string, more ...any) error {
	var conversation int64
	if err := found(t.Row(update, append([]any{t.now, id, from}, more...)...).Scan(&conversation)); err != nil {
		return err
	}
	own, err := t.reports(`r.id = ?2`, conversation, id)
	if err != nil {
		return err
	}
	related, err := t.related(own[0])
	if err != nil {
		return err
	}
	if _, err := t.conclusions(related); err != nil {
		return err
	}
	t.notify(repliesQueued)
	c := Change{Number: t.next(), ConversationID: conversation}
	if err := t.Row(`SELECT subuser_id FROM conversations WHERE id = ?`, conversation).Scan(&c.Subuser); err != nil {
		return err
	}
	return t.changed(c)
}
