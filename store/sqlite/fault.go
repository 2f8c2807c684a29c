package sqlite

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Trouble is what an error says of the database and its disk, as far as people can do something about it.
type Trouble int

const (
	Bug      Trouble = iota // none of the others
	Full                    // the disk is full
	Failing                 // the disk reports errors
	Damaged                 // the file is not a sound database
	Denied                  // the file cannot be opened or written
	ReadOnly                // the disk is mounted so that nothing can be written
	Locked                  // another program keeps it locked
	Lost                    // a file that is open has lost its name
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
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH,
		sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE:
		return false
	}
	return true
}

// VirtualTableDamaged tells from what a write of a virtual table failed with whether that is damaged.
func VirtualTableDamaged(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CORRUPT_VTAB || e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT)
}

func diagnose(err error) Trouble {
	switch {
	case errors.Is(err, errDamaged):
		return Damaged
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Full
	case errors.Is(err, syscall.EROFS):
		return ReadOnly
	case errors.Is(err, syscall.EIO):
		return Failing
	case errors.Is(err, fs.ErrPermission):
		return Denied
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return Bug
	}
	if e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE {
		return Full // the index of the write-ahead log could not grow
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return Full
	case sqlite3.SQLITE_IOERR:
		return Failing
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return Damaged
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return Denied
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return Locked
	}
	return Bug
}

// words are what people are told while the server runs: what happened, and what to do.
func (t Trouble) words() (happened, advice string) {
	switch t {
	case Full:
		return "The disk is full", "free some space now. Tagline goes on by itself."
	case Failing:
		return "The disk reports errors", "check the disk. Tagline goes on by itself once it works."
	case Damaged:
		return "The database is damaged", "stop Tagline and restore a backup."
	case Denied:
		return "The database cannot be written",
			"check that the file is in its place and that it and its folder belong to the account that Tagline runs under."
	case ReadOnly:
		return "The disk cannot be written: it is mounted read-only",
			"check the disk and mount it to be written. Tagline goes on by itself then."
	case Locked:
		return "Another program keeps the database locked", "end that program."
	}
	return "Tagline ran into an error while storing", "see its log, and please report what it says."
}

// advice is what to do when the database cannot be used at the start.
func (t Trouble) advice() string {
	switch t {
	case Full:
		return "the disk is full: free some space and start again"
	case Failing:
		return "the disk reports errors: check it, then start again or restore a backup"
	case Damaged:
		return "restore a backup, or start with a new file with --db"
	case Denied:
		return "check that it and its folder belong to the account that Tagline runs under"
	case ReadOnly:
		return "the disk is mounted read-only: check it, and mount it so that it can be written"
	case Locked:
		return "another program keeps it locked: end that and start again"
	}
	return "see the error, or start with a new file with --db"
}

// copyAdvice is what to do when the database cannot be copied.
func (t Trouble) copyAdvice() string {
	if t == Full {
		return "the disk is full: free some space, or write to another disk"
	}
	return t.advice()
}
