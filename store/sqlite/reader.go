package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

const (
	// keptStatements is how many statements are kept prepared: those that do not depend on a filter, and the lists that
	// are looked at. Each takes some 20 KB on every connection.
	keptStatements = 120
	// longestKept is how long the text of one is at most, in bytes: filters may name hundreds of tags.
	longestKept = 8 << 10
)

// Reader is the pool of connections that answers reads; they cannot write. It keeps statements prepared: to parse and
// plan one takes SQLite as long as a short one takes to run.
type Reader struct {
	pool sync.RWMutex // held for reading until a read has its connection, and for writing while they are replaced
	db   *sql.DB
	mu   sync.Mutex
	kept map[string]*keptStatement // by text
	uses int64
}

type keptStatement struct {
	*sql.Stmt
	used  int64 // the latest of all uses
	users int   // that are starting it
	gone  bool  // it was forgotten: the last user closes it
}

func NewReader(db *sql.DB) *Reader { return &Reader{db: db, kept: map[string]*keptStatement{}} }

// QueryContext runs a statement that returns rows.
func (r *Reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.pool.RLock()
	defer r.pool.RUnlock()
	if len(query) > longestKept {
		return r.db.QueryContext(ctx, query, args...)
	}
	stmt, err := r.take(ctx, query)
	if err != nil {
		return nil, err
	}
	defer r.leave(stmt) // what reads its rows may go on: it is closed after them
	return stmt.QueryContext(ctx, args...)
}

// QueryRowContext runs a statement that returns a row.
func (r *Reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.pool.RLock()
	defer r.pool.RUnlock()
	if len(query) > longestKept {
		return r.db.QueryRowContext(ctx, query, args...)
	}
	stmt, err := r.take(ctx, query)
	if err != nil {
		return r.db.QueryRowContext(ctx, query, args...) // says the same
	}
	defer r.leave(stmt)
	return stmt.QueryRowContext(ctx, args...)
}

// BeginTx begins a transaction that sees one moment. It cannot write.
func (r *Reader) BeginTx(ctx context.Context, options *sql.TxOptions) (*sql.Tx, error) {
	r.pool.RLock()
	defer r.pool.RUnlock()
	return r.db.BeginTx(ctx, options)
}

// take returns a statement, prepared by now.
func (r *Reader) take(ctx context.Context, query string) (*keptStatement, error) {
	if stmt := r.have(query); stmt != nil {
		return stmt, nil
	}
	stmt, err := r.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	taken, idle := r.keep(query, stmt)
	if idle != nil {
		_ = idle.Close() // of reads that are over
	}
	return taken, nil
}

func (r *Reader) have(query string) *keptStatement {
	r.mu.Lock()
	defer r.mu.Unlock()
	stmt := r.kept[query]
	if stmt != nil {
		r.uses++
		stmt.used = r.uses
		stmt.users++
	}
	return stmt
}

// keep adds a statement for the caller's use. It returns the one that has to be closed for it, if any: that may wait
// for a connection, so nobody else must wait for it.
func (r *Reader) keep(query string, stmt *sql.Stmt) (taken, idle *keptStatement) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.kept[query] != nil: // somebody else was faster
		idle = r.drop(query)
	case len(r.kept) >= keptStatements:
		idle = r.drop(r.oldest())
	}
	r.uses++
	taken = &keptStatement{Stmt: stmt, used: r.uses, users: 1}
	r.kept[query] = taken
	return taken, idle
}

// oldest is the statement that was not used for the longest time.
func (r *Reader) oldest() (oldest string) {
	least := r.uses + 1
	for query, stmt := range r.kept {
		if stmt.used < least {
			oldest, least = query, stmt.used
		}
	}
	return oldest
}

// drop forgets a statement, and returns it if nobody is starting it.
func (r *Reader) drop(query string) *keptStatement {
	stmt := r.kept[query]
	delete(r.kept, query)
	stmt.gone = true
	if stmt.users > 0 {
		return nil
	}
	return stmt
}

func (r *Reader) leave(stmt *keptStatement) {
	r.mu.Lock()
	stmt.users--
	last := stmt.gone && stmt.users == 0
	r.mu.Unlock()
	if last {
		_ = stmt.Close()
	}
}

// renew replaces the connections. closed is called when the old ones are all closed and before one of the others is
// opened; reads wait meanwhile, for so long at most. Where one of them takes longer it is errHeld, and everything is as
// it was.
func (r *Reader) renew(fresh *sql.DB, wait time.Duration, closed func() error) error {
	if !r.rest(wait) {
		return errors.Join(errHeld, fresh.Close())
	}
	defer r.pool.Unlock()
	err := r.close()
	r.db = fresh
	return errors.Join(err, closed())
}

var errHeld = errors.New("somebody still reads from it")

// rest keeps new reads waiting until the others are over. It tells whether that was soon enough, and the pool is
// locked.
func (r *Reader) rest(wait time.Duration) bool {
	// A read within another one must not wait for us while we wait for that one: so it is tried, and left again.
	for end := time.Now().Add(wait); time.Now().Before(end); time.Sleep(restAgain) {
		if !r.pool.TryLock() {
			continue
		}
		for range restTries {
			if r.db.Stats().InUse == 0 {
				return true
			}
			time.Sleep(restAgain)
		}
		r.pool.Unlock()
	}
	return false
}

// limit has reads share the connections that there are, while no others can be opened.
func (r *Reader) limit(to bool) {
	r.pool.RLock()
	defer r.pool.RUnlock()
	most := ReadConnections
	if to {
		most = max(1, r.db.Stats().OpenConnections)
	}
	r.db.SetMaxOpenConns(most)
	r.db.SetMaxIdleConns(most)
}

const (
	restAgain = 2 * time.Millisecond // how often it is looked whether reads are over
	restTries = 10                   // how often before others are let through
)

// Close closes the statements and connections.
func (r *Reader) Close() error {
	r.pool.Lock()
	defer r.pool.Unlock()
	return r.close()
}

func (r *Reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	for query, stmt := range r.kept {
		err = errors.Join(err, stmt.Close())
		delete(r.kept, query)
	}
	return errors.Join(err, r.db.Close())
}
