package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// trouble is what an error says of the database and its disk, as far as people can do something about it.
type trouble int

const (
	bug      trouble = iota // none of the others
	full                    // the disk is full
	failing                 // the disk reports errors
	damaged                 // the file is not a sound database
	denied                  // the file cannot be opened or written
	readOnly                // the disk is mounted so that nothing can be written
	locked                  // another program keeps it locked
)

// ofDatabase tells errors of the database and its disk from those of a single write.
func ofDatabase(err error) bool {
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return true
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok || e.Code() == sqlite3.SQLITE_CORRUPT_VTAB {
		return false // the latter is of the search index alone
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE:
		return false
	}
	return true
}

// indexDamaged tells from what a write of the search index failed with whether it is damaged. Nothing hangs on it that
// was acknowledged: it is built anew.
func indexDamaged(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CORRUPT_VTAB || e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT)
}

func diagnose(err error) trouble {
	switch {
	case errors.Is(err, errDamaged):
		return damaged
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return full
	case errors.Is(err, syscall.EROFS):
		return readOnly
	case errors.Is(err, syscall.EIO):
		return failing
	case errors.Is(err, fs.ErrPermission):
		return denied
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return bug
	}
	if e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE {
		return full // the index of the write-ahead log could not grow
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return full
	case sqlite3.SQLITE_IOERR:
		return failing
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return denied
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return locked
	}
	return bug
}

// healthOf is what people are told while the server runs.
func healthOf(err error) string {
	if lost, ok := errors.AsType[*lostError](err); ok {
		return lost.health()
	}
	return diagnose(err).health()
}

func (t trouble) health() string {
	switch t {
	case full:
		return "The disk is full. New messages cannot be stored, and TextLink does not send them again: free some space now. Tagline goes on by itself."
	case failing:
		return "The disk reports errors. New messages cannot be stored, and TextLink does not send them again: check the disk. Tagline goes on by itself once it works."
	case damaged:
		return "The database is damaged. New messages may not be stored, and TextLink does not send them again: stop Tagline and restore a backup."
	case denied:
		return "The database cannot be written. New messages are not stored, and TextLink does not send them again: check that the file is in its place and that it and its folder belong to the account that Tagline runs under."
	case readOnly:
		return "The disk cannot be written: it is mounted read-only. New messages are not stored, and TextLink does not send them again: check the disk and mount it to be written. Tagline goes on by itself then."
	case locked:
		return "Another program keeps the database locked. New messages cannot be stored, and TextLink does not send them again: end that program."
	}
	return "Tagline ran into an error while storing. Messages may be missing: see its log, and please report what it says."
}

// advice is what to do when the database cannot be used at the start.
func (t trouble) advice() string {
	switch t {
	case full:
		return "the disk is full: free some space and start again"
	case failing:
		return "the disk reports errors: check it, then start again or restore a backup"
	case damaged:
		return "restore a backup, or start with a new file with --db"
	case denied:
		return "check that it and its folder belong to the account that Tagline runs under"
	case readOnly:
		return "the disk is mounted read-only: check it, and mount it so that it can be written"
	case locked:
		return "another program keeps it locked: end that and start again"
	}
	return "see the error, or start with a new file with --db"
}

// copyAdvice is what to do when the database cannot be copied.
func (t trouble) copyAdvice() string {
	if t == full {
		return "the disk is full: free some space, or write to another disk"
	}
	return t.advice()
}
