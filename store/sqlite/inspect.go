package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"
)

// soundWait bounds the search for damage at the start, because webhooks wait meanwhile and are lost if they wait too
// long: it is enough for some megabytes, and for the parts that everything hangs on. Damage beyond shows when it is
// read, and makes health red where it is written to.
const soundWait = 30 * time.Millisecond

var errDamaged = errors.New("it is damaged")

// inspect reads the schema, and refuses what is damaged or not ours. It leaves the file as it is.
func (f Format) inspect(ctx context.Context, path string) (s schema, err error) {
	switch {
	case exists(path + "-journal"):
		// The power was cut while the file was made. Only who may write can undo that.
		return f.inspectIn(ctx, path, "mode=rw")
	case !exists(path + "-wal"):
		// Nobody has it open. Immutable: no locks, and no files beside it.
		s, err = f.inspectIn(ctx, path, "mode=ro&immutable=1")
		if err == nil || !exists(path+"-wal") {
			return s, err
		}
		// Somebody has opened it meanwhile, so what was seen without locks proves nothing.
	}
	return f.inspectIn(ctx, path, "mode=ro")
}

// inspectAlone reads the schema where the disk has no room to do so beside others.
func (f Format) inspectAlone(ctx context.Context, path string) (schema, error) {
	db, err := sql.Open("sqlite", dsnAlone(path))
	if err != nil {
		return schema{}, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	return f.readSchema(ctx, db)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (f Format) inspectIn(ctx context.Context, path, access string) (schema, error) {
	db, err := sql.Open("sqlite", dsn(path, access, "query_only(1)"))
	if err != nil {
		return schema{}, err
	}
	defer db.Close()
	s, err := f.readSchema(ctx, db)
	if err != nil {
		return s, err
	}
	return s, sound(ctx, db)
}

// sound looks for damage as long as soundWait allows.
func sound(ctx context.Context, db *sql.DB) error {
	look, cancel := context.WithTimeout(ctx, soundWait)
	defer cancel()
	var found string
	err := db.QueryRowContext(look, `PRAGMA quick_check(1)`).Scan(&found)
	switch {
	case err != nil && look.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case found != "ok":
		return fmt.Errorf("%w (%s)", errDamaged, found)
	}
	return nil
}
