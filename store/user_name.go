package store

import (
	"context"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// CleanName is a user name as it is kept: letters in one form (NFKC), one space between words, and nothing that cannot be
// seen. Phones put a space behind what they complete, and keyboards write the same letter in several ways.
func CleanName(typed string) string {
	typed = norm.NFKC.String(strings.ToValidUTF8(typed, "\ufffd"))
	typed = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return -1
		}
		return r
	}, typed)
	return norm.NFKC.String(strings.Join(strings.Fields(typed), " ")) // what was dropped may have kept a mark from its letter
}

// NameKey is what names have in common that are one to people: letter case does not count, in any script.
func NameKey(name string) string {
	return CleanName(strings.Map(leastCase, cases.Fold().String(CleanName(name))))
}

// leastCase is one letter for all that are the same but for their case. Fold, which knows letters that become two, leaves some
// of the others as they are.
func leastCase(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}

// userNamed returns the id of who signs in with the name, or ErrNotFound. Who has just that name goes before others: earlier
// versions took names that differ only in what does not count now. Every name is looked at, since SQLite folds ASCII only
// and there are few.
func userNamed(all []User, name string) (int64, error) {
	key, id := NameKey(name), int64(0)
	for _, u := range all {
		if u.Name == name {
			return u.ID, nil
		}
		if id == 0 && NameKey(u.Name) == key {
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
	rows, err := t.query(`SELECT id, name FROM users`)
	all, err := collect(rows, err, func(r row, u *User) error { return r.Scan(&u.ID, &u.Name) })
	if err != nil {
		return err
	}
	if _, err := userNamed(all, name); err == nil {
		return ErrExists
	}
	return nil
}
