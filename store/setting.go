package store

import (
	"context"
	"errors"
)

// Names of settings.
const settingToken = "webhook_token"

// WebhookToken returns the unguessable part of the webhook addresses. The first call keeps the proposed one.
func (s *Store) WebhookToken(ctx context.Context, proposed string) (string, error) {
	token, err := s.setting(ctx, settingToken)
	if !errors.Is(err, ErrNotFound) {
		return token, err
	}
	err = s.write(ctx, func(t *tx) error {
		if err := t.exec(`INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING`, settingToken, proposed); err != nil {
			return err
		}
		return t.row(`SELECT value FROM settings WHERE name = ?`, settingToken).Scan(&token)
	})
	return token, err
}

func (s *Store) setting(ctx context.Context, name string) (string, error) {
	var value string
	err := s.reads.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = ?`, name).Scan(&value)
	return value, found(err)
}
