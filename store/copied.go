package store

import (
	"context"
	"database/sql"
	"fmt"

	"tagline/store/sqlite"
)

// A copy of the database knows what waited when it was made, and not what was sent since. So whatever opens one as a
// database holds all of that first.

// copiedReason is why what waited in a copy was not sent.
const copiedReason = "This is a backup that was restored. It may have been sent after the backup was made."

// access is what lets somebody in without a password. What was ended after a copy was made does not come back with it.
// The browsers that are told of messages go with their sessions.
var access = []string{"sessions", "api_tokens", "links"}

// endAccess ends all of that in a file whose schema may be an older one.
func endAccess(ctx context.Context, db *sql.DB) error {
	for _, table := range access {
		var exists bool
		if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)`,
			table).Scan(&exists); err != nil {
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

// adoptCopy makes a database of its own of one that is marked as a copy: nothing that waited in it is sent by itself,
// nobody is signed in, and what pages know of the database that it is a copy of means nothing in it. It is called at
// the start, and before anything is sent: SQLite itself can put a backup into a database that is open.
func (s *Store) adoptCopy(ctx context.Context) error {
	var copied bool
	if err := s.reads.QueryRowContext(ctx, sqlite.IsCopied).Scan(&copied); err != nil || !copied {
		return err
	}
	var replies, tags, forwards int
	err := s.write(ctx, func(t *tx) (err error) {
		if copied, err = t.Adopt(); err != nil || !copied { // another job may have been faster
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
			if err := t.Exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		return t.Exec(`UPDATE identity SET id = lower(hex(randomblob(8)))`)
	})
	if err != nil {
		return fmt.Errorf("hold what waited in the copy: %w", err)
	}
	if !copied {
		return nil
	}
	s.options.Log.Warn(
		"this database is a copy: what waited in it is held until somebody sends it, and everybody signs in again",
		"replies", replies, "tags", tags, "forwards", forwards)
	return nil
}
