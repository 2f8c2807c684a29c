package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// A copy of the database knows what was when it was made, and not what happened since. So every copy is marked in
// itself, and whatever opens it as a database can tell, whether it came to its place by tagline restore or by hand.

// markCopied marks a file that nobody has open as a copy, whatever its schema.
func markCopied(ctx context.Context, path string) error {
	return changeFile(ctx, path, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS copied (at INTEGER NOT NULL) STRICT`)
		return err
	})
}

// changeFile lets do change a database file that nobody has open. Nothing is left beside it.
func changeFile(ctx context.Context, path string, do func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", dsn(path, "mode=rw", "journal_mode(DELETE)"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	return errors.Join(do(db), db.Close())
}

// IsCopied is a query that tells whether the database is marked as a copy.
const IsCopied = `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'copied')`

// Adopt makes a database of its own of a copy: it takes the mark away, and tells whether there was one.
func (t *Tx) Adopt() (copied bool, err error) {
	if err := t.Row(IsCopied).Scan(&copied); err != nil || !copied {
		return false, err
	}
	return true, t.Exec(`DROP TABLE copied`)
}
