package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
)

// Format is what the databases of a program have in common.
type Format struct {
	// ID marks a file as one of them (application_id).
	ID int
	// Migrations holds the steps of the schema in its folder "migrations", in the order of their names.
	Migrations fs.FS
	// Renew changes what a restored copy must not have as the backup did. The schema may be an older one.
	Renew func(context.Context, *sql.DB) error
}

var (
	errNewerSchema = errors.New("it was written by a newer version of Tagline")
	errForeign     = errors.New("it is a SQLite database of another program")
)

// steps are the names of the migrations, in order.
func (f Format) steps() []string {
	names, err := fs.Glob(f.Migrations, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	return names
}

// schemaVersion reads how many steps a file has behind it. It refuses files of other programs and newer versions.
func (f Format) schemaVersion(ctx context.Context, db *sql.DB) (int, error) {
	var version, application, tables int
	if err := db.QueryRowContext(ctx, `SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`).Scan(&version, &application, &tables); err != nil {
		return 0, err
	}
	if application != f.ID && tables > 0 {
		return 0, errForeign
	}
	if known := len(f.steps()); version > known {
		return 0, fmt.Errorf("%w (schema %d, this version knows %d)", errNewerSchema, version, known)
	}
	return version, nil
}

// migrate brings the schema from a version to the newest, one transaction a step.
func (f Format) migrate(ctx context.Context, conn *sql.Conn, version int, log *slog.Logger) error {
	for n, step := range f.steps()[version:] {
		began := time.Now()
		if err := f.apply(ctx, conn, step, version+n+1); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		log.Info("schema brought up to date", "step", step, "schema", version+n+1, "took", time.Since(began).Round(time.Millisecond).String())
	}
	return nil
}

func (f Format) apply(ctx context.Context, conn *sql.Conn, step string, version int) error {
	text, err := fs.ReadFile(f.Migrations, step)
	if err != nil {
		return err
	}
	t, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	// Another process may have been here where it could not be kept out.
	var now int
	if err := t.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&now); err != nil || now >= version {
		return err
	}
	if _, err := t.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	// PRAGMA takes no parameters.
	if _, err := t.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", version, f.ID)); err != nil {
		return err
	}
	return t.Commit()
}
