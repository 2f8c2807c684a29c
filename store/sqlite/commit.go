package sqlite

import (
	"errors"
	"fmt"
)

// lookAfter is after how many writes the length of the write-ahead log is looked at: each makes it ten pages
// longer or more.
const lookAfter = 8

// foldAfter is how long the write-ahead log may get before it is folded into the database file, in pages. It is
// SQLite's own measure.
const foldAfter = 1000

// commit runs the batch in one transaction and sets each write's err. A write that fails takes only itself down; a
// commit that fails takes all.
func (db *DB) commit(batch []*write) {
	err := Recover(func() error { return db.transact(batch) })
	if err == nil {
		db.recovered()
		return
	}
	if lost, ok := errors.AsType[*lostError](err); ok {
		db.keepCopy(lost)
		db.serving.damaged(lost)
	}
	db.fail(err)
	db.begun = nil
	for _, job := range batch {
		job.err = fmt.Errorf("commit: %w", err)
		job.after = nil
	}
}

func (db *DB) transact(batch []*write) error {
	now := db.config.Now().UnixMilli()
	if db.broken {
		if err := db.mend(); err != nil {
			return fmt.Errorf("open the database again: %w", err)
		}
	}
	t := &Tx{handle: db.handle, Now: now}
	if err := t.Exec(`BEGIN IMMEDIATE`); err != nil {
		return db.cause(err)
	}
	defer db.config.End()
	err := db.content.check()
	if err == nil {
		err = db.attemptAll(t, batch)
	}
	if err == nil {
		err = db.files.check()
	}
	if err == nil {
		err = t.Exec(`COMMIT`)
	}
	if err == nil {
		// In a file without its name, or without its content, it would be acknowledged and gone.
		if err = db.files.checkCommitted(); err == nil {
			err = db.content.checkCommitted()
		}
		if err == nil {
			db.note()
		}
		return err
	}
	// A failed COMMIT may have rolled back already; then this says so and nothing is lost.
	_ = t.Exec(`ROLLBACK`)
	return db.cause(err)
}

// cause is the error of a batch, or that the files were removed or written over, which is what SQLite has stumbled on
// then.
func (db *DB) cause(err error) error {
	if lost, ok := errors.AsType[*lostError](db.check()); ok {
		return lost
	}
	return err
}

func (db *DB) attemptAll(t *Tx, batch []*write) error {
	if db.fault.Load() != nil {
		// A commit that writes nothing succeeds on a full disk too. This one must write: the version as it is.
		if err := t.Exec(fmt.Sprintf(`PRAGMA user_version = %d`, db.format.named())); err != nil {
			return err
		}
	}
	db.begun = nil
	if err := db.config.Begin(t); err != nil {
		return err
	}
	db.begun = t.after
	for _, job := range batch {
		if err := t.attempt(job); err != nil {
			return err
		}
	}
	return nil
}

// attempt runs one write in a savepoint. It returns an error where the whole transaction cannot go on: after some
// errors SQLite has rolled it back by itself, and further writes would each be committed on their own.
func (t *Tx) attempt(job *write) error {
	if err := t.Exec(`SAVEPOINT one`); err != nil {
		return err
	}
	t.after = nil
	if job.err = Recover(func() error { return job.do(t) }); job.err == nil {
		job.after = t.after
		return t.Exec(`RELEASE one`)
	}
	if ofDatabase(job.err) {
		return job.err
	}
	return errors.Join(t.Exec(`ROLLBACK TO one`), t.Exec(`RELEASE one`))
}

// checkpoint folds the write-ahead log into the database file once it is long. SQLite would do so within a COMMIT,
// which keeps people waiting, and say nothing when it fails.
func (db *DB) checkpoint() {
	if db.broken || db.unlooked < lookAfter && !db.behind {
		return
	}
	db.unlooked = 0
	var worked bool
	err := Recover(func() (err error) {
		if worked, err = db.fold(); err == nil {
			err = db.content.check() // from now on nothing else explains a change
		}
		return err
	})
	db.noteFold(worked, err)
}

// noteFold alone decides whether the log counts as one that cannot be folded in: from an error on, until a checkpoint
// has worked. One that had nothing to do, or left a part to do, says nothing either way.
func (db *DB) noteFold(worked bool, err error) {
	switch {
	case err != nil:
		db.behind = true
		db.fail(fmt.Errorf("checkpoint: %w", err))
	case worked && db.behind:
		db.behind = false
		db.recovered()
	}
}

// fold folds in what can be folded in of a long log, or of any once that has failed. It tells whether a checkpoint is
// known to have worked: SQLite flushes the database file only once all of the log is in it, which a reader may keep it
// from.
func (db *DB) fold() (worked bool, err error) {
	pages, before, err := db.handle.checkpoint("NOOP")
	if err != nil || pages == before || pages < foldAfter && !db.behind {
		return false, err
	}
	pages, folded, err := db.handle.checkpoint("PASSIVE")
	return err == nil && folded == pages && folded > before, err
}

// checkpoint folds the write-ahead log in, and returns how many pages that has and how many of them are folded in.
func (h *handle) checkpoint(mode string) (pages, folded int, err error) {
	var busy int
	err = h.Row(`PRAGMA wal_checkpoint(`+mode+`)`).Scan(&busy, &pages, &folded)
	return pages, folded, err
}
