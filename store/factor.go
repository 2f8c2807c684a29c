package store

import "context"

// Factor is the key with which a person's codes are made, and the key that was offered and not confirmed yet.
type Factor struct {
	Key     string // "" without a second factor
	Offered string
	Codes   int // recovery codes that are left
}

// Factor returns the person's second factor.
func (s *Store) Factor(ctx context.Context, user int64) (Factor, error) {
	var f Factor
	err := s.reads.QueryRowContext(ctx, `SELECT totp_key, totp_offered, (SELECT count(*) FROM recovery_codes
		WHERE user_id = users.id) FROM users WHERE id = ?`, user).
		Scan(&f.Key, &f.Offered, &f.Codes)
	return f, found(err)
}

// OfferFactor keeps a key until the person has shown with a code that they have it.
func (s *Store) OfferFactor(ctx context.Context, user int64, key string) error {
	return s.write(ctx, func(t *tx) error { return t.Exec(`UPDATE users SET totp_offered = ? WHERE id = ?`, key, user) })
}

// AddFactor makes the offered key the person's second factor, with new recovery codes, and ends their sessions. step is
// that of the code they gave.
func (s *Store) AddFactor(ctx context.Context, user, step int64, codes [][]byte) error {
	return s.changePerson(ctx, user, FactorAdded, "", func(t *tx) error {
		if err := t.Exec(`UPDATE users SET totp_key = totp_offered, totp_offered = '', totp_step = ?
			WHERE id = ?`, step, user); err != nil {
			return err
		}
		return t.setCodes(user, codes)
	})
}

// RemoveFactor takes the person's second factor and recovery codes away and ends their sessions.
func (s *Store) RemoveFactor(ctx context.Context, user int64) error {
	return s.changePerson(ctx, user, FactorRemoved, "", func(t *tx) error {
		if err := t.Exec(`UPDATE users SET totp_key = '', totp_offered = '', totp_step = 0 WHERE id = ?`, user); err != nil {
			return err
		}
		return t.setCodes(user, nil)
	})
}

// SetCodes replaces the person's recovery codes, known by their SHA-256.
func (s *Store) SetCodes(ctx context.Context, user int64, codes [][]byte) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.setCodes(user, codes); err != nil {
			return err
		}
		return t.audit(ctx, CodesMade, "")
	})
}

func (t *tx) setCodes(user int64, codes [][]byte) error {
	if err := t.Exec(`DELETE FROM recovery_codes WHERE user_id = ?`, user); err != nil {
		return err
	}
	for _, sum := range codes {
		if err := t.Exec(`INSERT INTO recovery_codes (user_id, sum) VALUES (?, ?)`, user, sum); err != nil {
			return err
		}
	}
	return nil
}

// TakeStep takes the code of a step, once: one that was taken, or an earlier one, is ErrNotFound.
func (s *Store) TakeStep(ctx context.Context, user, step int64) error {
	err := s.write(ctx, func(t *tx) error {
		return foundOne(t.Affected(`UPDATE users SET totp_step = ?1
			WHERE id = ?2 AND totp_key <> '' AND totp_step < ?1`, step, user))
	})
	if !s.Failing(err) {
		return err
	}
	var last int64
	if err := s.reads.QueryRowContext(ctx, `SELECT totp_step FROM users WHERE id = ?`, user).Scan(&last); err != nil {
		return found(err)
	}
	if last >= step || !s.effects.unstored.takeStep(user, step) {
		return ErrNotFound
	}
	return nil
}

// TakeCode takes a recovery code, once. While nothing can be stored it is remembered as taken, so that people can sign
// in and read.
func (s *Store) TakeCode(ctx context.Context, user int64, sum []byte) error {
	err := s.write(ctx, func(t *tx) error { return t.takeCode(ctx, user, sum) })
	if !s.Failing(err) {
		return err
	}
	var is bool
	if err := s.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM recovery_codes
		WHERE user_id = ? AND sum = ?)`, user, sum).Scan(&is); err != nil {
		return err
	}
	if !is || !s.effects.unstored.takeCode(sum, used{user, actor(ctx)}) {
		return ErrNotFound
	}
	return nil
}

func (t *tx) takeCode(ctx context.Context, user int64, sum []byte) error {
	if err := foundOne(t.Affected(`DELETE FROM recovery_codes WHERE user_id = ? AND sum = ?`, user, sum)); err != nil {
		return err
	}
	return t.audit(ctx, CodeUsed, "")
}
