package store

import (
	"context"
	"time"
)

// CreateSession notes that whoever presents the id with this SHA-256 is the person, until it expires. Sessions that
// have expired are forgotten on the way.
func (s *Store) CreateSession(ctx context.Context, sum []byte, user int64, expires time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM sessions WHERE expires_at <= ?`, t.now); err != nil {
			return err
		}
		return t.exec(`INSERT INTO sessions (id_sum, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)`,
			sum, user, t.now, expires.UnixMilli())
	})
}

// DeleteSession ends a session at once.
func (s *Store) DeleteSession(ctx context.Context, sum []byte) error {
	return s.write(ctx, func(t *tx) error { return t.exec(`DELETE FROM sessions WHERE id_sum = ?`, sum) })
}

// SessionUser returns whose session it is, as they are now, or ErrNotFound.
func (s *Store) SessionUser(ctx context.Context, sum []byte) (User, error) {
	var u User
	err := s.reads.QueryRowContext(ctx, `SELECT u.id, u.name, u.role FROM sessions JOIN users u ON u.id = user_id
		WHERE id_sum = ? AND expires_at > ?`, sum, s.now()).Scan(&u.ID, &u.Name, &u.Role)
	if err == nil {
		u.Subusers, err = s.grants(ctx, u.ID)
	}
	return u, found(err)
}
