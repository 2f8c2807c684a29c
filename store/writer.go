package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

const (
	// waitingWrites is how many writes may wait before further ones are refused with ErrBusy.
	waitingWrites = 1024
	// batchWrites bounds one transaction, so that a commit answers its first write soon.
	batchWrites = 256
)

// writer is the one goroutine that writes. It commits all waiting writes in one transaction (group commit), because a
// commit costs a disk flush whatever it holds, publishes their changes, and then answers each.
type writer struct {
	options Options
	db      *sql.DB
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt // prepared on conn, by text

	queue chan *write
	ended chan struct{}

	mu     sync.RWMutex // guards closed against sends on queue
	closed bool
}

// write is one business fact on its way to disk.
type write struct {
	do      func(*tx) error
	changes []Change
	err     error
	done    chan struct{} // closed when err is final
}

func startWriter(ctx context.Context, path string, options Options) (*writer, error) {
	db, conn, err := openWrites(ctx, path)
	if err != nil {
		return nil, err
	}
	w := &writer{
		options: options,
		db:      db,
		conn:    conn,
		stmts:   map[string]*sql.Stmt{},
		queue:   make(chan *write, waitingWrites),
		ended:   make(chan struct{}),
	}
	go w.run()
	return w, nil
}

// close lets the waiting writes finish and refuses new ones.
func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.ended
	// Leave one file behind, not three. A reader that is still there only makes the log stay.
	_, err := w.conn.ExecContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`)
	for _, stmt := range w.stmts {
		err = errors.Join(err, stmt.Close())
	}
	return errors.Join(err, w.conn.Close(), w.db.Close())
}

// write runs do in a transaction and returns once that is on disk, or nothing of it. When ctx ends first the outcome
// is open: the write may still happen.
func (s *Store) write(ctx context.Context, do func(*tx) error) error {
	job := &write{do: do, done: make(chan struct{})}
	if err := s.writer.enqueue(job); err != nil {
		return err
	}
	select {
	case <-job.done:
		return job.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) enqueue(job *write) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.queue <- job:
		return nil
	default:
		return ErrBusy
	}
}

func (w *writer) run() {
	defer close(w.ended)
	for job := range w.queue {
		batch := w.drain([]*write{job})
		w.commit(batch)
		for _, job := range batch {
			if job.err == nil {
				for _, c := range job.changes {
					w.options.Published(c)
				}
			}
			close(job.done)
		}
	}
}

// drain adds what is waiting already. It never waits for more: while one batch is flushed the next one gathers.
func (w *writer) drain(batch []*write) []*write {
	for len(batch) < batchWrites {
		select {
		case job, open := <-w.queue:
			if !open {
				return batch
			}
			batch = append(batch, job)
		default:
			return batch
		}
	}
	return batch
}

// commit runs the batch in one transaction and sets each write's err. A write that fails takes only itself down; a
// commit that fails takes all.
func (w *writer) commit(batch []*write) {
	t := &tx{writer: w, now: w.options.Now().UnixMilli()}
	err := t.exec(`BEGIN IMMEDIATE`)
	if err == nil {
		err = t.row(`SELECT coalesce(max(number), 0) FROM changes`).Scan(&t.number)
	}
	if err == nil {
		for _, job := range batch {
			t.attempt(job)
		}
		if err = t.prune(); err == nil {
			err = t.exec(`COMMIT`)
		}
	}
	if err == nil {
		return
	}
	for _, job := range batch {
		job.err = fmt.Errorf("commit: %w", err)
	}
	// A failed COMMIT may have rolled back already; then this says so and nothing is lost.
	_ = t.exec(`ROLLBACK`)
}

// attempt runs one write in a savepoint.
func (t *tx) attempt(job *write) {
	number := t.number
	if job.err = t.exec(`SAVEPOINT one`); job.err != nil {
		return
	}
	t.changes = nil
	if job.err = t.guarded(job.do); job.err == nil {
		job.err = t.exec(`RELEASE one`)
		job.changes = t.changes
		return
	}
	t.number = number
	if err := errors.Join(t.exec(`ROLLBACK TO one`), t.exec(`RELEASE one`)); err != nil {
		job.err = errors.Join(job.err, err)
	}
}

// guarded turns a panic into an error: one body that trips over a bug must not end the process.
func (t *tx) guarded(do func(*tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	return do(t)
}

// tx is a transaction under way. Only the writer's goroutine touches it.
type tx struct {
	*writer
	now     int64 // Unix ms, the same for all of a batch
	number  int64 // the latest change number given out
	changes []Change
}

// exec, row and query run a statement, preparing it once. Statements are not bounded by the request that caused
// them: a request that goes away is stored all the same.
func (t *tx) exec(query string, args ...any) error {
	_, err := t.affected(query, args...)
	return err
}

// affected is exec, returning how many rows were changed.
func (t *tx) affected(query string, args ...any) (int64, error) {
	stmt, err := t.prepared(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (t *tx) row(query string, args ...any) row {
	stmt, err := t.prepared(query)
	if err != nil {
		return failedRow{err}
	}
	return stmt.QueryRowContext(context.Background(), args...)
}

func (t *tx) query(query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.prepared(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.Background(), args...)
}

func (w *writer) prepared(query string) (*sql.Stmt, error) {
	if stmt := w.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(context.Background(), query)
	if err == nil {
		w.stmts[query] = stmt
	}
	return stmt, err
}

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

// next gives out a change number. It is also the id of whatever is made with it.
func (t *tx) next() int64 {
	t.number++
	return t.number
}

// changed notes what screens may have to show anew.
func (t *tx) changed(c Change) error {
	t.changes = append(t.changes, c)
	return t.exec(`INSERT INTO changes (number, at, conversation_id, contact_id, subuser_id, user_id, hook,
			delivery_id, refused)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.Number, t.now, c.ConversationID, c.ContactID, c.Subuser, c.UserID, c.Hook,
		c.DeliveryID, c.Refused)
}

// prune forgets changes that no page can be waiting for any more, now and then.
func (t *tx) prune() error {
	if t.number%256 != 0 {
		return nil
	}
	return t.exec(`DELETE FROM changes WHERE number <= ?`, t.number-keptChanges)
}
