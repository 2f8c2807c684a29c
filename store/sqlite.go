package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"

	"modernc.org/sqlite"
)

// This file and those of the writer hold what only SQLite knows: connection settings, locking, errors.

// readConnections is how many reads run at once. Reads don't wait for the writer.
const readConnections = 8

// synchronous is FULL: a commit is on disk before it is acknowledged, so that a power cut loses nothing that TextLink
// was told is safe. Only the test that proves this sets it otherwise, by the linker (-X tagline/store.synchronous=NORMAL).
var synchronous = "FULL"

// dsn is the address of the database file for the driver. Settings stand in it because a PRAGMA by Exec would reach
// one pooled connection only. access says how the file is opened; that never creates it, which is for create alone.
func dsn(path, access string, settings ...string) string {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "foreign_keys(1)", "cache_size(-8000)", "temp_store(2)"}}
	for _, s := range settings {
		q.Add("_pragma", s)
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String() + "?" + access + "&" + q.Encode()
}

// openReads opens the pool that answers reads. Its connections cannot write.
func openReads(path string) (*reader, error) {
	db, err := sql.Open("sqlite", dsn(path, "mode=rw", "query_only(1)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readConnections)
	db.SetMaxIdleConns(readConnections)
	return newReader(db), nil
}

// openWrites opens the one connection that writes. What is deleted is overwritten where that costs no further page; the rest is left to scrub.
// It folds the write-ahead log in by itself (see checkpoint).
func openWrites(ctx context.Context, path string) (*sql.DB, *sql.Conn, error) {
	db, err := sql.Open("sqlite", dsn(path, "mode=rw&_txlock=immediate", "journal_mode(WAL)", "synchronous("+synchronous+")", "secure_delete(FAST)", "wal_autocheckpoint(0)"))
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, conn, nil
}

// locksHeld is the error of having SQLite's locks belong to open files and not to the process, nil if they do. Otherwise
// they would all be gone as soon as anything here closes the database file (a copy, a checksum), and the next command
// run beside the server would take itself for the only one and remove the write-ahead log. Where the system cannot do it
// things are as ever. It is asked for before anything runs, since SQLite refuses once a process has locked its first file.
var locksHeld = holdLocks()

func holdLocks() error {
	if _, err := sqlite.OFDLocking(true); err != nil && !errors.Is(err, sqlite.ErrOFDLockingUnavailable) {
		return err
	}
	return nil
}

// prepare makes sure that the file exists, is ours, sound as far as can be told soon, and has the newest schema.
func prepare(ctx context.Context, path string, log *slog.Logger) error {
	if locksHeld != nil {
		return locksHeld
	}
	if err := create(path); err != nil {
		return err
	}
	version, err := inspect(ctx, path)
	if err != nil {
		return refusal(path, err)
	}
	switch version {
	case len(steps()):
		return nil
	case 0: // just made: there is nothing to copy and nothing to tell
		err = upgrade(ctx, path, version, slog.New(slog.DiscardHandler))
	default:
		if err = copyBeforeUpgrade(ctx, path, version, log); err == nil {
			err = upgrade(ctx, path, version, log)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot bring the database %s up to date: %w; %s", path, err, diagnose(err).advice())
	}
	return nil
}

// copyBeforeUpgrade keeps the database as the older version left it. There is one copy of each schema: a newer one takes the
// place of an older, so that a start that fails again and again does not fill the disk.
func copyBeforeUpgrade(ctx context.Context, path string, version int, log *slog.Logger) error {
	to := fmt.Sprintf("%s.schema-%d", path, version)
	log.Info("the database is copied before its schema is brought up to date", "copy", to, "schema", version)
	if err := Backup(ctx, path, to, true); err != nil {
		return fmt.Errorf("no copy of it could be made first: %w", err)
	}
	return nil
}

// upgrade brings the schema up to date.
func upgrade(ctx context.Context, path string, version int, log *slog.Logger) error {
	db, conn, err := openWrites(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(migrate(ctx, conn, version, log), conn.Close(), db.Close())
}

// create makes an empty file that only its owner can read. SQLite gives the files beside it the same mode.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // #nosec G304 -- the admin names the database
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot create the database: %w; choose another place with --db", err)
	}
	return f.Close()
}

// refusal says which file cannot be used, that it is as it was, and what to do.
func refusal(path string, err error) error {
	advice := diagnose(err).advice()
	switch {
	case errors.Is(err, errNewerSchema):
		advice = "start the newer Tagline again, or restore the backup made before the upgrade"
	case errors.Is(err, errForeign):
		advice = "choose another file with --db"
	}
	return fmt.Errorf("cannot use the database %s: %w; it was left untouched; %s", path, err, advice)
}
