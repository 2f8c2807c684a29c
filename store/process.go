package store

import (
	"context"
)

// Process concludes from a kept body that was not understood when it came. d is the delivery as it was kept, with the
// number and subuser that are now read from its body, the kind whose body it is, and the outcome Test for a test
// sample; r is what the body says. The delivery keeps its id and its time, and everything stands where it would if the
// body had been understood at once. One that was understood meanwhile is left alone, and its outcome returned; one that
// is gone is ErrNotFound.
func (s *Store) Process(ctx context.Context, d Delivery, r Report) (Outcome, error) {
	err := s.write(ctx, func(t *tx) error {
		var kept Outcome
		came := d
		if err := found(t.Row(`SELECT outcome, kind FROM deliveries WHERE id = ?`, d.ID).Scan(&kept,
			&came.Kind)); err != nil {
			return err
		}
		if kept != Unparsed {
			d.Outcome = kept
			return nil
		}
		d.number = t.next()
		if err := t.conclude(&d, r); err != nil {
			return err
		}
		if err := t.Exec(`UPDATE deliveries SET kind = ?, outcome = ?, subuser_id = ?, phone_number = ? WHERE id = ?`,
			d.Kind, d.Outcome, d.Subuser, d.PhoneNumber, d.ID); err != nil {
			return err
		}
		if err := t.uncount(&came, Unparsed); err != nil {
			return err
		}
		return t.count(&d)
	})
	if err != nil {
		return "", err // the write may still be under way: d is not ours to read
	}
	return d.Outcome, nil
}

func (t *tx) conclude(d *Delivery, r Report) error {
	if d.Outcome == Test {
		return t.changed(d.change())
	}
	d.Outcome = Stored
	switch d.Kind {
	case KindReceived:
		return t.received(d, r)
	case KindTag:
		return t.tagged(d, r.Name, r.Tag)
	default:
		return t.outbound(d, r)
	}
}

// updateContactLate is observe for a message that is understood after others that arrived later.
func (t *tx) updateContactLate(contact known, id int64, m Message, r Report) (told bool, err error) {
	if r.Tag == "" {
		return t.nameLate(contact, r.Name)
	}
	before, err := t.tagBefore(contact, id)
	if err != nil {
		return false, err
	}
	if m.Timestamp != nil && !m.Doubtful && m.At < before.At {
		return t.nameLate(contact, r.Name)
	}
	return t.recordTagChangeLate(contact, r.Name,
		TagChange{ID: id, Subuser: r.Subuser, To: r.Tag, At: m.At, Source: Observed})
}

// recordTagChangeLate is learn for news that came before others that are known already. It takes its place in the
// contact's history by its id, which ascends with arrival; the contact's present is changed only by what came last.
func (t *tx) recordTagChangeLate(contact known, name string, c TagChange) (told bool, err error) {
	var after TagChange
	err = found(t.Row(`SELECT id, to_tag FROM tag_changes WHERE contact_id = ? AND id > ?
		ORDER BY id LIMIT 1`, contact.ID, c.ID).
		Scan(&after.ID, &after.To))
	if err == ErrNotFound {
		if contact.Name != "" {
			name = contact.Name
		}
		return t.recordTagChange(contact, name, c)
	}
	if err != nil {
		return false, err
	}
	told, err = t.nameLate(contact, name)
	if err != nil {
		return false, err
	}
	before, err := t.tagBefore(contact, c.ID)
	if err != nil || before.To == c.To {
		return told, err
	}
	return true, t.insertLate(contact, c, before, after)
}

// insertLate puts a change between two others. What came next may have been no change then.
func (t *tx) insertLate(contact known, c, before, after TagChange) error {
	if err := t.Exec(`INSERT INTO tag_changes (id, contact_id, subuser_id, from_tag, to_tag, at, source)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		c.ID, contact.ID, c.Subuser, before.To, c.To, c.At, c.Source); err != nil {
		return err
	}
	if after.To == c.To {
		return t.Exec(`DELETE FROM tag_changes WHERE id = ?`, after.ID)
	}
	return t.Exec(`UPDATE tag_changes SET from_tag = ? WHERE id = ?`, c.To, after.ID)
}

// nameLate takes a contact's name where none is known: any other came later.
func (t *tx) nameLate(contact known, name string) (told bool, err error) {
	if name == "" || contact.Name != "" {
		return false, nil
	}
	return true, t.Exec(`UPDATE contacts SET name = ? WHERE id = ?`, name, contact.ID)
}

// tagBefore returns the contact's last tag change before the id, the zero TagChange if there is none.
func (t *tx) tagBefore(contact known, id int64) (TagChange, error) {
	var c TagChange
	err := found(scanTagChange(t.Row(`SELECT `+tagChangeColumns+` FROM tag_changes WHERE contact_id = ? AND id < ?
		ORDER BY id DESC LIMIT 1`,
		contact.ID, id), &c))
	if err == ErrNotFound {
		err = nil
	}
	return c, err
}
