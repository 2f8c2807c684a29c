package store

import (
	"database/sql"
	"errors"

	"tagline/store/sqlite"
)

type row = sqlite.Row

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(row, *T) error) ([]T, error) {
	return sqlite.Collect(rows, err, scan)
}

// foundOne is ErrNotFound where a statement changed nothing.
func foundOne(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// found turns the driver's "no rows" into ErrNotFound.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
