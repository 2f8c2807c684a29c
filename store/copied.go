package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A copy of the database knows what waited when it was made, and not what was sent since. So every copy is marked in itself, and
// whatever opens it as a database holds all of that first, whether it came to its place by tagline restore or by hand.

// copiedReason is why what waited in a copy was not sent.
const copiedReason = "This is a backup that was restored. It may have been sent after the backup was made."

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

// access is what lets somebody in without a password. What was ended after a copy was made does not come back with it. The
// browsers that are told of messages go with their sessions.
var access = []string{"sessions", "api_tokens", "links"}

// endAccess ends all of that in a file whose schema may be an older one.
func endAccess(ctx context.Context, db *sql.DB) error {
	for _, table := range access {
		var exists bool
		if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)`, table).Scan(&exists); err != nil {
			return err
		}
		if !exists {
			continue
		}
		if _, err := db.ExecContext(ctx, `DELETE FROM `+table); err != nil {
			return err
		}
	}
	return nil
}

// isCopied tells whether the database is marked as a copy.
const isCopied = `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'copied')`

// adoptCopy makes a database of its own of one that is marked as a copy: nothing that waited in it is sent by itself, nobody is
// signed in, and what pages know of the database that it is a copy of means nothing in it. It is called at the start, and before
// anything is sent: SQLite itself can put a backup into a database that is open.
func (s *Store) adoptCopy(ctx context.Context) error {
	var copied bool
	if err := s.reads.QueryRowContext(ctx, isCopied).Scan(&copied); err != nil || !copied {
		return err
	}
	var replies, tags, forwards int
	err := s.write(ctx, func(t *tx) (err error) {
		// Another job may have been faster.
		if err := t.row(isCopied).Scan(&copied); err != nil || !copied {
			return err
		}
		if replies, err = t.holdCopied(); err != nil {
			return err
		}
		if tags, err = t.holdTags(`q.state IN ('queued', 'out')`, copiedReason); err != nil {
			return err
		}
		if forwards, err = t.holdForwards(copiedReason); err != nil {
			return err
		}
		for _, table := range access {
			if err := t.exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		if err := t.exec(`UPDATE identity SET id = lower(hex(randomblob(8)))`); err != nil {
			return err
		}
		return t.exec(`DROP TABLE copied`)
	})
	if err != nil {
		return fmt.Errorf("hold what waited in the copy: %w", err)
	}
	if !copied {
		return nil
	}
	s.options.Log.Warn("this database is a copy: what waited in it is held until somebody sends it, and everybody signs in again",
		"replies", replies, "tags", tags, "forwards", forwards)
	return nil
}
