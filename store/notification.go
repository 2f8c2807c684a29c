package store

import "context"

// SetNotifications keeps how a person wants to be told of messages, and of which views where that is not all. A view
// that is neither theirs nor shared is ErrNoChoice, and nothing is kept.
func (s *Store) SetNotifications(ctx context.Context, user int64, p Preferences, views []int64) error {
	if err := p.check(); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.Exec(`DELETE FROM notify_views WHERE user_id = ?`, user); err != nil {
			return err
		}
		for _, view := range views {
			n, err := t.Affected(`INSERT INTO notify_views (user_id, view_id) SELECT ?1, id FROM saved_views
				WHERE id = ?2 AND (user_id = ?1 OR shared) ON CONFLICT DO UPDATE SET view_id = view_id`, user, view)
			if err != nil {
				return err
			}
			if n == 0 {
				return ErrNoChoice
			}
		}
		return t.setPreferences(user, p)
	})
}

// NotifyViews returns the views whose messages the person chose to be told of. What is not shared any more is not among
// them.
func (s *Store) NotifyViews(ctx context.Context, user int64) ([]SavedView, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT v.id, v.user_id, u.name, v.name, v.query, v.shared FROM notify_views n
		JOIN saved_views v ON v.id = n.view_id JOIN users u ON u.id = v.user_id
		WHERE n.user_id = ?1 AND (v.user_id = ?1 OR v.shared) ORDER BY v.id`, user)
	return collect(rows, err, scanSavedView)
}
