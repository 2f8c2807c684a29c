package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// reopenWait bounds how long a batch waits for a database file that cannot be opened again.
const reopenWait = 5 * time.Second

// renewWait bounds how long reads are kept waiting while all files are opened anew.
const renewWait = 500 * time.Millisecond

// mend makes the handle one that can be written with, or says why it cannot.
func (db *DB) mend() error {
	if db.handle == nil {
		return db.catchUpStart()
	}
	err := db.check()
	lost, ok := errors.AsType[*lostError](err)
	db.reads.limit(ok)
	switch {
	case err == nil && db.sound:
		db.broken, db.rescue = false, rescue{} // the names are back, or the content
		db.serving.mended()
		return nil
	case ok && lost.overwritten:
		return err // to fold the log in would mix what does not belong together
	case err == nil:
		return db.reopen()
	case ok && lost.cut:
		return db.renewFiles(err) // of the log, which is whole
	case !ok || !db.sound:
		return err
	case lost.database && !db.named():
		return err // to fold the log in would leave nothing that has a name
	case lost.database:
		return errors.Join(err, db.saveLog())
	case !lost.replaced:
		return db.renewLog(err)
	}
	return err // another process may have written to it: only a start from the disk knows what holds
}

// check returns a lostError where the files have lost their names or were written over.
func (db *DB) check() error {
	err := db.files.check()
	if err == nil {
		err = db.content.check()
	}
	lost, ok := errors.AsType[*lostError](err)
	unread := errors.Is(err, errNoIndex)
	if unread || ok && lost.index() && !lost.replaced && !lost.overwritten { // SQLite makes it anew
		if alone := db.content.checkLogAlone(); alone != nil {
			return alone
		}
	}
	if unread {
		return nil
	}
	return err
}

// reopen replaces the handle. After an error of the disk neither SQLite's cache nor the file descriptors are to be
// trusted.
func (db *DB) reopen() error {
	old := db.handle
	if err := db.openAgain(); err != nil {
		return err
	}
	// The old one is closed second. Were it the last one open, SQLite would read the log anew and could take in the
	// commit that failed.
	_ = old.close()
	return nil
}

// saveLog folds the log into the database that is open, which has a name somewhere, and empties it: whatever stands in
// the database's place must not meet the log of another one.
func (db *DB) saveLog() error {
	whole, err := db.cutLog()
	if err == nil && !whole {
		err = errors.New("the write-ahead log is held by a reader")
	}
	return err
}

// renewLog opens everything anew after the log or its index was removed. All that was acknowledged is folded into the
// database first, and all connections of this process are closed: none may go on with a file that the others do not
// see. lost is what is returned while that cannot be done.
func (db *DB) renewLog(lost error) error {
	if err := db.saveLog(); err != nil {
		return errors.Join(lost, err)
	}
	return db.renewFiles(lost)
}

// renewFiles closes all connections of this process and opens others.
func (db *DB) renewFiles(lost error) error {
	fresh, err := openReads(db.path, db.checkNames)
	if err != nil {
		return errors.Join(lost, err)
	}
	err = db.reads.renew(fresh, renewWait, func() error {
		if err := db.handle.close(); err != nil {
			db.sound = false
			return err
		}
		return db.openAgain()
	})
	if err != nil {
		return errors.Join(lost, err)
	}
	db.config.Log.Info("files that were removed or cut off beside the database were made anew; nothing was lost")
	return nil
}

// openAgain opens another handle.
func (db *DB) openAgain() error {
	ctx, cancel := context.WithTimeout(context.Background(), reopenWait)
	defer cancel()
	h, f, err := openFiles(ctx, db.path)
	if err != nil {
		db.sound = false
		return err
	}
	if f.database != db.files.database {
		return errors.Join(&lostError{file: f.path, replaced: true, database: true}, h.close())
	}
	if err := db.take(h, f); err != nil {
		db.sound = false
		return err
	}
	return nil
}

// leave closes the handle.
func (db *DB) leave() error {
	if db.handle == nil {
		return nil
	}
	lost, moved := errors.AsType[*lostError](db.check())
	if moved {
		db.rescue.tried = time.Time{}
		db.keepCopy(lost)
		db.serving.damaged(lost)
	}
	switch {
	case !moved && db.broken && !db.sound:
	case !moved:
		// Leave one file behind, not three. A reader that is still there only makes the log stay, and so does a full
		// disk: nothing is lost by that.
		db.noteEmpty()
		_ = db.handle.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
	case lost.overwritten:
		db.left, db.serving.left = true, true // closing would fold the log in
		return lost
	case db.sound && lost.database && db.named(), db.sound && !lost.database && !lost.replaced:
		_ = db.saveLog()
	case lost.database && !db.named(): // SQLite leaves the log of a database alone that is not in its place
		if db.serving != nil {
			db.serving.left = true
		}
		err := db.handle.close()
		if lost.saved == "" {
			err = errors.Join(lost, err)
		}
		return err
	default:
		db.left = true // closing would fold in and remove what is not ours any more
		return lost
	}
	return db.handle.close()
}

// take makes the handle and its files those that are written.
func (db *DB) take(h *handle, f files) error {
	var own uint32
	err := h.Row(`SELECT coalesce(max(rootpage), 1) FROM sqlite_schema WHERE name = 'migration'`).Scan(&own)
	var content *content
	if err == nil {
		content, err = watch(f, db.serving, own)
	}
	if err != nil {
		return errors.Join(err, h.close())
	}
	db.content.close()
	db.handle, db.content, db.broken, db.sound = h, content, false, true
	db.mu.Lock()
	db.files = f
	db.mu.Unlock()
	db.note()
	return nil
}

// note writes down what is open where that has changed.
func (db *DB) note() { db.serving.note(db.files, db.content.kept()) }

// noteEmpty writes down, on disk, that the log holds nothing: it is about to be emptied.
func (db *DB) noteEmpty() {
	k := db.content.kept()
	k.held = false
	db.serving.note(db.files, k)
	db.serving.sync()
}

// checkNames returns an error where a connection that is opened now would not lead to the files that are written.
func (db *DB) checkNames() error {
	db.mu.RLock()
	f := db.files
	db.mu.RUnlock()
	return f.check()
}

// openFiles opens the handle, and knows which files it has open: those that had the names before and after.
func openFiles(ctx context.Context, path string) (*handle, files, error) {
	real, err := realPath(path)
	if err != nil {
		return nil, files{}, err
	}
	before, _ := identify(real)
	h, err := openHandle(ctx, path)
	if err != nil {
		return nil, files{}, err
	}
	var f files
	// A database that had no log until now gets its files with the first read.
	if err = h.Row(`SELECT count(*) FROM sqlite_schema`).Scan(new(int)); err == nil {
		f, err = filesAt(path)
	}
	if err == nil && f.database != before {
		err = fmt.Errorf("%s was replaced while it was opened", path)
	}
	if err != nil {
		return nil, files{}, errors.Join(err, h.close())
	}
	return h, f, nil
}
