package store

import "context"

// SavedView is a filter that somebody keeps under a name.
type SavedView struct {
	ID     int64
	UserID int64
	Author string // the name of who made it
	Name   string
	Query  string // as it stands in the address of the list
	Shared bool   // everybody sees it; what it shows stays within their own scope
}

// SavedViews returns the person's own views and those that are shared, by name.
func (s *Store) SavedViews(ctx context.Context, user int64) ([]SavedView, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT v.id, v.user_id, u.name, v.name, v.query, v.shared FROM saved_views v
		JOIN users u ON u.id = v.user_id
		WHERE v.id IN (SELECT id FROM saved_views WHERE user_id = ? UNION SELECT id FROM saved_views WHERE shared)
		ORDER BY v.name COLLATE NOCASE, v.id`, user)
	return collect(rows, err, scanSavedView)
}

func scanSavedView(r row, v *SavedView) error {
	return r.Scan(&v.ID, &v.UserID, &v.Author, &v.Name, &v.Query, &v.Shared)
}

// SaveView keeps a view under its name, in the place of the person's own one of that name.
func (s *Store) SaveView(ctx context.Context, v SavedView) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.Exec(`INSERT INTO saved_views (user_id, name, query, shared, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET query = excluded.query, shared = excluded.shared,
			at = excluded.at`, v.UserID, v.Name, v.Query, v.Shared, t.now); err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), Settings: SavedViewsSetting})
	})
}

// DeleteView takes a view of the person's own away; anybody else's is ErrNotFound.
func (s *Store) DeleteView(ctx context.Context, user, id int64) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.Affected(`DELETE FROM saved_views WHERE id = ? AND user_id = ?`, id, user)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), Settings: SavedViewsSetting})
	})
}
