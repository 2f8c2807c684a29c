package sqlite

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Schedule is when backups are made without being asked for.
type Schedule struct {
	Folder string        // where they are kept, made where it is missing
	Every  time.Duration // 0 is never
	Keep   int           // how many are kept, the newest
}

// backupRetry is after how long a backup that failed is tried again, if that is not due earlier.
const backupRetry = 5 * time.Minute

// scheduler makes backups when they are due. It goes by the names in the folder, so that a restart changes nothing.
type scheduler struct {
	Schedule
	format Format
	path   string
	now    func() time.Time
	log    *slog.Logger
	due    time.Time // zero: not looked at yet

	newest  atomic.Int64 // when the newest one began, Unix ms; 0: there is none
	failing atomic.Bool
}

func newScheduler(format Format, path string, config Config) *scheduler {
	b := &scheduler{Schedule: config.Backups, format: format, path: path, now: config.Now, log: config.Log}
	if all := b.all(); len(all) > 0 && !all[0].at.After(b.now()) {
		b.newest.Store(all[0].at.UnixMilli())
	}
	return b
}

// BackUp makes a backup if one is due, and returns how long none will be. One that fails is logged, and due again soon.
// It is called by one goroutine at a time.
func (db *DB) BackUp(ctx context.Context) (next time.Duration, err error) {
	b := db.backups
	if b.due.IsZero() {
		b.due = time.Now().Add(b.wait())
	}
	if wait := time.Until(b.due); wait > 0 {
		return wait, nil
	}
	made := false
	defer func() { // also after a panic
		b.failing.Store(!made)
		next = b.wait()
		b.due = time.Now().Add(next)
	}()
	if err := b.backUp(ctx); err == nil {
		made = true
	} else if ctx.Err() == nil {
		b.log.Error("backup failed", "error", err)
	}
	return next, nil
}

// wait is how long it is until the next one is due.
func (b *scheduler) wait() time.Duration {
	every := b.Every
	if b.failing.Load() {
		return min(every, backupRetry)
	}
	newest := b.newest.Load()
	if newest == 0 {
		return 0
	}
	// A clock that was set back must not keep us from ever making one.
	return min(every, time.UnixMilli(newest).Add(every).Sub(b.now()))
}

// backUp makes one and removes what is not to be kept any more.
func (b *scheduler) backUp(ctx context.Context) error {
	began := b.now()
	if err := os.MkdirAll(b.Folder, 0o700); err != nil {
		return err
	}
	file := filepath.Join(b.Folder, b.prefix()+began.UTC().Format(stampFormat)+backupSuffix)
	if err := b.format.Backup(ctx, b.path, file, true); err != nil {
		return err
	}
	b.newest.Store(began.UnixMilli())
	b.log.Info("backup made", "file", file, "took", b.now().Sub(began).Round(time.Millisecond).String())
	all := b.all()
	if b.clockIsBehind(all) {
		return nil
	}
	var err error
	for _, old := range all[min(b.Keep, len(all)):] {
		err = errors.Join(err, os.Remove(old.file))
	}
	return err
}

// clockIsBehind tells whether most of the backups are dated ahead: then it is not them that are wrong, and nobody knows
// which are the newest.
func (b *scheduler) clockIsBehind(all []dated) bool {
	ahead, now := 0, b.now()
	for _, d := range all {
		if d.at.After(now) {
			ahead++
		}
	}
	return ahead*2 > len(all)
}

const backupSuffix = ".db"

// prefix is what the names of this database's backups begin with.
func (b *scheduler) prefix() string {
	name := filepath.Base(b.path)
	return strings.TrimSuffix(name, filepath.Ext(name)) + "-"
}

type dated struct {
	file string
	at   time.Time
}

// all are the backups in the folder, newest first. Files with other names are none of them. Where the clock was ahead
// once, it is not known when what it named was made: that counts as oldest, so that it takes no newer one's place.
func (b *scheduler) all() []dated {
	entries, _ := os.ReadDir(b.Folder)
	var all []dated
	for _, e := range entries {
		stamp, ours := strings.CutPrefix(e.Name(), b.prefix())
		stamp, whole := strings.CutSuffix(stamp, backupSuffix)
		if at, err := time.Parse(stampFormat, stamp); ours && whole && err == nil {
			all = append(all, dated{filepath.Join(b.Folder, e.Name()), at})
		}
	}
	now := b.now()
	made := func(d dated) int64 {
		if d.at.After(now) {
			return -d.at.UnixMilli()
		}
		return d.at.UnixMilli()
	}
	slices.SortFunc(all, func(a, b dated) int { return cmp.Compare(made(b), made(a)) })
	return all
}

// LastBackup is when the newest backup that the server made by itself was begun, Unix ms, 0 where there is none; and
// whether the last try failed.
func (db *DB) LastBackup() (began int64, failing bool) {
	return db.backups.newest.Load(), db.backups.failing.Load()
}
