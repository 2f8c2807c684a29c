package store

import (
	"cmp"
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
	return (len(f.Subusers) == 0 || slices.Contains(f.Subusers, c.Subuser)) &&
		(len(f.Tags) == 0 || slices.Contains(f.Tags, c.From) || slices.Contains(f.Tags, c.To)) &&
		(f.From == 0 || c.At >= f.From) && (f.Until == 0 || c.At < f.Until)
}

// Position is where the change stands in a list.
func (c TagChange) Position() Position { return Position{c.At, c.ID} }

// ContactChange is a tag change as it stands in a list of those of all contacts.
type ContactChange struct {
	TagChange
	Contact        Contact
	ConversationID int64 // the contact's conversation, of the change's subuser if there is one; 0 if none is in the scope
}

// stepFilter is a TagFilter within a scope as steps are looked at.
type stepFilter struct {
	scope    Scope
	subusers map[SubuserID]bool // nil for all
	tags     map[tagID]bool     // nil for all
}

// stepFilter looks up what the filter names. A tag that never was fits nothing.
func (s *Store) stepFilter(ctx context.Context, scope Scope, f TagFilter) (stepFilter, error) {
	sf := stepFilter{scope: scope}
	if !scope.All || len(f.Subusers) > 0 {
		sf.subusers = map[SubuserID]bool{}
		for _, id := range slices.Concat(scope.Subusers, f.Subusers) {
			sf.subusers[id] = scope.Sees(id) && (len(f.Subusers) == 0 || slices.Contains(f.Subusers, id))
		}
	}
	if len(f.Tags) == 0 {
		return sf, nil
	}
	sf.tags = map[tagID]bool{}
	where, args := in("name", f.Tags)
	rows, err := s.reads.QueryContext(ctx, `SELECT id FROM tag_names WHERE `+where, args...)
	ids, err := collect(rows, err, func(r row, id *tagID) error { return r.Scan(id) })
	for _, id := range ids {
		sf.tags[id] = true
	}
	return sf, err
}

func (f stepFilter) sees(id SubuserID) bool { return f.subusers == nil || f.subusers[id] }

func (f stepFilter) fits(s *step) bool {
	return f.sees(s.subuser) && (f.tags == nil || f.tags[s.from] || f.tags[s.to])
}

// ContactChanges returns up to limit tag changes that came through subusers in the scope, fit the filter and stand before
// the position, newest first, and whether there are more. The zero Position means the beginning.
func (s *Store) ContactChanges(ctx context.Context, scope Scope, f TagFilter, before Position, limit int) (list []ContactChange, more bool, err error) {
	sf, err := s.stepFilter(ctx, scope, f)
	if err != nil {
		return nil, false, err
	}
	from, until := bounds(f.From, f.Until)
	if before != (Position{}) {
		until = min(until, before.At+1)
	}
	newest := newLatest(limit+1, before)
	if _, err := s.eachStep(ctx, from, until, func(one *step) {
		if sf.fits(one) {
			newest.add(one)
		}
	}); err != nil {
		return nil, false, err
	}
	return s.changesAt(ctx, scope, newest.all(), limit)
}

// changesAt returns the changes at the first limit of the places, and whether there are more places.
func (s *Store) changesAt(ctx context.Context, scope Scope, places []Position, limit int) (list []ContactChange, more bool, err error) {
	if more = len(places) > limit; more {
		places = places[:limit]
	}
	ids := make([]int64, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	list, err = s.contactChanges(ctx, scope, ids)
	return list, more, err
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
	rows, err := s.reads.QueryContext(ctx, `SELECT t.id, t.contact_id, t.subuser_id, t.from_tag, t.to_tag, t.at, t.source, t.user_id, coalesce((SELECT u.name FROM users u WHERE u.id = t.user_id), ''),
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

// latest keeps the newest of the steps that are added and stand before a position; the zero Position is no bound.
type latest struct {
	limit  int
	before Position
	kept   []Position
	least  Position // none before it is among the newest
}

func newLatest(limit int, before Position) latest {
	return latest{limit: limit, before: before, least: Position{At: math.MinInt64}}
}

func (l *latest) add(one *step) {
	p := Position{one.at, one.id}
	if p.Before(l.least) || l.before != (Position{}) && !p.Before(l.before) {
		return
	}
	l.kept = append(l.kept, p)
	if len(l.kept) >= 8*l.limit {
		l.kept = l.all()
		l.least = l.kept[len(l.kept)-1]
	}
}

// all returns them, newest first.
func (l *latest) all() []Position {
	slices.SortFunc(l.kept, func(a, b Position) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID)) })
	return l.kept[:min(len(l.kept), l.limit)]
}
