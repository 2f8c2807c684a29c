package store

import (
	"context"
	"strings"
)

// ContactDeleted is what the audit log says; it names the contact by its id alone.
const ContactDeleted Action = "contact deleted"

// Deletion is a contact that was deleted. Nobody has seen it since it began.
type Deletion struct {
	ID        int64
	ContactID int64
	BegunAt   int64 // Unix ms
	// when none of the database's own files held anything of it any more, Unix ms; 0 while that is under way
	EndedAt int64
}

// deletedNumber stands before the number of a contact that is being deleted, with its id, so that the number is free
// for a new contact. Only so is the number kept until the end: bodies that name it are found by it.
const deletedNumber = "deleted:"

// erasedAtOnce is how many rows one write removes: others wait for it.
const erasedAtOnce = 100

// DeleteContact takes a contact away with everything that is known of it, or is ErrNotFound. Nobody sees anything of it
// from then on, and a message from the number makes a new contact. FinishDeletions removes what is left in the tables
// and on the disk.
func (s *Store) DeleteContact(ctx context.Context, id int64) error {
	return s.write(ctx, func(t *tx) error {
		t.notify(retentionChanged)
		if err := t.Exec(`DELETE FROM forwards WHERE target_id IN (SELECT id FROM targets)
			AND phone_number COLLATE NOCASE = (SELECT phone_number FROM contacts
			WHERE id = ? AND NOT deleted)`, id); err != nil {
			return err
		}
		n, err := t.Affected(`UPDATE contacts SET phone_number = ?1 || id || ':' || phone_number, name = '', deleted = 1
			WHERE id = ?2 AND NOT deleted`, deletedNumber, id)
		if err := foundOne(n, err); err != nil {
			return err
		}
		if err := t.dropTagChanges(id); err != nil {
			return err
		}
		conversations, err := t.hideConversations(id)
		if err != nil {
			return err
		}
		if err := t.Exec(`INSERT INTO deletions (contact_id, begun_at) VALUES (?, ?)`, id, t.now); err != nil {
			return err
		}
		if err := t.audit(ctx, ContactDeleted, numbered("contact", []int64{id})); err != nil {
			return err
		}
		if len(conversations) == 0 {
			return t.changed(Change{Number: t.next(), ContactID: id})
		}
		for _, c := range conversations {
			if err := t.changed(Change{Number: t.next(), ConversationID: c.ID, ContactID: id, Subuser: c.Subuser}); err != nil {
				return err
			}
		}
		return nil
	})
}

// hideConversations takes the contact's conversations out of every list and count, and what is due to be sent out of
// the outbox.
func (t *tx) hideConversations(contact int64) ([]Conversation, error) {
	rows, err := t.Query(`SELECT id, subuser_id FROM conversations WHERE contact_id = ?`, contact)
	conversations, err := collect(rows, err, func(r row, c *Conversation) error { return r.Scan(&c.ID, &c.Subuser) })
	if err != nil {
		return nil, err
	}
	for _, c := range conversations {
		if err := t.resetSummary(c.ID); err != nil {
			return nil, err
		}
		// A call that is out ends without being noted.
		if err := t.Exec(`DELETE FROM replies WHERE conversation_id = ? AND state IN ('queued', 'out')`, c.ID); err != nil {
			return nil, err
		}
	}
	if err := t.Exec(`DELETE FROM tag_requests WHERE contact_id = ?`, contact); err != nil { // here as well
		return nil, err
	}
	return conversations, t.Exec(`UPDATE contacts SET tag = '', asked_tag = '', asked_reason = '', opted_out = 0,
		opt_at = 0, opt_message = 0, opt_conversation = 0 WHERE id = ?`, contact)
}

// resetSummary makes a conversation one in which nothing was ever said. The triggers on it keep the counts.
func (t *tx) resetSummary(conversation int64) error {
	if err := t.readByAll(conversation); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM drafts WHERE conversation_id = ?`,
		`UPDATE conversations SET tag = '', last_message_id = 0, last_text = '', last_direction = '', last_state = '',
			last_at = 0, first_at = 0,
			inbound = 0, outbound = 0, failed = 0, open_failures = 0, waiting_since = 0, done = 0, snoozed_until = 0,
			snoozed_by = 0,
			assignee_id = 0, sim_card_id = NULL WHERE id = ?`,
	} {
		if err := t.Exec(statement, conversation); err != nil {
			return err
		}
	}
	return nil
}

// dropTagChanges takes back all of a contact's tag changes, and forgets the names of tags that only it had.
func (t *tx) dropTagChanges(contact int64) error {
	rows, err := t.Query(`SELECT `+tagChangeColumns+` FROM tag_changes WHERE contact_id = ? ORDER BY id`, contact)
	changes, err := collect(rows, err, scanTagChange)
	if err != nil || len(changes) == 0 {
		return err
	}
	if err := t.Exec(`DELETE FROM tag_changes WHERE contact_id = ?`, contact); err != nil {
		return err
	}
	if err := t.Exec(`UPDATE conversations SET tag = '' WHERE contact_id = ?`, contact); err != nil {
		return err
	}
	return t.dropUnusedTags(changes)
}

// dropUnusedTags forgets the tags that the changes had and nothing else has.
func (t *tx) dropUnusedTags(changes []TagChange) error {
	names := map[string]bool{}
	for _, c := range changes {
		names[c.From], names[c.To] = true, true
	}
	delete(names, "")
	for name := range names {
		var used bool
		if err := t.Row(`SELECT EXISTS (SELECT 1 FROM conversations WHERE tag = ?1)
			OR EXISTS (SELECT 1 FROM tag_changes WHERE ?1 IN (from_tag, to_tag))`, name).Scan(&used); err != nil {
			return err
		}
		if used {
			continue
		}
		for _, statement := range []string{
			`DELETE FROM tag_counts WHERE tag = ? AND open = 0 AND done = 0`,
			`DELETE FROM tag_totals WHERE tag = ? AND open = 0 AND done = 0`,
		} {
			if err := t.Exec(statement, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Deletions returns the newest deletions, the last one first.
func (s *Store) Deletions(ctx context.Context, limit int) ([]Deletion, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, contact_id, begun_at, ended_at FROM deletions
		ORDER BY id DESC LIMIT ?`, limit)
	return collect(rows, err, func(r row, d *Deletion) error {
		return r.Scan(&d.ID, &d.ContactID, &d.BegunAt, &d.EndedAt)
	})
}

// FinishDeletions removes what is left of contacts that were deleted from every table, then from the disk. It leaves
// the writer to others in between, may be cut off anywhere, and begins anew where it was.
func (s *Store) FinishDeletions(ctx context.Context) error {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, contact_id FROM deletions WHERE ended_at = 0 ORDER BY id`)
	pending, err := collect(rows, err, func(r row, d *Deletion) error { return r.Scan(&d.ID, &d.ContactID) })
	if err != nil || len(pending) == 0 {
		return err
	}
	for _, d := range pending {
		if err := s.erase(ctx, d.ContactID); err != nil {
			return err
		}
	}
	if err := s.cleanDisk(ctx); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		for _, d := range pending {
			if err := t.Exec(`UPDATE deletions SET ended_at = ? WHERE id = ?`, t.now, d.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// erase removes a deleted contact from the tables.
func (s *Store) erase(ctx context.Context, contact int64) error {
	var number string
	err := found(s.reads.QueryRowContext(ctx, `SELECT phone_number FROM contacts WHERE id = ? AND deleted`,
		contact).Scan(&number))
	if err == ErrNotFound {
		return nil // it was cut off after this
	}
	if err != nil {
		return err
	}
	if _, number, _ = strings.Cut(strings.TrimPrefix(number, deletedNumber), ":"); number != "" {
		if err := s.eraseBodies(ctx, number); err != nil {
			return err
		}
	}
	if err := s.inBatches(ctx, func(t *tx) (int, error) { return t.eraseReports(contact) }); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM replies WHERE id IN (SELECT r.id FROM replies r JOIN conversations c ON c.id = r.conversation_id
			WHERE c.contact_id = ? LIMIT ?)`,
		`DELETE FROM notes WHERE id IN (SELECT n.id FROM notes n JOIN conversations c ON c.id = n.conversation_id
			WHERE c.contact_id = ? LIMIT ?)`,
		`DELETE FROM messages WHERE id IN (SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id
			WHERE c.contact_id = ? LIMIT ?)`,
	} {
		if err := s.inBatches(ctx, func(t *tx) (int, error) {
			n, err := t.Affected(statement, contact, erasedAtOnce)
			return int(n), err
		}); err != nil {
			return err
		}
	}
	return s.write(ctx, func(t *tx) error {
		if _, err := t.hideConversations(contact); err != nil { // somebody may have written in it who saw it just before
			return err
		}
		if err := t.Exec(`DELETE FROM conversations WHERE contact_id = ?`, contact); err != nil {
			return err
		}
		return t.Exec(`DELETE FROM contacts WHERE id = ?`, contact)
	})
}
