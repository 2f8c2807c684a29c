package store

import (
	"context"
	"slices"
)

// Contact is a phone number with its name and current tag. Contacts belong to the whole account, whichever subuser
// the news came through (TextLink docs, subusers).
type Contact struct {
	ID          int64
	PhoneNumber string // E.164 where TextLink sent one, else as it came (short codes, alphanumeric senders)
	Name        string // "" when unknown
	Tag         string // "" when none
	OptedOut    bool   // wants no more messages
	AskedTag    string // that somebody here asked TextLink for, and that is open or was refused; "" if there is none
	AskedReason string // why it was refused, "" while that is open
}

// Contacts returns up to limit contacts with ids above after, ascending, of whom the scope sees a conversation or a tag
// change, with one of the tags and the number, where these are given.
func (s *Store) Contacts(ctx context.Context, scope Scope, number string, tags []string, after int64,
	limit int) ([]Contact, error) {
	where, args := `NOT k.deleted AND k.id > ?`, []any{after}
	if !scope.All && len(scope.Subusers) == 0 {
		return nil, nil
	}
	if !scope.All {
		conversations, own := scope.beside("c.subuser_id")
		changes, _ := scope.beside("t.subuser_id")
		where += ` AND (EXISTS (SELECT 1 FROM conversations c WHERE c.contact_id = k.id AND ` + conversations + `)
			OR EXISTS (SELECT 1 FROM tag_changes t WHERE t.contact_id = k.id AND ` + changes + `))`
		args = slices.Concat(args, own, own)
	}
	if number != "" {
		where, args = where+` AND k.phone_number COLLATE NOCASE = ?`, append(args, number)
	}
	if len(tags) > 0 {
		these, more := in("k.tag", tags)
		where, args = where+` AND `+these, append(args, more...)
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT k.id, k.phone_number, k.name, k.tag, k.opted_out FROM contacts k
		WHERE `+where+` ORDER BY k.id LIMIT ?`, append(args, limit)...)
	return collect(rows, err, func(r row, c *Contact) error {
		return r.Scan(&c.ID, &c.PhoneNumber, &c.Name, &c.Tag, &c.OptedOut)
	})
}

// FindContact returns the contact with the first of the numbers that is known within the scope, or ErrNotFound.
func (s *Store) FindContact(ctx context.Context, scope Scope, numbers ...string) (Contact, error) {
	for _, number := range numbers {
		if found, err := s.Contacts(ctx, scope, number, nil, 0, 1); err != nil || len(found) > 0 {
			return append(found, Contact{})[0], err
		}
	}
	return Contact{}, ErrNotFound
}
