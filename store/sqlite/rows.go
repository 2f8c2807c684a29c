package sqlite

import "database/sql"

// Row is what *sql.Row and *sql.Rows have in common.
type Row interface{ Scan(...any) error }

// Collect reads all rows and closes them: one left open would keep the write-ahead log from being folded in.
func Collect[T any](rows *sql.Rows, err error, scan func(Row, *T) error) ([]T, error) {
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
