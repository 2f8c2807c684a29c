package store

import (
	"database/sql"
	"errors"
)

// row is what *sql.Row and *sql.Rows have in common.
type row interface{ Scan(...any) error }

// collect reads all rows and closes them: one left open would keep the write-ahead log from being folded in.
func collect[T any](rows *sql.Rows, err error, scan func(row, *T) error) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
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
