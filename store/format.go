package store

import (
	"context"
	"embed"
	"time"

	"tagline/store/sqlite"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// format is that of Tagline's databases ("TagL").
var format = sqlite.Format{
	ID:         0x5461674c,
	Migrations: migrationFiles,
	Counted:    24, // these made what the baseline makes
	Older:      "start Tagline of commit 943852b on it once, and then this one",
	Compare:    disagreements,
	Renew:      endAccess,
}

// What the engine knows, by the names that callers of the store use.
type (
	// Copy is a file that holds the database as it was.
	Copy = sqlite.Copy
	// Schedule is when backups are made without being asked for.
	Schedule = sqlite.Schedule
	// Finding is what a look through a database came to.
	Finding = sqlite.Finding
)

// The engine's errors that callers tell apart.
var (
	// ErrBusy is returned when too many writes are waiting; nothing was written.
	ErrBusy = sqlite.ErrBusy
	// ErrClosed is returned for writes after Close; nothing was written.
	ErrClosed = sqlite.ErrClosed
	// ErrExists is returned for a name that is taken.
	ErrExists = sqlite.ErrExists
)

// Backup copies the database, as it is at one moment, into a file of its own (mode 0600) while others read and write
// it. One that is there already is ErrExists, or is replaced.
func Backup(ctx context.Context, path, to string, replace bool) error {
	return format.Backup(ctx, path, to, replace)
}

// Restore puts a copy of a backup in the place of the database. The database that was there is kept beside it under a
// name with the time, which is returned, or "" if there was none. While anything has the database open nothing is
// changed.
func Restore(ctx context.Context, backup, path string, now time.Time) (aside string, err error) {
	return format.Restore(ctx, backup, path, now)
}
