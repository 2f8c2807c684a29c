package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// prepare makes sure that the file exists, is ours, sound as far as can be told soon, and has the newest schema. It
// returns what a process that serves the database holds as long as it does.
func (f Format) prepare(ctx context.Context, given string, config Config) (_ *serving, err error) {
	if locksHeld != nil {
		return nil, locksHeld
	}
	path, err := locate(given)
	if err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	var alone *serving
	if err := beside(path); err != nil {
		return nil, err
	}
	if config.Serve {
		if alone, err = serveAlone(ctx, path); err != nil {
			return nil, err
		}
		sweep(filepath.Dir(path))
		if folder := config.Backups.Folder; folder != "" {
			sweep(folder)
		}
	}
	if err := f.bringUpToDate(ctx, path, config.Log); err != nil {
		alone.close()
		return nil, err
	}
	return alone, nil
}

// locate is the path of a database without symbolic links. What is there and can be none is refused.
func locate(given string) (string, error) {
	path, err := realPath(given)
	if err != nil {
		return "", err
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil
	case err != nil:
		return "", fmt.Errorf("cannot use the database %s: %w; %s", given, err, diagnose(err).advice())
	case info.IsDir():
		return "", fmt.Errorf("%s is a folder; name a file in it with --db, like %s", given,
			filepath.Join(given, "tagline.db"))
	case info.Mode()&fs.ModeSymlink != 0:
		return "",
			fmt.Errorf("%s is a link to a file that is not there; put the database back, or choose another file with --db",
				given)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is not a file; choose another one with --db", given)
	}
	return path, nil
}

// bringUpToDate makes sure that a database has all migrations. One process at a time does so, and nobody opens the
// database meanwhile: what they find half-made they would take for damaged, or for theirs to finish.
func (f Format) bringUpToDate(ctx context.Context, path string, log *slog.Logger) error {
	lock, err := f.lockUpgrade(ctx, path, log)
	if err != nil {
		return err
	}
	if lock != nil {
		defer lock.Close()
	}
	s := schema{pending: f.migrations()}
	if size(path) > 0 { // SQLite would remove the log beside an empty file
		s, err = f.inspect(ctx, path)
		if err != nil && diagnose(err) == Full {
			s, err = f.inspectAlone(ctx, path)
		}
		if err != nil {
			return f.refusal(path, err)
		}
	}
	switch {
	case len(s.applied) == 0: // just made: there is nothing to copy and nothing to tell
		if err = emptied(path); err == nil {
			err = f.upgrade(ctx, path, s, slog.New(slog.DiscardHandler))
		}
	case len(s.pending) > 0:
		if err = f.copyBeforeUpgrade(ctx, path, s, log); err == nil {
			err = f.upgrade(ctx, path, s, log)
		}
	case s.counted:
		err = f.upgrade(ctx, path, s, log)
	}
	if err != nil {
		return fmt.Errorf("cannot bring the database %s up to date: %w; %s", path, err, diagnose(err).advice())
	}
	return nil
}

// lockUpgrade waits until no other process brings the schema up to date, and keeps others from it until it is closed.
func (f Format) lockUpgrade(ctx context.Context, path string, log *slog.Logger) (*os.File, error) {
	soon, cancel := context.WithTimeout(ctx, lockAgain)
	defer cancel()
	lock, err := lockedByte(soon, path, upgradeByte)
	if errors.Is(err, errLocked) {
		log.Info("waiting for another process that brings the schema up to date", "db", path)
		wait, cancel := context.WithTimeout(ctx, upgradeWait)
		defer cancel()
		lock, err = lockedByte(wait, path, upgradeByte)
	}
	switch {
	case errors.Is(err, errLocked):
		return nil, fmt.Errorf("another Tagline is bringing the database %s up to date; try again when it has finished", path)
	case err != nil:
		return nil, f.refusal(path, err)
	}
	return lock, nil
}

// awaitUpgrade waits until no other process brings the schema up to date.
func (f Format) awaitUpgrade(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return nil // opening it says what is wrong
	}
	lock, err := f.lockUpgrade(ctx, path, slog.New(slog.DiscardHandler))
	if trouble := diagnose(err); trouble == Denied || trouble == ReadOnly {
		return nil // it may be read all the same
	}
	if err != nil || lock == nil {
		return err
	}
	return lock.Close()
}

// copyBeforeUpgrade keeps the database as the older version left it. There is one copy of each schema: a newer one
// takes the place of an older, so that a start that fails again and again does not fill the disk.
func (f Format) copyBeforeUpgrade(ctx context.Context, path string, s schema, log *slog.Logger) error {
	to := path + ".schema-" + s.name()
	log.Info("the database is copied before its schema is brought up to date", "copy", to, "schema", s.name())
	if err := f.backUp(ctx, path, to, true); err != nil {
		return fmt.Errorf("no copy of it could be made first: %w", err)
	}
	return nil
}

// upgrade brings the schema up to date.
func (f Format) upgrade(ctx context.Context, path string, s schema, log *slog.Logger) error {
	db, conn, err := openWrites(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(f.migrate(ctx, conn, s, log), conn.Close(), db.Close())
}

// create makes an empty file that only its owner can read. SQLite gives the files beside it the same mode. Where
// something lies that belonged to a database of this name none is made: it would bury what there still is.
func create(path string) error {
	if exists(path) {
		return nil
	}
	if left := remains(path, "-wal", "-shm", "-journal"); left != "" {
		return fmt.Errorf("there is no database at %s, but %s, which belonged to one; put that database back or restore a "+
			"backup with “tagline restore”; to begin with an empty one, move %[2]s away first", path, left)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // #nosec G304 -- the admin names the database
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot create the database: %w; choose another place with --db", err)
	}
	return f.Close()
}

// remains is a file that belonged to a database of this name, or "": one of those with the suffixes, or a copy that was
// kept.
func remains(path string, suffixes ...string) string {
	for _, suffix := range suffixes {
		if exists(path + suffix) {
			return path + suffix
		}
	}
	entries, _ := os.ReadDir(filepath.Dir(path)) // what cannot be read cannot be named
	for _, e := range entries {
		if kind, ours := strings.CutPrefix(e.Name(), filepath.Base(path)); ours && keptCopy(kind) {
			return filepath.Join(filepath.Dir(path), e.Name())
		}
	}
	return ""
}

// keptCopy tells from what follows the name of the database whether a file is a copy that Tagline keeps beside it.
func keptCopy(suffix string) bool {
	return strings.HasPrefix(suffix, ".schema-") || strings.HasPrefix(suffix, ".before-restore-") ||
		strings.HasPrefix(suffix, saved)
}

// emptied refuses a file with nothing in it beside which something shows that there was. (SQLite would remove the log.)
func emptied(path string) error {
	left := remains(path)
	if left == "" && size(path) == 0 && size(path+"-wal") > 0 {
		left = path + "-wal"
	}
	if left == "" {
		return nil
	}
	return fmt.Errorf("it is empty, but there is %s, which belonged to a database of its name; put that back or "+
		"restore a backup with “tagline restore”; to begin with an empty one, move %[1]s away first", left)
}

// refusal says which file cannot be used, that it is as it was, and what to do.
func (f Format) refusal(path string, err error) error {
	advice := diagnose(err).advice()
	switch {
	case errors.Is(err, errNewerSchema):
		advice = "start the newer Tagline again, or restore the backup made before the upgrade"
	case errors.Is(err, errOlderSchema):
		advice = f.Older
	case errors.Is(err, errForeign):
		advice = "choose another file with --db"
	}
	return fmt.Errorf("cannot use the database %s: %w; it was left untouched; %s", path, err, advice)
}
