package store

import "context"

// devicesKept is how many devices of a person are known, the last seen ones.
const devicesKept = 20

// KnowDevice notes that the person has signed in on the device with this SHA-256.
func (s *Store) KnowDevice(ctx context.Context, user int64, sum []byte) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.Exec(`INSERT INTO devices (user_id, sum, seen_at) VALUES (?, ?, ?) ON CONFLICT DO
			UPDATE SET seen_at = excluded.seen_at`, user, sum, t.now); err != nil {
			return err
		}
		return t.Exec(`DELETE FROM devices WHERE user_id = ?1
			AND sum NOT IN (SELECT sum FROM devices WHERE user_id = ?1 ORDER BY seen_at DESC LIMIT ?2)`, user, devicesKept)
	})
}

// KnowsDevice tells whether somebody of that name, however it is written, has signed in on the device.
func (s *Store) KnowsDevice(ctx context.Context, name string, sum []byte) (bool, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT u.id, u.name FROM devices d JOIN users u ON u.id = d.user_id
		WHERE d.sum = ?`, sum)
	owners, err := collect(rows, err, func(r row, u *User) error { return r.Scan(&u.ID, &u.Name) })
	if err != nil {
		return false, err
	}
	_, unknown := userNamed(owners, name)
	return unknown == nil, nil
}
