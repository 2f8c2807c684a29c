package store

import (
	"context"
	"math"
)

// Source tells how a tag change was learnt.
type Source string

// The sources.
const (
	Webhook  Source = "webhook"  // TextLink's tag hook said so
	Observed Source = "observed" // a received message carried a tag that differed from the known one
	Asked    Source = "asked"    // somebody here asked for it, and TextLink said ok
)

// TagChange is one step in a contact's tag timeline. It belongs to the contact and carries the subuser it came through.
type TagChange struct {
	ID        int64
	ContactID int64
	Subuser   SubuserID
	From      string // "" when there was none
	To        string // "" when the tag was taken away
	At        int64  // Unix ms: arrival for hooks, the message's time for observed ones
	Source    Source
	UserID    int64  // who asked for it here, 0 if nobody did
	Author    string // the person's name, "" if nobody did or they are gone
}

// known is what the store knows of a contact at the moment of a write.
type known struct {
	Contact
	taggedAt int64 // when the tag last changed, Unix ms
}

// updateContact learns name and tag from a received message, unless the message is older than the last change.
func (t *tx) updateContact(contact known, id int64, m Message, r Report) (told bool, err error) {
	if m.Timestamp != nil && !m.Doubtful && m.At < contact.taggedAt {
		return false, nil
	}
	to := r.Tag
	if to == "" {
		to = contact.Tag
	}
	return t.recordTagChange(contact, r.Name, TagChange{ID: id, Subuser: r.Subuser, To: to, At: m.At, Source: Observed})
}

// recordTagChange takes in news of a contact's name and tag. It tells whether they were news.
func (t *tx) recordTagChange(contact known, name string, c TagChange) (told bool, err error) {
	if name == "" {
		name = contact.Name
	}
	if name == contact.Name && c.To == contact.Tag {
		return false, nil
	}
	if c.To == contact.Tag {
		return true, t.Exec(`UPDATE contacts SET name = ? WHERE id = ?`, name, contact.ID)
	}
	if err := t.Exec(`UPDATE contacts SET name = ?, tag = ?, tagged_at = ? WHERE id = ?`, name,
		c.To, c.At, contact.ID); err != nil {
		return false, err
	}
	if c.Source != Asked {
		if err := t.confirmTag(contact, &c); err != nil {
			return false, err
		}
	}
	c.From = contact.Tag
	if err := t.Exec(`INSERT INTO tag_changes (id, contact_id, subuser_id, from_tag, to_tag, at, source, user_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, contact.ID, c.Subuser, c.From, c.To, c.At, c.Source, c.UserID); err != nil {
		return false, err
	}
	return true, t.Exec(`UPDATE conversations SET tag = ? WHERE contact_id = ?`, c.To, contact.ID)
}

const tagChangeColumns = `id, contact_id, subuser_id, from_tag, to_tag, at, source, user_id,
	coalesce((SELECT u.name FROM users u WHERE u.id = tag_changes.user_id), '')`

func scanTagChange(r row, c *TagChange) error {
	return r.Scan(&c.ID, &c.ContactID, &c.Subuser, &c.From, &c.To, &c.At, &c.Source, &c.UserID, &c.Author)
}

// TagPart says which of a contact's tag changes are read.
type TagPart struct {
	From, Until int64 // in [From, Until), Unix ms; 0 is no bound
	Before      Position
	Only        *SubuserID // through it alone
	Limit       int
	Ascending   bool // the oldest of the part are read instead of the newest, the oldest first
}

// TagChangesIn returns the newest of a part of the contact's tag changes that came through subusers in the scope,
// newest first, and whether there are more; Ascending the other way round.
func (s *Store) TagChangesIn(ctx context.Context, scope Scope, contact int64,
	p TagPart) (changes []TagChange, more bool, err error) {
	where, args := scope.where("subuser_id")
	from, until := bounds(p.From, p.Until)
	if p.Before == (Position{}) {
		p.Before.At = math.MaxInt64
	}
	until = untilBefore(until, p.Before)
	args = append(append([]any{contact}, args...), from, until, p.Before.At, p.Before.ID)
	if p.Only != nil {
		where, args = where+` AND at >= ? AND at < ? AND (at, id) < (?, ?) AND subuser_id = ?`, append(args, *p.Only)
	} else {
		where += ` AND at >= ? AND at < ? AND (at, id) < (?, ?)`
	}
	order := `at DESC, id DESC`
	if p.Ascending {
		order = `at, id`
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT `+tagChangeColumns+` FROM tag_changes INDEXED BY tag_changes_timeline
		WHERE contact_id = ? AND `+where+` ORDER BY `+order+` LIMIT ?`, append(args, p.Limit+1)...)
	changes, err = collect(rows, err, scanTagChange)
	if len(changes) > p.Limit {
		changes, more = changes[:p.Limit], true
	}
	return changes, more, err
}
