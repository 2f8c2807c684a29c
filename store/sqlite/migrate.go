package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"slices"
	"strings"
	"time"
)

// Format is what the databases of a program have in common.
type Format struct {
	// ID marks a file as one of them (application_id).
	ID int
	// Migrations holds the changes of the schema in its folder "migrations", in the order of their names. A released
	// one is never changed.
	Migrations fs.FS
	// Counted is the user_version of files that have the first migration, but no names of migrations: they were
	// counted. Of those below it, which are refused, Older says what to do.
	Counted int
	Older   string
	// Compare says in words for people where something that is kept differs from what it follows from.
	Compare func(context.Context, *sql.DB) ([]string, error)
	// Renew changes what a restored copy must not have as the backup did. The schema may be an older one.
	Renew func(context.Context, *sql.DB) error
}

// named is the user_version of files that record migrations by name. What counted them takes such a file for newer.
func (f Format) named() int { return f.Counted + 1 }

// migrationTable is where applied migrations are recorded.
const migrationTable = `CREATE TABLE IF NOT EXISTS migration (
	-- The migrations that this database has.
	name    TEXT PRIMARY KEY, -- of the file, without .sql
	applied INTEGER NOT NULL
) STRICT, WITHOUT ROWID`

var (
	errNewerSchema = errors.New("it was written by a newer version of Tagline")
	errOlderSchema = errors.New("it was written before the first release of Tagline")
	errForeign     = errors.New("it is a SQLite database of another program")
)

// migration is one change of the schema.
type migration struct {
	name string // of its file, without .sql
	text string
}

// migrations are those that this version knows, in order. A released one is never changed.
func (f Format) migrations() []migration {
	files, err := fs.Glob(f.Migrations, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	known := make([]migration, 0, len(files))
	for _, file := range files {
		text, err := fs.ReadFile(f.Migrations, file)
		if err != nil {
			panic(err) // they are embedded
		}
		known = append(known, migration{strings.TrimSuffix(path.Base(file), ".sql"), string(text)})
	}
	return known
}

// schema is how far the schema of a file is.
type schema struct {
	applied []string    // names of migrations, in order; none in an empty file
	pending []migration // known ones that it lacks, in order
	counted bool        // the baseline is there and not yet recorded by name
}

// name is that of the last migration applied, "" in an empty file.
func (s schema) name() string {
	if len(s.applied) == 0 {
		return ""
	}
	return s.applied[len(s.applied)-1]
}

// readSchema reads how far the schema of a file is from the known migrations. It refuses files of other programs, and
// those whose schema is too old or newer.
func (f Format) readSchema(ctx context.Context, db *sql.DB) (s schema, err error) {
	known := f.migrations()
	view, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s, err
	}
	defer view.Rollback()
	var version, application, tables int
	if err := view.QueryRowContext(ctx, `SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`).Scan(&version, &application, &tables); err != nil {
		return s, err
	}
	switch {
	case tables == 0:
	case application != f.ID:
		return s, errForeign
	case version < f.Counted:
		return s, fmt.Errorf("%w (schema %d)", errOlderSchema, version)
	case version == f.Counted:
		s.applied, s.counted = []string{known[0].name}, true
	case version > f.named():
		return s, fmt.Errorf("%w (schema %d)", errNewerSchema, version)
	default:
		rows, err := view.QueryContext(ctx, `SELECT name FROM migration ORDER BY name`)
		if s.applied, err = Collect(rows, err, func(r Row, name *string) error { return r.Scan(name) }); err != nil {
			return s, err
		}
	}
	for _, name := range s.applied {
		if !slices.ContainsFunc(known, func(m migration) bool { return m.name == name }) {
			return s, fmt.Errorf("%w (this one does not know its schema %s)", errNewerSchema, name)
		}
	}
	for _, m := range known {
		if !slices.Contains(s.applied, m.name) {
			s.pending = append(s.pending, m)
		}
	}
	return s, nil
}

// migrate brings a schema up to date, one transaction a migration.
func (f Format) migrate(ctx context.Context, conn *sql.Conn, s schema, log *slog.Logger) error {
	if s.counted {
		if err := f.apply(ctx, conn, migration{name: s.name()}); err != nil {
			return err
		}
		log.Info("migrations are recorded by name from now on", "migration", s.name())
	}
	for _, m := range s.pending {
		began := time.Now()
		if err := f.apply(ctx, conn, m); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
		log.Info("migration applied", "migration", m.name, "took", time.Since(began).Round(time.Millisecond).String())
	}
	return nil
}

// apply applies a migration, unless it was applied meanwhile, and records it.
func (f Format) apply(ctx context.Context, conn *sql.Conn, m migration) error {
	t, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	if _, err := t.ExecContext(ctx, migrationTable); err != nil {
		return err
	}
	// Another process may have been here where it could not be kept out.
	var done bool
	err = t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM migration WHERE name = ?)`, m.name).Scan(&done)
	if err != nil || done {
		return err
	}
	if _, err := t.ExecContext(ctx, m.text); err != nil {
		return err
	}
	if _, err := t.ExecContext(ctx, `INSERT INTO migration (name, applied) VALUES (?, ?)`, m.name,
		time.Now().UnixMilli()); err != nil {
		return err
	}
	// PRAGMA takes no parameters.
	if _, err := t.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d",
		f.named(), f.ID)); err != nil {
		return err
	}
	return t.Commit()
}
