package store

import (
	"context"
	"errors"
	"time"

	"tagline/store/sqlite"
)

// TagRequest is a tag that somebody here asked TextLink to give a contact.
type TagRequest struct {
	ID          int64
	Subuser     SubuserID // through whose account
	PhoneNumber string
	Tag         string
}

type tagState string

// The states of a tag request. One whose webhook has come is not kept: the tag change says all of it.
const (
	tagQueued   tagState = "queued"
	tagOut      tagState = "out"      // the call is under way
	tagAccepted tagState = "accepted" // TextLink said ok; its webhook may follow
	tagRefused  tagState = "refused"
)

// echoWithin is how long after TextLink said ok its webhook may come, ms. What comes later is taken for a change of its
// own.
const echoWithin = int64(10 * time.Minute / time.Millisecond)

// ErrNoWay says that TextLink cannot be asked through the subuser's account.
var ErrNoWay = errors.New("there is no API key for the subuser")

// AskForTag puts a request into the queue for the contact of each conversation, in place of earlier ones that were not
// sent yet or refused. It returns how many there are; contacts who have the tag already need none. What lies outside
// the scope is passed over; if nothing is left it is ErrNotFound. So is what belongs to a subuser through whose account
// TextLink cannot be asked; if nothing else is left it is ErrNoWay.
func (s *Store) AskForTag(ctx context.Context, scope Scope, user int64, tag string, through func(SubuserID) bool,
	conversations ...int64) (asked int, err error) {
	seen, err := s.seen(ctx, scope, 0, conversations)
	if err != nil {
		return 0, err
	}
	contacts := map[int64]Conversation{}
	for _, c := range seen {
		if through(c.Subuser) {
			contacts[c.Contact.ID] = c
		}
	}
	if len(contacts) == 0 {
		return 0, ErrNoWay
	}
	err = s.write(ctx, func(t *tx) error {
		asked = 0
		var about []int64
		for _, c := range contacts {
			did, err := t.askForTag(c, user, tag)
			if err != nil {
				return err
			}
			if did {
				asked++
				about = append(about, c.ID)
			}
		}
		if asked == 0 {
			return nil
		}
		return t.audit(ctx, TagAsked, conversationWords(about...))
	})
	return asked, err
}

func (t *tx) askForTag(c Conversation, user int64, tag string) (bool, error) {
	if err := t.Exec(`DELETE FROM tag_requests
		WHERE contact_id = ?1 AND (state IN ('queued', 'refused') OR state = 'accepted' AND answered_at < ?2)`,
		c.Contact.ID, t.now-echoWithin); err != nil {
		return false, err
	}
	var comes string // the tag that the contact has, or gets by the call that is out
	if err := t.Row(`SELECT coalesce((SELECT tag FROM tag_requests WHERE contact_id = contacts.id AND state = 'out'
		ORDER BY id DESC LIMIT 1), tag)
		FROM contacts WHERE id = ? AND NOT deleted`, c.Contact.ID).Scan(&comes); err != nil {
		return false, found(err) // it may have been deleted since it was read
	}
	id := t.next()
	needed := comes != tag
	if needed {
		if err := t.Exec(`INSERT INTO tag_requests (id, contact_id, subuser_id, user_id, tag, state, asked_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)`,
			id, c.Contact.ID, c.Subuser, user, tag, tagQueued, t.now); err != nil {
			return false, err
		}
		t.notify(tagsRequested)
	}
	return needed, t.askedChanged(id, c.Contact.ID, c.Subuser)
}

// askedChanged writes beside the contact what is open, and tells of it.
func (t *tx) askedChanged(number, contact int64, subuser SubuserID) error {
	if err := t.showAsked(contact); err != nil {
		return err
	}
	return t.changed(Change{Number: number, ContactID: contact, Subuser: subuser})
}

func (t *tx) showAsked(contact int64) error {
	return t.Exec(`UPDATE contacts SET (asked_tag, asked_reason) = (
			SELECT coalesce(max(tag), ''), coalesce(max(reason), '') FROM (SELECT tag, reason FROM tag_requests
				WHERE contact_id = ?1 AND state <> 'accepted' ORDER BY id DESC LIMIT 1)) WHERE id = ?1`, contact)
}

// DueTags returns up to limit requests that can be sent now: one for each contact, and none while another is out.
func (s *Store) DueTags(ctx context.Context, limit int) ([]TagRequest, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT q.id, q.subuser_id, k.phone_number, q.tag FROM tag_requests q
		JOIN contacts k ON k.id = q.contact_id
		WHERE q.state = 'queued' AND NOT EXISTS (SELECT 1 FROM tag_requests o
		WHERE o.contact_id = q.contact_id AND o.state = 'out') ORDER BY q.id LIMIT ?`, limit)
	return collect(rows, err, func(r row, q *TagRequest) error {
		return r.Scan(&q.ID, &q.Subuser, &q.PhoneNumber, &q.Tag)
	})
}

// StartTag notes that the call goes out now. A request that is not queued any more is ErrNotFound, and so is one of a
// copy that was not adopted yet.
func (s *Store) StartTag(ctx context.Context, id int64) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.Affected(`UPDATE tag_requests SET state = ?
			WHERE id = ? AND state = ? AND NOT (`+sqlite.IsCopied+`)`, tagOut, id, tagQueued)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// RepeatTags has requests sent again whose call was out when another process ended: to give a tag twice does no harm.
func (s *Store) RepeatTags(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.Affected(`UPDATE tag_requests SET state = ? WHERE state = ?`, tagQueued, tagOut)
		if n > 0 {
			t.notify(tagsRequested)
		}
		return err
	})
}

// asking is a request with whose it is.
type asking struct {
	TagRequest
	contact known
	user    int64
}

func (t *tx) outTag(id int64) (a asking, err error) {
	err = found(t.Row(`SELECT q.id, q.subuser_id, q.tag, q.user_id, k.id, k.phone_number, k.name, k.tag, k.tagged_at
		FROM tag_requests q JOIN contacts k ON k.id = q.contact_id
		WHERE q.id = ? AND q.state = ?`, id, tagOut).Scan(&a.ID, &a.Subuser, &a.Tag, &a.user, &a.contact.ID,
		&a.contact.PhoneNumber, &a.contact.Name, &a.contact.Tag, &a.contact.taggedAt))
	return a, err
}

// AcceptTag notes that TextLink gave the contact the tag. If its webhook has said so before, nothing is left to note.
func (s *Store) AcceptTag(ctx context.Context, id int64) error {
	return s.endTag(ctx, id, func(t *tx, a asking, change int64) error {
		if err := t.Exec(`UPDATE tag_requests SET state = ?, answered_at = ? WHERE id = ?`,
			tagAccepted, t.now, id); err != nil {
			return err
		}
		_, err := t.recordTagChange(a.contact,
			"", TagChange{ID: change, Subuser: a.Subuser, To: a.Tag, At: t.now, Source: Asked, UserID: a.user})
		return err
	})
}

// RefuseTag notes that the contact was not given the tag, and why. Where another was asked for meanwhile nobody needs
// to know.
func (s *Store) RefuseTag(ctx context.Context, id int64, reason string) error {
	return s.endTag(ctx, id, func(t *tx, a asking, _ int64) error {
		n, err := t.Affected(`DELETE FROM tag_requests
			WHERE id = ?1 AND EXISTS (SELECT 1 FROM tag_requests WHERE contact_id = ?2 AND id > ?1)`, id, a.contact.ID)
		if err != nil || n > 0 {
			return err
		}
		return t.Exec(`UPDATE tag_requests SET state = ?, answered_at = ?, reason = ?
			WHERE id = ?`, tagRefused, t.now, reason, id)
	})
}

func (s *Store) endTag(ctx context.Context, id int64, end func(t *tx, a asking, change int64) error) error {
	return s.write(ctx, func(t *tx) error {
		a, err := t.outTag(id)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		t.notify(tagsRequested) // one that waited for this
		change := t.next()
		if err := end(t, a, change); err != nil {
			return err
		}
		return t.askedChanged(change, a.contact.ID, a.Subuser)
	})
}

// DismissTag takes away what is said of a request that was refused.
func (s *Store) DismissTag(ctx context.Context, scope Scope, conversation int64) error {
	c, err := s.Conversation(ctx, scope, 0, conversation)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.Exec(`DELETE FROM tag_requests WHERE contact_id = ? AND state = ?`,
			c.Contact.ID, tagRefused); err != nil {
			return err
		}
		return t.askedChanged(t.next(), c.Contact.ID, c.Subuser)
	})
}

// confirmTag ends requests for a tag that the contact is said to have now. Where somebody here asked for it the change
// is theirs, through the account that they asked: TextLink's webhook may be earlier than its answer, and a call that
// seemed to fail may have gone through.
func (t *tx) confirmTag(contact known, c *TagChange) error {
	var by TagChange
	var state tagState
	err := found(t.Row(`SELECT user_id, subuser_id, state FROM tag_requests
		WHERE contact_id = ? AND tag = ? AND state <> 'accepted' ORDER BY id DESC LIMIT 1`,
		contact.ID, c.To).Scan(&by.UserID, &by.Subuser, &state))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil {
		err = t.Exec(`DELETE FROM tag_requests WHERE contact_id = ? AND tag = ? AND state <> 'accepted'`, contact.ID, c.To)
	}
	if state != tagQueued { // else somebody elsewhere was faster
		c.UserID, c.Subuser = by.UserID, by.Subuser
	}
	if err != nil {
		return err
	}
	return t.showAsked(contact.ID)
}

// echoes tells whether a tag webhook only repeats what TextLink said ok to, while a later request of ours holds
// already: webhooks carry no time, and taken for news it would turn the tag back.
func (t *tx) echoes(contact known, tag string) (bool, error) {
	var id int64
	err := found(t.Row(`SELECT id FROM tag_requests WHERE contact_id = ? AND tag = ? AND state = 'accepted'
		AND answered_at >= ? ORDER BY id LIMIT 1`,
		contact.ID, tag, t.now-echoWithin).Scan(&id))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err == nil {
		err = t.Exec(`DELETE FROM tag_requests WHERE id = ?`, id)
	}
	if err != nil || contact.Tag == tag {
		return false, err
	}
	var later bool
	err = t.Row(`SELECT coalesce((SELECT source = 'asked' AND to_tag <> ?2 FROM tag_changes WHERE contact_id = ?1
		ORDER BY id DESC LIMIT 1), 0)`, contact.ID, tag).Scan(&later)
	return later, err
}
