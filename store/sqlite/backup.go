package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// errUnsound is what a copy is found to be.
var errUnsound = errors.New("it is not sound")

// Backup copies the database, as it is at one moment, into a file of its own (mode 0600) while others read and write
// it. The file has its name only once the copy is whole, looked through and on disk. One that is there already is
// ErrExists, or is replaced.
func (f Format) Backup(ctx context.Context, path, to string, replace bool) error {
	if locksHeld != nil {
		return locksHeld
	}
	if _, err := locate(path); err != nil {
		return err
	}
	if err := f.awaitUpgrade(ctx, path); err != nil {
		return err
	}
	if err := beside(path); err != nil {
		return err
	}
	return f.backUp(ctx, path, to, replace)
}

func (f Format) backUp(ctx context.Context, path, to string, replace bool) error {
	if err := mayBackUpTo(path, to, replace); err != nil {
		return err
	}
	place, err := realPath(to) // what a link leads to is replaced, not the link
	if err != nil {
		return err
	}
	sweep(filepath.Dir(place))
	copied, err := stage(place, func(temporary string) error {
		if err := f.vacuumInto(ctx, path, temporary); err != nil {
			return err
		}
		return markCopied(ctx, temporary)
	})
	if err != nil {
		return err
	}
	defer copied.remove()
	if err := f.verify(ctx, copied.name); err != nil {
		return fmt.Errorf("the copy of %s cannot be used and was thrown away: %w; run tagline check", path, err)
	}
	if err := mayBackUpTo(path, place, replace); err != nil {
		return err
	}
	return copied.settle(place)
}

// mayBackUpTo refuses to write over what is there, and always over a database in use.
func mayBackUpTo(path, to string, replace bool) error {
	for _, suffix := range []string{"-wal", "-shm", "-journal", ".lock"} {
		if strings.HasSuffix(strings.ToLower(to), suffix) {
			return fmt.Errorf("%s has a name that ends in %s, as files beside a database have; choose another one", to, suffix)
		}
	}
	target, err := os.Stat(to)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(to); err == nil {
			return fmt.Errorf("%s is a link to a file that is not there; choose another file", to)
		}
		return nil
	}
	if err != nil {
		return err
	}
	source, err := os.Stat(path)
	if err != nil {
		return err
	}
	switch {
	case os.SameFile(source, target):
		return fmt.Errorf("%s is the database itself; choose another file", to)
	case !target.Mode().IsRegular():
		return fmt.Errorf("%s is not a file; choose another one", to)
	case exists(to+"-wal") || inUse(to):
		return fmt.Errorf("%s is a database in use; choose another file", to)
	case !replace:
		return fmt.Errorf("%s: %w", to, ErrExists)
	}
	return nil
}

// vacuumInto writes one consistent view of the database into an empty file. Writers go on meanwhile.
func (f Format) vacuumInto(ctx context.Context, path, to string) error {
	db, err := sql.Open("sqlite", dsn(path, "mode=rw"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = f.readSchema(ctx, db) // only of a database of ours
	if err == nil {
		_, err = db.ExecContext(ctx, `VACUUM INTO ?`, to)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("cannot copy %s: %w; %s", path, err, diagnose(err).copyAdvice())
	}
	return nil
}

// verify looks through a file that nobody has open: all of it is sound, everything that is referred to is there, and it
// is a database of Tagline's with a schema that this version knows.
func (f Format) verify(ctx context.Context, path string) error {
	return f.verifyIn(ctx, path, "mode=ro&immutable=1")
}

func (f Format) verifyIn(ctx context.Context, path, access string) error {
	db, err := sql.Open("sqlite", dsn(path, access, "query_only(1)"))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	s, err := f.readSchema(ctx, db)
	if err != nil {
		return err
	}
	if len(s.applied) == 0 {
		return fmt.Errorf("%w (it is empty)", errUnsound)
	}
	problems, err := damage(ctx, db)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%w (%s)", errUnsound, problems[0])
	}
	return err
}
