package store

import "context"

// SecretSums returns the SHA-256 of every webhook secret that is valid now.
func (s *Store) SecretSums(ctx context.Context) ([][32]byte, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT sum FROM secrets`)
	return collect(rows, err, func(r row, sum *[32]byte) error {
		var b []byte
		err := r.Scan(&b)
		copy(sum[:], b)
		return err
	})
}

// SetSecret makes the secret with this SHA-256 the only valid one.
func (s *Store) SetSecret(ctx context.Context, label string, sum [32]byte) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM secrets`); err != nil {
			return err
		}
		return t.exec(`INSERT INTO secrets (label, sum, created_at) VALUES (?, ?, ?)`, label, sum[:], t.now)
	})
}
