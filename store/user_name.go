package store

import (
	"context"

	"tagline/store/text"
)

// userNamed returns the id of who signs in with the name, or ErrNotFound. Who has just that name goes before others:
// earlier versions took names that differ only in what does not count now. Every name is looked at, since SQLite folds
// ASCII only and there are few.
func userNamed(all []User, name string) (int64, error) {
	same, id := text.SameName(name), int64(0)
	for _, u := range all {
		if u.Name == name {
			return u.ID, nil
		}
		if id == 0 && same(u.Name) {
			id = u.ID
		}
	}
	if id == 0 {
		return 0, ErrNotFound
	}
	return id, nil
}

// userNames are all names, with the ids.
func (s *Store) userNames(ctx context.Context) ([]User, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, name FROM users ORDER BY id`)
	return collect(rows, err, func(r row, u *User) error { return r.Scan(&u.ID, &u.Name) })
}

// nameTaken is ErrExists where there is somebody of that name.
func (t *tx) nameTaken(name string) error {
	rows, err := t.Query(`SELECT id, name FROM users`)
	all, err := collect(rows, err, func(r row, u *User) error { return r.Scan(&u.ID, &u.Name) })
	if err != nil {
		return err
	}
	if _, err := userNamed(all, name); err == nil {
		return ErrExists
	}
	return nil
}
