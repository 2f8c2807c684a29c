package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"

	"modernc.org/sqlite"
)

// This file and those of the writer hold what only SQLite knows: connection settings, locking, errors.

// ReadConnections is how many reads run at once. Reads don't wait for the writer.
const ReadConnections = 8

// synchronous is FULL: a commit is on disk before it is acknowledged, so that a power cut loses nothing that TextLink
// was told is safe.
const synchronous = "FULL"

// dsn is the address of the database file for the driver. Settings stand in it because a PRAGMA by Exec would reach
// one pooled connection only. access says how the file is opened; that never creates it, which is for create alone.
func dsn(path, access string, settings ...string) string {
	return address(path, access,
		append([]string{"busy_timeout(5000)", "foreign_keys(1)", "cache_size(-8000)", "temp_store(2)"}, settings...))
}

// dsnAlone is that of a connection for which there is no other one, in this process or elsewhere. It needs no index of
// the log beside the file, for which a full disk has no room. (PRAGMA cache_size would look into the file before that
// is known.)
func dsnAlone(path string) string {
	return address(path, "mode=rw", []string{"busy_timeout(5000)", "locking_mode(EXCLUSIVE)",
		"query_only(1)", "temp_store(2)"})
}

func address(path, access string, pragmas []string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String() + "?" + access + "&" +
		url.Values{"_pragma": pragmas}.Encode()
}

// openReads opens the pool that answers reads. Its connections cannot write. Each is opened only where guard allows.
func openReads(path string, guard func() error) (*sql.DB, error) {
	db, err := openGuarded(dsn(path, "mode=rw", "query_only(1)"), guard)
	if err == nil {
		db.SetMaxOpenConns(ReadConnections)
		db.SetMaxIdleConns(ReadConnections)
	}
	return db, err
}

// openReadsAlone opens one connection that answers reads, for a disk that is full.
func openReadsAlone(path string, guard func() error) (*sql.DB, error) {
	db, err := openGuarded(dsnAlone(path), guard)
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// guarded opens connections only as long as the files have their names: a name leads to what has it by then.
type guarded struct {
	driver.Connector
	guard func() error
}

func openGuarded(dsn string, guard func() error) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(guarded{connector, guard}), nil
}

func (g guarded) Connect(ctx context.Context) (driver.Conn, error) {
	if err := g.guard(); err != nil {
		return nil, err
	}
	return g.Connector.Connect(ctx)
}

// openWrites opens the one connection that writes. What is deleted is overwritten where that costs no further page; the
// rest is left to scrub. It folds the write-ahead log in by itself (see checkpoint).
func openWrites(ctx context.Context, path string) (*sql.DB, *sql.Conn, error) {
	db, err := sql.Open("sqlite", dsn(path, "mode=rw&_txlock=immediate", "journal_mode(WAL)",
		"synchronous("+synchronous+")", "secure_delete(FAST)", "wal_autocheckpoint(0)"))
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

// locksHeld is the error of having SQLite's locks belong to open files and not to the process, nil if they do.
// Otherwise they would all be gone as soon as anything here closes the database file (a copy, a checksum), and the next
// command run beside the server would take itself for the only one and remove the write-ahead log. Where the system
// cannot do it things are as ever. It is asked for before anything runs, since SQLite refuses once a process has locked
// its first file.
var locksHeld = holdLocks()

func holdLocks() error {
	if _, err := sqlite.OFDLocking(true); err != nil && !errors.Is(err, sqlite.ErrOFDLockingUnavailable) {
		return err
	}
	return nil
}
