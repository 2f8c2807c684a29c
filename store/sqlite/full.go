package sqlite

import (
	"errors"
	"os"
	"path/filepath"
)

// What a start on a full disk does: SQLite has no room for the index of the log there. One connection that has the
// database to itself can keep that in memory, so people read through it, and nothing is written until there is room.

// begin starts with a handle that works.
func (db *DB) begin(h *handle, f files) error {
	if err := db.take(h, f); err != nil {
		return err
	}
	reads, err := openReads(db.path, db.checkNames)
	if err != nil {
		return errors.Join(err, h.close())
	}
	db.reads = NewReader(reads)
	return nil
}

// beginFull starts on a disk that has no room for a handle.
func (db *DB) beginFull(err error) error {
	path, pathErr := realPath(db.path)
	if pathErr != nil {
		return pathErr
	}
	db.files = files{given: db.path, path: path}
	db.files.database, _ = identify(path)
	reads, openErr := openReadsAlone(db.path, db.guardDatabase)
	if openErr != nil {
		return openErr
	}
	db.reads = NewReader(reads)
	db.fail(err)
	return nil
}

// catchUpStart opens the handle once there is room for it.
func (db *DB) catchUpStart() error {
	if err := db.guardDatabase(); err != nil {
		return err
	}
	if err := room(filepath.Dir(db.files.path)); err != nil {
		return err
	}
	reads, err := openReads(db.path, db.checkNames)
	if err != nil {
		return err
	}
	err = db.reads.renew(reads, renewWait, db.openAgain)
	if err == nil || errors.Is(err, errHeld) {
		return err
	}
	back, openErr := openReadsAlone(db.path, db.guardDatabase)
	if openErr != nil {
		return errors.Join(err, openErr)
	}
	return errors.Join(err, db.reads.renew(back, renewWait, func() error { return nil }))
}

// guardDatabase is guard where there is no log yet.
func (db *DB) guardDatabase() error {
	db.mu.RLock()
	f := db.files
	db.mu.RUnlock()
	return f.checkDatabase()
}

// roomNeeded is how much must go on the disk before it counts as one with room, in bytes: the index of the log and a
// batch.
const roomNeeded = 256 << 10

// room returns what keeps a file from being written in the folder.
func room(folder string) error {
	f, err := os.CreateTemp(folder, ".tagline-room-")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, roomNeeded))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}
