// Package sqlite is the engine under the store: the connection that writes with its group commit and checkpoints, the
// connections that read, migrations, backup and restore, and what happens to the files beside the program. It knows no
// table but its own marks (migration, copied); what the databases of a program have in common is a Format.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Config is what a database is opened with. All but Serve and Backups must be there.
type Config struct {
	// Now is the clock.
	Now func() time.Time
	// Log is told when storing fails and when it works again, and what is done to the schema.
	Log *slog.Logger
	// Serve makes this the one process that serves the database until Close. Where another one does it is refused.
	Serve bool
	// Backups says when BackUp makes backups.
	Backups Schedule
	// Begin is called at the beginning of each transaction. If it fails, so do all writes of the transaction.
	Begin func(*Tx) error
	// End is called when a transaction is over, committed or not, before what was asked for with After is done.
	End func()
}

// Open opens the database file, creating it (mode 0600) and bringing its schema up to date where needed. A file
// that is damaged, foreign or made by a newer version is left untouched and named in the error.
func (f Format) Open(ctx context.Context, path string, config Config) (*DB, error) {
	alone, err := f.prepare(ctx, path, config)
	if err != nil {
		return nil, err
	}
	db, err := f.startWriter(ctx, path, config, alone)
	if err != nil {
		alone.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return db, nil
}

// Reads answers reads. They don't wait for the writer.
func (db *DB) Reads() *Reader { return db.reads }

// Close answers the waiting writes, folds the write-ahead log into the database file and closes it.
func (db *DB) Close() error {
	defer db.serving.close()
	err := db.close()
	if db.left {
		return err
	}
	return errors.Join(err, db.reads.Close())
}
