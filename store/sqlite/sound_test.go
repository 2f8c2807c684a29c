package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"
	"testing/synctest"
)

// endless is a database so large that no search through it ever ends.
type endless struct{}

func (endless) Driver() driver.Driver                        { return nil }
func (endless) Connect(context.Context) (driver.Conn, error) { return endless{}, nil }
func (endless) Prepare(string) (driver.Stmt, error)          { return nil, driver.ErrSkip }
func (endless) Begin() (driver.Tx, error)                    { return nil, driver.ErrSkip }
func (endless) Close() error                                 { return nil }
func (endless) QueryContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Rows, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestTheSearchForDamageKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where all wait for ever the test fails at once
		db := sql.OpenDB(endless{})
		defer db.Close()
		if err := sound(t.Context(), db); err != nil {
			t.Errorf("a large database is refused: %v", err)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if err := sound(ended, db); !errors.Is(err, context.Canceled) {
			t.Errorf("a start that was called off goes on: %v", err)
		}
	})
}
