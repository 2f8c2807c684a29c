package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// handle is the open connection that writes, with its statements.
type handle struct {
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt // prepared on conn, by text
}

// openHandle opens the database file, which must exist.
func openHandle(ctx context.Context, path string) (*handle, error) {
	db, conn, err := openWrites(ctx, path)
	if err != nil {
		return nil, err
	}
	return &handle{db: db, conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (h *handle) close() error {
	var err error
	for _, stmt := range h.stmts {
		err = errors.Join(err, stmt.Close())
	}
	return errors.Join(err, h.conn.Close(), h.db.Close())
}

// Exec, Row and Query run a statement, preparing it once. Statements are not bounded by the request that caused
// them: a request that goes away is stored all the same.
func (h *handle) Exec(query string, args ...any) error {
	_, err := h.Affected(query, args...)
	return err
}

// pragma sets something of the connection.
func (h *handle) pragma(setting string) error {
	_, err := h.conn.ExecContext(context.Background(), `PRAGMA `+setting)
	return err
}

// Affected is Exec, returning how many rows were changed.
func (h *handle) Affected(query string, args ...any) (int64, error) {
	stmt, err := h.prepared(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (h *handle) Row(query string, args ...any) Row {
	stmt, err := h.prepared(query)
	if err != nil {
		return failedRow{err}
	}
	return stmt.QueryRowContext(context.Background(), args...)
}

func (h *handle) Query(query string, args ...any) (*sql.Rows, error) {
	stmt, err := h.prepared(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.Background(), args...)
}

func (h *handle) prepared(query string) (*sql.Stmt, error) {
	if stmt := h.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := h.conn.PrepareContext(context.Background(), query)
	if err == nil {
		h.stmts[query] = stmt
	}
	return stmt, err
}

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

// Tx is a transaction under way. Only the writer's goroutine touches it, and only until the write it was given to
// returns.
type Tx struct {
	*handle
	Now   int64 // Unix ms, the same for all of a batch
	after []func()
}

// After has something done once the transaction is on disk, before the write is answered, in the order in which it was
// asked for. Where the write fails, or the transaction, it is not done.
func (t *Tx) After(do func()) { t.after = append(t.after, do) }
