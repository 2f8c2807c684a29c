package store

import (
	"context"
	"errors"
)

// Change tells what a screen may have to show anew. It carries no content: what a viewer may see is read at the
// moment of showing.
type Change struct {
	Number         int64     // ascending over everything that ever changed
	ConversationID int64     // the conversation whose messages or summary changed, or 0
	ContactID      int64     // the contact whose name, tag or tag timeline changed, or 0
	Subuser        SubuserID // whose conversation, or through whom the tag change came
	UserID         int64     // not 0: it concerns only this person (what they have read)
	Hook           Kind      // the webhook that arrived, or ""
	DeliveryID     int64     // the delivery that arrived or was processed again, or 0
	Refused        bool      // requests to the webhooks were refused
	Settings       Setting   // what stands on every page and changed, or 0
	Preferences    bool      // the person chose other preferences
	// not 0: this person's access or sessions changed; not kept, since who resumes was let in anew
	PersonID int64
}

// Setting is one of the things that stand on every page.
type Setting int

// The settings.
const (
	SavedViewsSetting Setting = 1
	NamesSetting      Setting = 2 // of subusers or SIM cards
)

// Identity tells this database from every other: change numbers of one mean nothing in another.
func (s *Store) Identity(ctx context.Context) (string, error) {
	var id string
	err := s.reads.QueryRowContext(ctx, `SELECT id FROM identity`).Scan(&id)
	return id, err
}

// ErrTooOld is returned for a change number from which it is not known any more what has changed since, or which
// another database must have given out. The page starts afresh.
var ErrTooOld = errors.New("the change number cannot be resumed from")

// ChangeNumber is the number of the latest change, 0 at the beginning. A page rendered after it misses nothing that
// happened before it.
func (s *Store) ChangeNumber(ctx context.Context) (int64, error) {
	var n int64
	err := s.reads.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM changes`).Scan(&n)
	return n, err
}

// ChangesSince returns the changes after the number, ascending, or ErrTooOld if they are not all known or more
// than limit.
func (s *Store) ChangesSince(ctx context.Context, number int64, limit int) ([]Change, error) {
	var oldest, newest int64
	if err := s.reads.QueryRowContext(ctx, `SELECT coalesce(min(number), 1), coalesce(max(number), 0) FROM changes`).
		Scan(&oldest, &newest); err != nil {
		return nil, err
	}
	if number < oldest-1 || number > newest {
		return nil, ErrTooOld
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT number, conversation_id, contact_id, subuser_id, user_id,
		hook, delivery_id, refused, settings, preferences
		FROM changes WHERE number > ? ORDER BY number LIMIT ?`, number, limit+1)
	changes, err := collect(rows, err, func(r row, c *Change) error {
		return r.Scan(&c.Number, &c.ConversationID, &c.ContactID, &c.Subuser, &c.UserID, &c.Hook, &c.DeliveryID, &c.Refused,
			&c.Settings, &c.Preferences)
	})
	if err != nil {
		return nil, err
	}
	if len(changes) > limit {
		return nil, ErrTooOld
	}
	return changes, nil
}
