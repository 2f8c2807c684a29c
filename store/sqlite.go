package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	_ "modernc.org/sqlite" // the driver
)

// This file and writer.go hold what only SQLite knows: connection settings, locking, errors.

// readConnections is how many reads run at once. Reads don't wait for the writer.
const readConnections = 8

// dsn is the address of the database file for the driver. Settings stand in it because a PRAGMA by Exec would reach
// one pooled connection only.
func dsn(path string, settings ...string) string {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "foreign_keys(1)", "cache_size(-8000)", "temp_store(2)"}}
	for _, s := range settings {
		q.Add("_pragma", s)
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String() + "?" + q.Encode()
}

// openReads opens the pool that answers reads. Its connections cannot write.
func openReads(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, "query_only(1)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readConnections)
	db.SetMaxIdleConns(readConnections)
	return db, nil
}

// openWrites opens the one connection that writes. FULL: a commit is on disk before it is acknowledged, so that a
// power cut loses nothing that TextLink was told is safe.
func openWrites(ctx context.Context, path string) (*sql.DB, *sql.Conn, error) {
	db, err := sql.Open("sqlite", dsn(path, "journal_mode(WAL)", "synchronous(FULL)")+"&_txlock=immediate")
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

// prepare makes sure that the file exists, is ours, and has the newest schema.
func prepare(ctx context.Context, path string) error {
	if err := create(path); err != nil {
		return err
	}
	version, err := inspect(ctx, path)
	if err != nil {
		return refusal(path, err)
	}
	if version == len(steps()) {
		return nil
	}
	db, conn, err := openWrites(ctx, path)
	if err != nil {
		return refusal(path, err)
	}
	err = migrate(ctx, conn, version)
	if err = errors.Join(err, conn.Close(), db.Close()); err != nil {
		return refusal(path, err)
	}
	return nil
}

// inspect reads the schema version without changing the file, and refuses what is not ours to write.
func inspect(ctx context.Context, path string) (version int, err error) {
	db, err := sql.Open("sqlite", dsn(path, "query_only(1)")+"&mode=ro")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return schemaVersion(ctx, db)
}

// create makes an empty file that only its owner can read. SQLite gives the files beside it the same mode.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot create the database: %w; choose another place with --db", err)
	}
	return f.Close()
}

// refusal says which file could not be used and what to do about it.
func refusal(path string, err error) error {
	advice := "restore a backup, or start with a new file with --db; the file was left untouched"
	switch {
	case errors.Is(err, errNewerSchema):
		advice = "start the newer Tagline again, or restore the backup made before the upgrade; the file was left untouched"
	case errors.Is(err, errForeign):
		advice = "choose another file with --db; this one was left untouched"
	case errors.Is(err, fs.ErrPermission):
		advice = "check who owns it"
	}
	return fmt.Errorf("cannot use the database %s: %w; %s", path, err, advice)
}
