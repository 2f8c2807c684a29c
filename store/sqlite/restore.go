package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Restore puts a copy of a backup in the place of the database, after looking through all of it. The database that was
// there is kept beside it under a name with the time, which is returned, or "" if there was none. While anything has
// the database open nothing is changed.
func (f Format) Restore(ctx context.Context, backup, path string, now time.Time) (aside string, err error) {
	if locksHeld != nil {
		return "", locksHeld
	}
	if info, err := os.Stat(backup); err == nil && !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is a folder or a device, not a file; name the backup itself; nothing was changed", backup)
	}
	if exists(backup + "-wal") {
		return "", fmt.Errorf("%s is a database in use or was copied from one: its newest part stands beside it in "+
			"%s-wal; copy it with tagline backup and restore that", backup, backup)
	}
	place, err := locate(path) // what a link leads to is replaced, not the link
	if err != nil {
		return "", err
	}
	if served(place) {
		return "", errInUse(path)
	}
	sweep(filepath.Dir(place))
	copied, err := stage(place, func(temporary string) error { return copyFile(temporary, backup) })
	if err != nil {
		return "", fmt.Errorf("cannot copy the backup: %w; nothing was changed", err)
	}
	defer copied.remove()
	if err := f.verify(ctx, copied.name); err != nil {
		return "", fmt.Errorf("the backup %s cannot be used: %w; nothing was changed", backup, err)
	}
	if err := f.renew(ctx, copied.name); err != nil {
		return "", fmt.Errorf("cannot prepare the copy of the backup: %w; nothing was changed", err)
	}
	if err := replaceAs(copied.name, place); err != nil {
		return "", fmt.Errorf("cannot give the copy of the backup its owner: %w; nothing was changed", err)
	}
	if err := syncPath(copied.name); err != nil { // now, so that nothing slow stands between the next steps
		return "", fmt.Errorf("cannot copy the backup: %w; nothing was changed", err)
	}
	free, err := keepFree(place)
	if err != nil {
		return "", err
	}
	defer free.close()
	if aside, err = setAside(place, now); err != nil {
		return "", fmt.Errorf("cannot set the database %s aside: %w", path, err)
	}
	if err := copied.settle(place); err != nil {
		return aside, err
	}
	f.markAside(ctx, aside)
	return aside, nil
}

// markAside marks the database that was replaced: if it comes back to its place, what waits in it may have been sent by
// the one that took it. Its write-ahead log is folded in by that, so both are left as they are unless all that they
// hold together is sound. It is not necessary that this succeeds: tagline restore marks whatever it puts back.
func (f Format) markAside(ctx context.Context, aside string) {
	if aside == "" || !exists(aside) {
		return
	}
	if exists(aside + "-wal") {
		if err := f.verifyIn(ctx, aside, "mode=ro"); err != nil {
			return
		}
	}
	_ = markCopied(ctx, aside)
}

func copyFile(to, from string) error {
	source, err := os.Open(from) // #nosec G304 -- the admin names the backup
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600) // #nosec G304 -- a name made here
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// renew makes a copy one that can take the place of the database, and marks it.
func (f Format) renew(ctx context.Context, path string) error {
	return errors.Join(changeFile(ctx, path, func(db *sql.DB) error { return f.Renew(ctx, db) }), markCopied(ctx, path))
}

// setAside gives the database a second name, which stays when its place is taken. Its write-ahead log goes with it:
// SQLite would take what is in it into whatever stands in that place.
func setAside(path string, now time.Time) (aside string, err error) {
	if !exists(path) && !exists(path+"-wal") {
		return "", nil
	}
	place := path + ".before-restore-" + now.UTC().Format(stampFormat)
	aside = place
	for n := 2; exists(aside) || exists(aside+"-wal"); n++ {
		aside = fmt.Sprintf("%s-%d", place, n)
	}
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if !exists(path + suffix) {
			continue
		}
		if err := os.Rename(path+suffix, aside+suffix); err != nil {
			return "", err
		}
	}
	if !exists(path) {
		return aside, nil
	}
	return aside, os.Link(path, aside)
}

// stampFormat is how times stand in names of files, so that they sort.
const stampFormat = "20060102T150405Z"
