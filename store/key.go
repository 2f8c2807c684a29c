package store

import (
	"context"
	"crypto/sha256"
	"errors"
)

// KeyKind tells where in a webhook a key stands.
type KeyKind string

// The kinds of keys.
const (
	Token  KeyKind = "token"  // in the address
	Secret KeyKind = "secret" // in the body
)

// Key lets webhooks in. Several of a kind may be valid at once, so that one can be replaced without a gap.
type Key struct {
	ID        int64
	Kind      KeyKind
	Label     string
	Sum       [32]byte // SHA-256 of the key
	Token     string   // the key itself; only of tokens, which addresses must show
	CreatedAt int64    // Unix ms
	SeenAt    int64    // when a webhook last came with it, Unix ms, to the minute; 0 if none did
}

// ErrLastToken is returned instead of revoking the only token: there would be no address left.
var ErrLastToken = errors.New("the last token cannot be revoked")

// Keys returns all valid keys, the newest first.
func (s *Store) Keys(ctx context.Context) ([]Key, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, kind, label, sum, token, created_at, seen_at FROM keys
		ORDER BY id DESC`)
	return collect(rows, err, func(r row, k *Key) error {
		var sum []byte
		err := r.Scan(&k.ID, &k.Kind, &k.Label, &sum, &k.Token, &k.CreatedAt, &k.SeenAt)
		copy(k.Sum[:], sum)
		return err
	})
}

// AddToken makes the token the newest one; those before it stay valid until they are revoked.
func (s *Store) AddToken(ctx context.Context, token string) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.addToken(token); err != nil {
			return err
		}
		return t.audit(ctx, KeyAdded, "addresses")
	})
}

func (t *tx) addToken(token string) error {
	return t.addKey(Key{Kind: Token, Label: "Address", Sum: sha256.Sum256([]byte(token)), Token: token})
}

// CurrentToken returns the newest token. Where there is none the proposed one becomes it.
func (s *Store) CurrentToken(ctx context.Context, proposed string) (token string, err error) {
	const newest = `SELECT token FROM keys WHERE kind = 'token' ORDER BY id DESC LIMIT 1`
	err = found(s.reads.QueryRowContext(ctx, newest).Scan(&token))
	if !errors.Is(err, ErrNotFound) {
		return token, err
	}
	err = s.write(ctx, func(t *tx) error {
		err := found(t.Row(newest).Scan(&token))
		if errors.Is(err, ErrNotFound) {
			token, err = proposed, t.addToken(proposed)
		}
		return err
	})
	return token, err
}

// AddSecret makes the secret with this SHA-256 valid beside the others. One that is valid already is ErrExists.
func (s *Store) AddSecret(ctx context.Context, label string, sum [32]byte) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.addKey(Key{Kind: Secret, Label: label, Sum: sum}); err != nil {
			return err
		}
		return t.audit(ctx, KeyAdded, "secret "+label)
	})
}

func (t *tx) addKey(k Key) error {
	n, err := t.Affected(`INSERT INTO keys (kind, label, sum, token, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`,
		k.Kind, k.Label, k.Sum[:], k.Token, t.now)
	if err == nil && n == 0 {
		err = ErrExists
	}
	return err
}

// RevokeKey makes a key invalid: webhooks that come with it are refused from now on.
func (s *Store) RevokeKey(ctx context.Context, id int64) error {
	return s.write(ctx, func(t *tx) error {
		var kind KeyKind
		var label string
		var left int
		if err := t.Row(`SELECT kind, label, (SELECT count(*) FROM keys other WHERE other.kind = keys.kind) FROM keys
			WHERE id = ?`, id).
			Scan(&kind, &label, &left); err != nil {
			return found(err)
		}
		if kind == Token && left == 1 {
			return ErrLastToken
		}
		if err := t.Exec(`DELETE FROM keys WHERE id = ?`, id); err != nil {
			return err
		}
		return t.audit(ctx, KeyRevoked, string(kind)+" "+label)
	})
}

// seen notes that a webhook came with the keys.
func (t *tx) seen(keys []int64) error {
	for _, id := range keys {
		if err := t.Exec(`UPDATE keys SET seen_at = ? WHERE id = ?`, t.now, id); err != nil {
			return err
		}
	}
	return nil
}
