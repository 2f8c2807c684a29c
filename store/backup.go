package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// partial is in the name of every copy that is not whole yet.
const partial = ".partial-"

// errUnsound is what a copy is found to be.
var errUnsound = errors.New("it is not sound")

// Backup copies the database, as it is at one moment, into a file of its own (mode 0600) while others read and write it.
// The file has its name only once the copy is whole, looked through and on disk. One that is there already is ErrExists,
// or is replaced.
func Backup(ctx context.Context, path, to string, replace bool) error {
	if locksHeld != nil {
		return locksHeld
	}
	if err := mayBackUpTo(path, to, replace); err != nil {
		return err
	}
	copied, err := stage(to, func(temporary string) error {
		if err := vacuumInto(ctx, path, temporary); err != nil {
			return err
		}
		return markCopied(ctx, temporary)
	})
	if err != nil {
		return err
	}
	defer os.Remove(copied)
	if _, err := verify(ctx, copied); err != nil {
		return fmt.Errorf("the copy of %s cannot be used and was thrown away: %w; run tagline check", path, err)
	}
	if err := mayBackUpTo(path, to, replace); err != nil {
		return err
	}
	return settle(copied, to)
}

// mayBackUpTo refuses to write over what is there, and always over a database in use.
func mayBackUpTo(path, to string, replace bool) error {
	target, err := os.Stat(to)
	if errors.Is(err, fs.ErrNotExist) {
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

// stage has a file made beside its place, under a temporary name and readable by its owner only, and returns that name.
func stage(place string, fill func(temporary string) error) (temporary string, err error) {
	place, err = filepath.Abs(place) // SQLite takes a name that begins with "file:" for an address
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Dir(place), "."+filepath.Base(place)+partial)
	if err != nil {
		return "", err
	}
	if err = errors.Join(f.Close(), fill(f.Name())); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// settle gives a whole file its name, and both are on disk.
func settle(temporary, place string) error {
	if err := syncPath(temporary); err != nil {
		return err
	}
	if err := os.Rename(temporary, place); err != nil {
		return err
	}
	return syncPath(filepath.Dir(place))
}

// syncPath has a file, or the names in a folder, reach the disk.
func syncPath(path string) error {
	f, err := os.Open(path) // #nosec G304 -- a file or folder that was just written
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// vacuumInto writes one consistent view of the database into an empty file. Writers go on meanwhile.
func vacuumInto(ctx context.Context, path, to string) error {
	db, err := sql.Open("sqlite", dsn(path, "mode=rw"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	_, err = schemaVersion(ctx, db) // only of a database of ours
	if err == nil {
		_, err = db.ExecContext(ctx, `VACUUM INTO ?`, to)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("cannot copy %s: %w; %s", path, err, diagnose(err).copyAdvice())
	}
	return nil
}

// verify looks through a file that nobody has open: all of it is sound, everything that is referred to is there, and it
// is a database of Tagline's with a schema that this version knows, which is returned.
func verify(ctx context.Context, path string) (schema int, err error) {
	db, err := sql.Open("sqlite", dsn(path, "mode=ro&immutable=1", "query_only(1)"))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if schema, err = schemaVersion(ctx, db); err != nil {
		return 0, err
	}
	if schema == 0 {
		return 0, fmt.Errorf("%w (it is empty)", errUnsound)
	}
	problems, err := damage(ctx, db)
	if err == nil && len(problems) > 0 {
		err = fmt.Errorf("%w (%s)", errUnsound, problems[0])
	}
	return schema, err
}
