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
func (w *writer) mend() error {
	if w.handle == nil {
		return w.catchUpStart()
	}
	err := w.check()
	lost, ok := errors.AsType[*lostError](err)
	w.reads.limit(ok)
	switch {
	case err == nil && w.sound:
		w.broken, w.rescue = false, rescue{} // the names are back, or the content
		w.serving.mended()
		return nil
	case ok && lost.overwritten:
		return err // to fold the log in would mix what does not belong together
	case err == nil:
		return w.reopen()
	case ok && lost.cut:
		return w.renewFiles(err) // of the log, which is whole
	case !ok || !w.sound:
		return err
	case lost.database && !w.named():
		return err // to fold the log in would leave nothing that has a name
	case lost.database:
		return errors.Join(err, w.saveLog())
	case !lost.replaced:
		return w.renewLog(err)
	}
	return err // another process may have written to it: only a start from the disk knows what holds
}

// check returns a lostError where the files have lost their names or were written over.
func (w *writer) check() error {
	err := w.files.check()
	if err == nil {
		err = w.content.check()
	}
	if errors.Is(err, errNoIndex) {
		return nil // SQLite makes it anew
	}
	return err
}

// reopen replaces the handle. After an error of the disk neither SQLite's cache nor the file descriptors are to be
// trusted.
func (w *writer) reopen() error {
	old := w.handle
	if err := w.openAgain(); err != nil {
		return err
	}
	// The old one is closed second. Were it the last one open, SQLite would read the log anew and could take in the
	// commit that failed.
	_ = old.close()
	return nil
}

// saveLog folds the log into the database that is open, which has a name somewhere, and empties it: whatever stands in the
// database's place must not meet the log of another one.
func (w *writer) saveLog() error {
	whole, err := w.cutLog()
	if err == nil && !whole {
		err = errors.New("the write-ahead log is held by a reader")
	}
	return err
}

// renewLog opens everything anew after the log or its index was removed. All that was acknowledged is folded into the database
// first, and all connections of this process are closed: none may go on with a file that the others do not see. lost is what
// is returned while that cannot be done.
func (w *writer) renewLog(lost error) error {
	if err := w.saveLog(); err != nil {
		return errors.Join(lost, err)
	}
	return w.renewFiles(lost)
}

// renewFiles closes all connections of this process and opens others.
func (w *writer) renewFiles(lost error) error {
	fresh, err := openReads(w.path, w.guard)
	if err != nil {
		return errors.Join(lost, err)
	}
	err = w.reads.renew(fresh, renewWait, func() error {
		if err := w.handle.close(); err != nil {
			w.sound = false
			return err
		}
		return w.openAgain()
	})
	if err != nil {
		return errors.Join(lost, err)
	}
	w.config.Log.Info("files that were removed or cut off beside the database were made anew; nothing was lost")
	return nil
}

// openAgain opens another handle.
func (w *writer) openAgain() error {
	ctx, cancel := context.WithTimeout(context.Background(), reopenWait)
	defer cancel()
	h, f, err := openFiles(ctx, w.path)
	if err != nil {
		w.sound = false
		return err
	}
	if f.database != w.files.database {
		return errors.Join(&lostError{file: f.path, replaced: true, database: true}, h.close())
	}
	if err := w.take(h, f); err != nil {
		w.sound = false
		return err
	}
	return nil
}

// leave closes the handle.
func (w *writer) leave() error {
	if w.handle == nil {
		return nil
	}
	lost, moved := errors.AsType[*lostError](w.check())
	if moved {
		w.rescue.tried = time.Time{}
		w.keepCopy(lost)
		w.serving.damaged(lost)
	}
	switch {
	case !moved && w.broken && !w.sound:
	case !moved:
		// Leave one file behind, not three. A reader that is still there only makes the log stay, and so does a full
		// disk: nothing is lost by that.
		w.noteEmpty()
		_ = w.handle.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
	case lost.overwritten:
		w.left, w.serving.left = true, true // closing would fold the log in
		return lost
	case w.sound && lost.database && w.named(), w.sound && !lost.database && !lost.replaced:
		_ = w.saveLog()
	case lost.database && !w.named(): // SQLite leaves the log of a database alone that is not in its place
		if w.serving != nil {
			w.serving.left = true
		}
		err := w.handle.close()
		if lost.saved == "" {
			err = errors.Join(lost, err)
		}
		return err
	default:
		w.left = true // closing would fold in and remove what is not ours any more
		return lost
	}
	return w.handle.close()
}

// take makes the handle and its files those that are written.
func (w *writer) take(h *handle, f files) error {
	content, err := watch(f, w.serving)
	if err != nil {
		return errors.Join(err, h.close())
	}
	w.content.close()
	w.handle, w.content, w.broken, w.sound = h, content, false, true
	w.mu.Lock()
	w.files = f
	w.mu.Unlock()
	w.note()
	return nil
}

// note writes down what is open where that has changed.
func (w *writer) note() { w.serving.note(w.files, w.content.kept()) }

// noteEmpty writes down, on disk, that the log holds nothing: it is about to be emptied.
func (w *writer) noteEmpty() {
	k := w.content.kept()
	k.held = false
	w.serving.note(w.files, k)
	w.serving.sync()
}

// guard returns an error where a connection that is opened now would not lead to the files that are written.
func (w *writer) guard() error {
	w.mu.RLock()
	f := w.files
	w.mu.RUnlock()
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
