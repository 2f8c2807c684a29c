package store

import (
	"context"
	"math"
	"slices"
)

// TagFilter says which tag changes to list and count; its zero value says all.
type TagFilter struct {
	Subusers    []SubuserID // through any of them
	Tags        []string    // from or to any of them
	From, Until int64       // in [From, Until), Unix ms; 0 is no bound
}

// Fits tells whether the filter lists the change.
func (f TagFilter) Fits(c TagChange) bool {
	return f.through(c.Subuser) &&
		(len(f.Tags) == 0 || slices.Contains(f.Tags, c.From) || slices.Contains(f.Tags, c.To)) &&
		(f.From == 0 || c.At >= f.From) && (f.Until == 0 || c.At < f.Until)
}

func (f TagFilter) through(id SubuserID) bool {
	return len(f.Subusers) == 0 || slices.Contains(f.Subusers, id)
}

// where returns an SQL condition that holds for the changes in the scope that fit the filter, with its arguments.
func (f TagFilter) where(scope Scope) (string, []any) {
	where, args := scope.where("subuser_id")
	if len(f.Subusers) > 0 {
		through, ids := in("subuser_id", f.Subusers)
		where, args = where+` AND `+through, append(args, ids...)
	}
	if len(f.Tags) > 0 {
		from, tags := in("from_tag", f.Tags)
		to, _ := in("to_tag", f.Tags)
		where, args = where+` AND (`+from+` OR `+to+`)`, slices.Concat(args, tags, tags)
	}
	from, until := bounds(f.From, f.Until)
	return where + ` AND at >= ? AND at < ?`, append(args, from, until)
}

// bounds are From and Until of a filter as they are compared with.
func bounds(from, until int64) (int64, int64) {
	if until == 0 {
		until = math.MaxInt64
	}
	if from == 0 {
		from = math.MinInt64
	}
	return from, until
}

// untilBefore narrows Until to what stands before a position. SQLite searches an index by one upper bound, this one,
// and would go over everything that is newer than the position.
func untilBefore(until int64, before Position) int64 {
	if before.At == math.MaxInt64 {
		return until
	}
	return min(until, before.At+1)
}

// Position is where the change stands in a list.
func (c TagChange) Position() Position { return Position{c.At, c.ID} }

// ContactChange is a tag change as it stands in a list of those of all contacts.
type ContactChange struct {
	TagChange
	Contact        Contact
	ConversationID int64 // the contact's conversation, of the change's subuser if there is one; 0 if none is in the scope
}

// ContactChanges returns up to limit tag changes that came through subusers in the scope, fit the filter and stand
// before the position, newest first, and whether there are more. The zero Position means the beginning.
func (s *Store) ContactChanges(ctx context.Context, scope Scope, f TagFilter, before Position,
	limit int) (list []ContactChange, more bool, err error) {
	if before == (Position{}) {
		before.At = math.MaxInt64
	}
	_, f.Until = bounds(f.From, f.Until)
	f.Until = untilBefore(f.Until, before)
	where, args := f.where(scope)
	rows, err := s.reads.QueryContext(ctx, `SELECT id FROM tag_changes INDEXED BY tag_changes_at
		WHERE `+where+` AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`,
		append(args, before.At, before.ID, limit+1)...)
	ids, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	if err != nil {
		return nil, false, err
	}
	list, err = s.contactChanges(ctx, scope, ids[:min(len(ids), limit)])
	return list, len(ids) > limit, err
}

// ContactChange returns one tag change, or ErrNotFound.
func (s *Store) ContactChange(ctx context.Context, scope Scope, id int64) (ContactChange, error) {
	list, err := s.contactChanges(ctx, scope, []int64{id})
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return ContactChange{}, err
	}
	return list[0], nil
}

// contactChanges returns the changes with the ids that there are in the scope, newest first.
func (s *Store) contactChanges(ctx context.Context, scope Scope, ids []int64) ([]ContactChange, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	ofConversation, args := scope.beside("c.subuser_id")
	ofChange, more := scope.where("t.subuser_id")
	these, all := in("t.id", ids)
	rows, err := s.reads.QueryContext(ctx, `SELECT t.id, t.contact_id, t.subuser_id, t.from_tag, t.to_tag,
		t.at, t.source, t.user_id, coalesce((SELECT u.name FROM users u WHERE u.id = t.user_id), ''),
			k.phone_number, k.name, k.tag,
			coalesce((SELECT c.id FROM conversations c WHERE c.contact_id = t.contact_id AND `+ofConversation+`
				ORDER BY c.subuser_id = t.subuser_id DESC, c.last_at DESC LIMIT 1), 0)
		FROM tag_changes t JOIN contacts k ON k.id = t.contact_id WHERE `+these+` AND `+ofChange+`
		ORDER BY t.at DESC, t.id DESC`, slices.Concat(args, all, more)...)
	return collect(rows, err, func(r row, c *ContactChange) error {
		err := r.Scan(&c.ID, &c.ContactID, &c.Subuser, &c.From, &c.To, &c.At, &c.Source, &c.UserID, &c.Author,
			&c.Contact.PhoneNumber, &c.Contact.Name, &c.Contact.Tag, &c.ConversationID)
		c.Contact.ID = c.ContactID
		return err
	})
}
