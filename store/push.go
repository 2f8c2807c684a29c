package store

import (
	"context"
	"errors"
)

// PushKeys are the pair of keys by which push services know who sends, base64url.
type PushKeys struct{ Public, Private string }

// PushSubscription is a browser that a push service reaches for us.
type PushSubscription struct {
	Endpoint string // the address to post to
	P256dh   string // what the message is encrypted with, base64url
	Auth     string
}

// Subscriber is a browser and whose it is, as they are now.
type Subscriber struct {
	PushSubscription
	User User
}

// CurrentPushKeys returns the keys. Where there are none the proposed ones become them, for good: subscriptions hold
// for the keys they were made with.
func (s *Store) CurrentPushKeys(ctx context.Context, proposed func() (PushKeys, error)) (keys PushKeys, err error) {
	const query = `SELECT public, private FROM push_keys`
	err = found(s.reads.QueryRowContext(ctx, query).Scan(&keys.Public, &keys.Private))
	if !errors.Is(err, ErrNotFound) {
		return keys, err
	}
	made, err := proposed()
	if err != nil {
		return PushKeys{}, err
	}
	err = s.write(ctx, func(t *tx) error {
		if err := t.Exec(`INSERT INTO push_keys (id, public, private) VALUES (1, ?, ?)
			ON CONFLICT DO NOTHING`, made.Public, made.Private); err != nil {
			return err
		}
		return t.Row(query).Scan(&keys.Public, &keys.Private)
	})
	return keys, err
}

// Subscribe has the session's browser told of messages, until the session ends. A browser is one person's: whoever had
// it before is not told there any more. A session that has ended is ErrNotFound.
func (s *Store) Subscribe(ctx context.Context, session []byte, p PushSubscription) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.Exec(`DELETE FROM push_subscriptions WHERE endpoint = ? OR session_sum = ?`,
			p.Endpoint, session); err != nil {
			return err
		}
		n, err := t.Affected(`INSERT INTO push_subscriptions (session_sum, endpoint, p256dh, auth, created_at)
			SELECT s.sum, ?, ?, ?, ? FROM sessions s JOIN users u ON u.id = s.user_id
			WHERE s.sum = ? AND NOT s.halfway AND `+sessionLasts,
			p.Endpoint, p.P256dh, p.Auth, t.now, session, t.now, s.idleSince())
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// Unsubscribe has the session's browser told no more.
func (s *Store) Unsubscribe(ctx context.Context, session []byte) error {
	return s.write(ctx, func(t *tx) error {
		return t.Exec(`DELETE FROM push_subscriptions WHERE session_sum = ?`, session)
	})
}

// ForgetSubscription removes a browser that its push service does not know any more.
func (s *Store) ForgetSubscription(ctx context.Context, endpoint string) error {
	return s.write(ctx, func(t *tx) error { return t.Exec(`DELETE FROM push_subscriptions WHERE endpoint = ?`, endpoint) })
}

// Endpoints returns the addresses of all browsers whose sessions last.
func (s *Store) Endpoints(ctx context.Context) ([]string, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT b.endpoint FROM push_subscriptions b
		JOIN sessions s ON s.sum = b.session_sum JOIN users u ON u.id = s.user_id
		WHERE `+sessionLasts+` ORDER BY s.user_id, b.endpoint`, s.now(), s.idleSince())
	return collect(rows, err, func(r row, endpoint *string) error { return r.Scan(endpoint) })
}

// Subscriber returns the browser with the address while its session lasts, or ErrNotFound.
func (s *Store) Subscriber(ctx context.Context, endpoint string) (Subscriber, error) {
	var b Subscriber
	err := b.User.scan(s.reads.QueryRowContext(ctx,
		`SELECT `+userColumns+`, b.endpoint, b.p256dh, b.auth FROM push_subscriptions b
		JOIN sessions s ON s.sum = b.session_sum JOIN users u ON u.id = s.user_id JOIN preferences p ON p.user_id = u.id
		WHERE b.endpoint = ? AND `+sessionLasts, endpoint, s.now(), s.idleSince()), &b.Endpoint, &b.P256dh, &b.Auth)
	if err == nil {
		b.User.Subusers, err = s.grants(ctx, b.User.ID)
	}
	return b, found(err)
}

// Subscribed tells whether the session's browser is told of messages.
func (s *Store) Subscribed(ctx context.Context, session []byte) (bool, error) {
	var is bool
	err := s.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM push_subscriptions
		WHERE session_sum = ?)`, session).Scan(&is)
	return is, err
}
