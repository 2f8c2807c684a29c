package store

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
func (w *writer) commit(batch []*write) {
	err := guard(func() error { return w.transact(batch) })
	if err == nil {
		w.recovered()
		return
	}
	if lost, ok := errors.AsType[*lostError](err); ok {
		w.keepCopy(lost)
		w.serving.damaged(lost)
	}
	w.fail(err)
	for _, job := range batch {
		job.err = fmt.Errorf("commit: %w", err)
		job.changes = nil
	}
}

func (w *writer) transact(batch []*write) error {
	now := w.options.Now().UnixMilli()
	if w.broken {
		if err := w.mend(); err != nil {
			return fmt.Errorf("open the database again: %w", err)
		}
	}
	t := &tx{writer: w, handle: w.handle, now: now}
	if err := t.exec(`BEGIN IMMEDIATE`); err != nil {
		return w.cause(err)
	}
	err := w.content.check()
	if err == nil {
		err = t.attemptAll(batch)
	}
	if err == nil {
		err = w.files.check()
	}
	if err == nil {
		defer w.accesses.change(batch)()
		err = t.exec(`COMMIT`)
	}
	if err == nil {
		// In a file without its name, or without its content, it would be acknowledged and gone.
		if err = w.files.checkCommitted(); err == nil {
			err = w.content.checkCommitted()
		}
		if err == nil {
			w.unstored.written()
			w.note()
		}
		return err
	}
	// A failed COMMIT may have rolled back already; then this says so and nothing is lost.
	_ = t.exec(`ROLLBACK`)
	return w.cause(err)
}

// cause is the error of a batch, or that the files were written over, which is what SQLite has stumbled on then.
func (w *writer) cause(err error) error {
	if errors.Is(err, errNoIndex) {
		return errors.Join(err, w.files.check())
	}
	if lost, ok := errors.AsType[*lostError](w.content.check()); ok {
		return lost
	}
	return err
}

func (t *tx) attemptAll(batch []*write) error {
	if err := t.row(`SELECT coalesce(max(number), 0) FROM changes`).Scan(&t.number); err != nil {
		return err
	}
	if t.fault.Load() != nil {
		// A commit that writes nothing succeeds on a full disk too. This one must write: the version as it is.
		if err := t.exec(fmt.Sprintf(`PRAGMA user_version = %d`, namedVersion)); err != nil {
			return err
		}
	}
	if err := t.unstored.write(t); err != nil {
		return err
	}
	t.changes = nil
	for _, job := range batch {
		if err := t.attempt(job); err != nil {
			return err
		}
	}
	return t.prune()
}

// attempt runs one write in a savepoint. It returns an error where the whole transaction cannot go on: after some
// errors SQLite has rolled it back by itself, and further writes would each be committed on their own.
func (t *tx) attempt(job *write) error {
	number := t.number
	if err := t.exec(`SAVEPOINT one`); err != nil {
		return err
	}
	t.changes, t.wakes = nil, [wakeAll]bool{}
	if job.err = guard(func() error { return job.do(t) }); job.err == nil {
		job.changes, job.wakes = t.changes, t.wakes
		return t.exec(`RELEASE one`)
	}
	if ofDatabase(job.err) {
		return job.err
	}
	t.number = number
	return errors.Join(t.exec(`ROLLBACK TO one`), t.exec(`RELEASE one`))
}

// checkpoint folds the write-ahead log into the database file once it is long. SQLite would do so within a COMMIT,
// which keeps people waiting, and say nothing when it fails.
func (w *writer) checkpoint() {
	if w.broken || w.unlooked < lookAfter && !w.behind {
		return
	}
	w.unlooked = 0
	var worked bool
	err := guard(func() (err error) {
		if worked, err = w.fold(); err == nil {
			err = w.content.checkDatabase() // from now on nothing else explains a change
		}
		return err
	})
	w.noteFold(worked, err)
}

// noteFold alone decides whether the log counts as one that cannot be folded in: from an error on, until a checkpoint has
// worked. One that had nothing to do, or left a part to do, says nothing either way.
func (w *writer) noteFold(worked bool, err error) {
	switch {
	case err != nil:
		w.behind = true
		w.fail(fmt.Errorf("checkpoint: %w", err))
	case worked && w.behind:
		w.behind = false
		w.recovered()
	}
}

// fold folds in what can be folded in of a long log, or of any once that has failed. It tells whether a checkpoint is known
// to have worked: SQLite flushes the database file only once all of the log is in it, which a reader may keep it from.
func (w *writer) fold() (worked bool, err error) {
	pages, before, err := w.handle.checkpoint("NOOP")
	if err != nil || pages == before || pages < foldAfter && !w.behind {
		return false, err
	}
	pages, folded, err := w.handle.checkpoint("PASSIVE")
	return err == nil && folded == pages && folded > before, err
}

// checkpoint folds the write-ahead log in, and returns how many pages that has and how many of them are folded in.
func (h *handle) checkpoint(mode string) (pages, folded int, err error) {
	var busy int
	err = h.row(`PRAGMA wal_checkpoint(`+mode+`)`).Scan(&busy, &pages, &folded)
	return pages, folded, err
}
