package store

import (
	"context"
	"errors"
)

// A contact who wants no more messages wants none from the whole account, whichever subuser they told: like name and
// tag it belongs to the number. Who may see one of its conversations sees that; when it was and what they wrote only
// beside the conversation in which they did.

// ErrOptedOut says that the contact wants no more messages and that the writer has not confirmed that this one goes out
// all the same.
var ErrOptedOut = errors.New("the contact opted out")

// heldReason is why replies that waited were not sent.
const heldReason = "They opted out before it was sent."

// applyOptOut takes in a received message if it is one of the words. The newest decides by its own time, in whatever
// order they arrive; of two of the same moment it is that which opts out. It tells whether anything changed.
func (t *tx) applyOptOut(contact known, m Message) (decided, out bool, err error) {
	is, out, err := t.optsOut(m.Text)
	if err != nil || !is {
		return false, false, err
	}
	n, err := t.Affected(`UPDATE contacts SET opted_out = ?2, opt_at = ?3, opt_message = ?4, opt_conversation = ?5
		WHERE id = ?1 AND (opt_at < ?3 OR opt_at = ?3 AND opted_out < ?2)`, contact.ID, out, m.At, m.ID, m.ConversationID)
	return n > 0, out, err
}

// MarkOptedOut notes by hand that the contact of a conversation wants no more messages, or wants them again.
func (s *Store) MarkOptedOut(ctx context.Context, scope Scope, out bool, conversation int64) error {
	c, err := s.Conversation(ctx, scope, 0, conversation)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		// A telephone's clock may be ahead of ours: what is done here comes after what is known.
		n, err := t.Affected(`UPDATE contacts SET opted_out = ?2, opt_at = max(opt_at, ?3), opt_message = 0,
			opt_conversation = 0
			WHERE id = ?1 AND opted_out <> ?2`, c.Contact.ID, out, t.now)
		if err != nil || n == 0 {
			return err
		}
		action := OptedIn
		if out {
			action = OptedOut
		}
		if err := t.audit(ctx, action, conversationWords(c.ID)); err != nil {
			return err
		}
		if err := t.changed(Change{Number: t.next(), ContactID: c.Contact.ID, Subuser: c.Subuser}); err != nil || !out {
			return err
		}
		return t.hold(c.Contact.ID)
	})
}

// hold keeps replies back that wait for being sent to a contact: they were written before it was known.
func (t *tx) hold(contact int64) error {
	rows, err := t.Query(`SELECT p.id FROM replies p JOIN conversations c ON c.id = p.conversation_id
		WHERE p.state IN ('queued', 'out') AND p.state = 'queued' AND c.contact_id = ? ORDER BY p.id`, contact)
	waiting, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	for _, id := range waiting {
		if err == nil {
			err = t.moveReply(id, replyQueued, `UPDATE replies SET state = 'refused', answered_at = ?1, reason = ?4
				WHERE id = ?2 AND state = ?3 RETURNING conversation_id`, heldReason)
		}
	}
	return err
}

// allowReply refuses a reply to somebody who opted out unless that was confirmed, which is noted then.
func (t *tx) allowReply(ctx context.Context, n NewReply) error {
	var out bool
	err := found(t.Row(`SELECT k.opted_out FROM conversations c JOIN contacts k ON k.id = c.contact_id
		WHERE c.id = ?`, n.Conversation).Scan(&out))
	switch {
	case err != nil || !out:
		return err
	case !n.DespiteOptOut:
		return ErrOptedOut
	}
	return t.audit(ctx, SentDespiteOptOut, conversationWords(n.Conversation))
}
