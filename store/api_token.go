package store

import "context"

// What the audit log says of tokens for the API.
const (
	APITokenMade    Action = "API token made"
	APITokenRevoked Action = "API token revoked"
)

// APIToken is what a program acts with in a person's name: it may what they may.
type APIToken struct {
	ID        int64
	Label     string
	CreatedAt int64 // Unix ms
	ExpiresAt int64 // Unix ms; 0 for never
	UsedAt    int64 // Unix ms, to some minutes; 0 if it never was
}

// APITokens returns the person's own, the newest first.
func (s *Store) APITokens(ctx context.Context, user int64) ([]APIToken, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, label, created_at, expires_at, used_at FROM api_tokens
		WHERE user_id = ? ORDER BY id DESC`, user)
	return collect(rows, err, func(r row, k *APIToken) error {
		return r.Scan(&k.ID, &k.Label, &k.CreatedAt, &k.ExpiresAt, &k.UsedAt)
	})
}

// AddAPIToken adds a token of the person's, known by its SHA-256.
func (s *Store) AddAPIToken(ctx context.Context, user int64, k APIToken, sum []byte) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.Exec(`INSERT INTO api_tokens (user_id, label, sum, created_at, expires_at)
			VALUES (?, ?, ?, ?, ?)`, user, k.Label, sum, t.now, k.ExpiresAt); err != nil {
			return err
		}
		return t.audit(ctx, APITokenMade, k.Label)
	})
}

// RevokeAPIToken makes one of the person's own tokens invalid at once; anybody else's is ErrNotFound.
func (s *Store) RevokeAPIToken(ctx context.Context, user, id int64) error {
	return s.write(ctx, func(t *tx) error {
		var label string
		if err := t.Row(`DELETE FROM api_tokens WHERE id = ? AND user_id = ? RETURNING label`, id,
			user).Scan(&label); err != nil {
			return found(err)
		}
		return t.audit(ctx, APITokenRevoked, label)
	})
}

// TokenUser returns in whose name a token acts, or ErrNotFound if it does not work (any more).
func (s *Store) TokenUser(ctx context.Context, sum []byte) (User, error) {
	u, _, err := s.userWhere(ctx, `u.disabled_at = 0
		AND u.id = (SELECT user_id FROM api_tokens WHERE sum = ? AND (expires_at = 0 OR expires_at > ?))`, sum, s.now())
	return u, err
}

// TouchAPIToken notes that a token is in use.
func (s *Store) TouchAPIToken(ctx context.Context, sum []byte) error {
	return s.write(ctx, func(t *tx) error { return t.Exec(`UPDATE api_tokens SET used_at = ? WHERE sum = ?`, t.now, sum) })
}
