package store

import "context"

// CannedReply is a reply that somebody keeps under a name.
type CannedReply struct {
	ID     int64
	UserID int64
	Author string // the name of who made it
	Name   string
	Text   string // with placeholders, as it was written
	Shared bool   // everybody can use it
}

// ChangedBy tells whether the person may change it: their own, and admins also what is shared.
func (c CannedReply) ChangedBy(u User) bool {
	return c.UserID == u.ID || c.Shared && u.Role == Admin
}

// CannedReplies returns the person's own canned replies and those that are shared, by name.
func (s *Store) CannedReplies(ctx context.Context, user int64) ([]CannedReply, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT c.id, c.user_id, u.name, c.name, c.text, c.shared
		FROM canned_replies c JOIN users u ON u.id = c.user_id
		WHERE c.id IN (SELECT id FROM canned_replies WHERE user_id = ? UNION SELECT id FROM canned_replies WHERE shared)
		ORDER BY c.name COLLATE NOCASE, c.id`, user)
	return collect(rows, err, scanCannedReply)
}

func scanCannedReply(r row, c *CannedReply) error {
	return r.Scan(&c.ID, &c.UserID, &c.Author, &c.Name, &c.Text, &c.Shared)
}

// AddCannedReply keeps a new one of the person's own. If they have one of that name it is ErrExists.
func (s *Store) AddCannedReply(ctx context.Context, by User, c CannedReply) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.Affected(`INSERT INTO canned_replies (user_id, name, text, shared) VALUES (?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, by.ID, c.Name, c.Text, c.Shared)
		if err == nil && n == 0 {
			err = ErrExists
		}
		if err != nil || !c.Shared {
			return err
		}
		return t.audit(ctx, CannedReplyAdded, c.Name)
	})
}

// ChangeCannedReply puts name, text and sharing in the place of those of the one with the id. One that the person may
// not change is ErrNotFound; if its author has another one of that name it is ErrExists.
func (s *Store) ChangeCannedReply(ctx context.Context, by User, c CannedReply) error {
	return s.write(ctx, func(t *tx) error {
		was, err := t.cannedReply(by, c.ID)
		if err != nil {
			return err
		}
		n, err := t.Affected(`UPDATE OR IGNORE canned_replies SET name = ?, text = ?, shared = ?
			WHERE id = ?`, c.Name, c.Text, c.Shared, c.ID)
		if err == nil && n == 0 {
			err = ErrExists
		}
		if err != nil || !was.Shared && !c.Shared {
			return err
		}
		return t.audit(ctx, CannedReplyChanged, c.Name)
	})
}

// DeleteCannedReply takes one away; one that the person may not change is ErrNotFound.
func (s *Store) DeleteCannedReply(ctx context.Context, by User, id int64) error {
	return s.write(ctx, func(t *tx) error {
		was, err := t.cannedReply(by, id)
		if err == nil {
			err = t.Exec(`DELETE FROM canned_replies WHERE id = ?`, id)
		}
		if err != nil || !was.Shared {
			return err
		}
		return t.audit(ctx, CannedReplyDeleted, was.Name)
	})
}

// cannedReply is one that the person may change, else ErrNotFound.
func (t *tx) cannedReply(by User, id int64) (c CannedReply, err error) {
	err = found(scanCannedReply(t.Row(`SELECT c.id, c.user_id, u.name, c.name, c.text, c.shared FROM canned_replies c
		JOIN users u ON u.id = c.user_id
		WHERE c.id = ?`, id), &c))
	if err == nil && !c.ChangedBy(by) {
		err = ErrNotFound
	}
	return c, err
}
