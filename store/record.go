package store

import (
	"context"

	"tagline/textutil"
)

// Report is what one webhook says about a message (TextLink docs, webhooks). Absent fields are nil, "" or 0.
type Report struct {
	Subuser     SubuserID
	PhoneNumber string
	Text        string
	TextKey     []byte // identity of the text; two texts with the same key are the same
	Timestamp   *int64 // Unix ms
	Doubtful    bool   // a timestamp that cannot be true
	SIMCardID   *int64
	Portal      *bool
	CustomID    string
	TextlinkID  int64
	Name, Tag   string // of the contact; on received messages only
}

// at is where a message with this report stands in its thread, Unix ms. No message is newer than its arrival.
func at(timestamp *int64, doubtful bool, arrived int64) int64 {
	if timestamp == nil || doubtful {
		return arrived
	}
	return min(*timestamp, arrived)
}

// RecordReceived keeps an inbound message. The delivery's id and outcome are set here.
func (s *Store) RecordReceived(ctx context.Context, d Delivery, r Report) (Outcome, error) {
	return s.record(ctx, &d, func(t *tx) error { return t.received(&d, r) })
}

// RecordSent keeps the news that an outbound message was dispatched.
func (s *Store) RecordSent(ctx context.Context, d Delivery, r Report) (Outcome, error) {
	return s.record(ctx, &d, func(t *tx) error { return t.outbound(&d, r) })
}

// RecordFailed keeps the news that an outbound message failed.
func (s *Store) RecordFailed(ctx context.Context, d Delivery, r Report) (Outcome, error) {
	return s.record(ctx, &d, func(t *tx) error { return t.outbound(&d, r) })
}

// RecordTag keeps the news that a contact's tag is now to.
func (s *Store) RecordTag(ctx context.Context, d Delivery, name, to string) (Outcome, error) {
	return s.record(ctx, &d, func(t *tx) error { return t.tagged(&d, name, to) })
}

// RecordOnly keeps a body from which nothing is concluded: its outcome is Unparsed or Test.
func (s *Store) RecordOnly(ctx context.Context, d Delivery) (Outcome, error) {
	return s.record(ctx, &d, func(t *tx) error {
		return t.changed(d.change())
	})
}

// record writes the delivery log and what do concludes from it, in one transaction.
func (s *Store) record(ctx context.Context, d *Delivery, do func(*tx) error) (Outcome, error) {
	err := s.write(ctx, func(t *tx) error {
		if t.forwards.Load() {
			t.notify(forwardsQueued)
		}
		d.ID = t.next()
		d.number = d.ID
		if d.Outcome == "" {
			d.Outcome = Stored
		}
		concluded := d.Outcome
		if err := t.Exec(`INSERT INTO deliveries (id, kind, arrived_at, outcome, subuser_id, phone_number, body)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, d.ID, d.Kind, d.ArrivedAt, d.Outcome, d.Subuser, d.PhoneNumber, d.Body); err != nil {
			return err
		}
		if err := t.Exec(`INSERT INTO hooks (kind, seen_at, looks_like) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at,
			looks_like = coalesce(nullif(excluded.looks_like, ''), looks_like)`,
			d.Kind, d.ArrivedAt, d.LooksLike); err != nil {
			return err
		}
		if err := t.seen(d.Keys); err != nil {
			return err
		}
		if err := do(t); err != nil {
			return err
		}
		if d.Outcome != concluded {
			if err := t.Exec(`UPDATE deliveries SET outcome = ? WHERE id = ?`, d.Outcome, d.ID); err != nil {
				return err
			}
		}
		return t.count(d)
	})
	if err != nil {
		return "", err // the write may still be under way: d is not ours to read
	}
	return d.Outcome, nil
}

func (t *tx) received(d *Delivery, r Report) error {
	r.Name, r.Tag = textutil.Label(r.Name), textutil.Label(r.Tag)
	contact, err := t.contact(r.PhoneNumber)
	if err != nil {
		return err
	}
	conversation, err := t.conversation(r.Subuser, contact)
	if err != nil {
		return err
	}
	rep := newReport(d, r)
	rep.conversationID = conversation
	change := d.change()
	if kept, err := t.insertReport(rep); err != nil {
		return err
	} else if kept != nil {
		news, err := t.completeReceived(kept, rep)
		if err != nil {
			return err
		}
		if news {
			change.ConversationID = conversation
		} else {
			d.Outcome = Duplicate
		}
		return t.changed(change)
	}
	m := rep.message()
	m.Direction, m.State = In, Received
	if err := t.insertMessage(m); err != nil {
		return err
	}
	if err := t.summarise(conversation, tally{inbound: 1}); err != nil {
		return err
	}
	observe := t.updateContact
	if d.late() {
		observe = t.updateContactLate
	}
	told, err := observe(contact, d.ID, m, r)
	if err != nil {
		return err
	}
	decided, out, err := t.applyOptOut(contact, m)
	if err != nil {
		return err
	}
	change.ConversationID = conversation
	if told || decided {
		change.ContactID = contact.ID
	}
	if err := t.changed(change); err != nil || !decided || !out {
		return err
	}
	return t.hold(contact.ID)
}

func (t *tx) tagged(d *Delivery, name, to string) error {
	name, to = textutil.Label(name), textutil.Label(to)
	contact, err := t.contact(d.PhoneNumber)
	if err != nil {
		return err
	}
	learn := t.recordTagChange
	if d.late() {
		learn = t.recordTagChangeLate
	} else if echo, err := t.echoes(contact, to); err != nil {
		return err
	} else if echo {
		d.Outcome = Duplicate
		return t.changed(d.change())
	}
	told, err := learn(contact, name, TagChange{ID: d.ID, Subuser: d.Subuser, To: to, At: d.ArrivedAt, Source: Webhook})
	if err != nil {
		return err
	}
	change := d.change()
	if told {
		change.ContactID = contact.ID
	} else {
		d.Outcome = Duplicate
	}
	return t.changed(change)
}

// outbound takes in a sent or failed report.
func (t *tx) outbound(d *Delivery, r Report) error {
	contact, err := t.contact(r.PhoneNumber)
	if err != nil {
		return err
	}
	rep := newReport(d, r)
	if rep.conversationID, err = t.conversationOf(rep, r, contact); err != nil {
		return err
	}
	change := d.change()
	kept, err := t.insertReport(rep)
	if err != nil {
		return err
	}
	news := false
	if kept == nil {
		news, err = t.settle(rep)
	}
	if err != nil {
		return err
	}
	if news {
		change.ConversationID = rep.conversationID
	} else {
		d.Outcome = Duplicate
	}
	return t.changed(change)
}

// conversationOf is where an outbound report belongs: to the reply that it is about, through whichever account's hook
// it came, else to the conversation of its subuser with the contact.
func (t *tx) conversationOf(rep *report, r Report, contact known) (id int64, err error) {
	if r.CustomID != "" {
		err = found(t.Row(`SELECT p.conversation_id FROM replies p JOIN conversations c ON c.id = p.conversation_id
			JOIN contacts k ON k.id = c.contact_id
			WHERE p.custom_id = ? AND NOT k.deleted`, r.CustomID).Scan(&id))
	} else {
		id, err = t.repliedIn(rep, contact)
	}
	if err == ErrNotFound {
		return t.conversation(r.Subuser, contact)
	}
	return id, err
}

// contact finds the contact with the number, in whatever case its sender wrote it, or makes it.
func (t *tx) contact(number string) (known, error) {
	var k known
	err := found(t.Row(`SELECT id, phone_number, name, tag, tagged_at FROM contacts
		WHERE phone_number COLLATE NOCASE = ? ORDER BY id LIMIT 1`, number).
		Scan(&k.ID, &k.PhoneNumber, &k.Name, &k.Tag, &k.taggedAt))
	if err == ErrNotFound {
		k.PhoneNumber = number
		err = t.Row(`INSERT INTO contacts (id, phone_number) VALUES (1 + max(coalesce((SELECT max(id) FROM contacts), 0),
			(SELECT id FROM used_ids WHERE kind = 'contact')), ?) RETURNING id`, number).Scan(&k.ID)
	}
	return k, err
}

// conversation finds the conversation of the subuser with the contact, or makes it.
func (t *tx) conversation(subuser SubuserID, contact known) (int64, error) {
	var id int64
	err := found(t.Row(`SELECT id FROM conversations WHERE contact_id = ? AND subuser_id = ?`,
		contact.ID, subuser).Scan(&id))
	if err == ErrNotFound {
		err = t.Row(`INSERT INTO conversations (id, subuser_id, contact_id, tag)
			VALUES (1 + max(coalesce((SELECT max(id) FROM conversations), 0),
			(SELECT id FROM used_ids WHERE kind = 'conversation')), ?, ?, ?) RETURNING id`,
			subuser, contact.ID, contact.Tag).Scan(&id)
	}
	return id, err
}
