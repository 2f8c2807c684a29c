package store

import (
	"context"
	"errors"
	"time"
)

// ErrDisabled is returned for a link to somebody who may not sign in.
var ErrDisabled = errors.New("the person is disabled")

// AddLink gives a person a one-time link to choose a password, known by its SHA-256; one they have stops working. Until
// it is used their password stays as it is.
func (s *Store) AddLink(ctx context.Context, user int64, sum []byte, expires time.Time) error {
	return s.write(ctx, func(t *tx) error {
		var name string
		var disabled bool
		if err := t.Row(`SELECT name, disabled_at <> 0 FROM users WHERE id = ?`, user).Scan(&name, &disabled); err != nil {
			return found(err)
		}
		if disabled {
			return ErrDisabled
		}
		if err := t.addLink(user, sum, expires); err != nil {
			return err
		}
		return t.audit(ctx, LinkMade, name)
	})
}

func (t *tx) addLink(user int64, sum []byte, expires time.Time) error {
	return t.Exec(`INSERT INTO links (user_id, sum, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (user_id) DO UPDATE SET sum = excluded.sum,
		expires_at = excluded.expires_at`, user, sum, expires.UnixMilli())
}

// LinkUser returns whose link it is, or ErrNotFound if it does not work (any more).
func (s *Store) LinkUser(ctx context.Context, sum []byte) (User, error) {
	u, _, err := s.userWhere(ctx, `u.disabled_at = 0
		AND u.id = (SELECT user_id FROM links WHERE sum = ? AND expires_at > ?)`, sum, s.now())
	return u, err
}

// UseLink gives the person whose link it is a password and ends their sessions. A link that does not work (any more) is
// ErrNotFound.
func (s *Store) UseLink(ctx context.Context, sum []byte, passwordHash string) error {
	return s.write(ctx, func(t *tx) error {
		var user int64
		err := t.Row(`DELETE FROM links WHERE sum = ? AND expires_at > ? RETURNING user_id`, sum, t.now).Scan(&user)
		if err != nil {
			return found(err)
		}
		return t.setPassword(ctx, user, passwordHash)
	})
}

// SetPassword replaces a person's password and ends their sessions and their link.
func (s *Store) SetPassword(ctx context.Context, user int64, passwordHash string) error {
	return s.write(ctx, func(t *tx) error { return t.setPassword(ctx, user, passwordHash) })
}

func (t *tx) setPassword(ctx context.Context, user int64, passwordHash string) error {
	var name string
	if err := t.Row(`UPDATE users SET password_hash = ? WHERE id = ? RETURNING name`, passwordHash,
		user).Scan(&name); err != nil {
		return found(err)
	}
	for _, query := range []string{`DELETE FROM links WHERE user_id = ?`, `DELETE FROM sessions WHERE user_id = ?`} {
		if err := t.Exec(query, user); err != nil {
			return err
		}
	}
	if err := t.audit(ctx, PasswordSet, name); err != nil {
		return err
	}
	return t.changed(Change{Number: t.next(), PersonID: user})
}
