package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks a SQLite file as Tagline's ("TagL").
const applicationID = 0x5461674c

// The user_version of a file says how its migrations are recorded.
const (
	countedVersion = 24 // by their number, as before the first release: these 24 made what the baseline makes
	namedVersion   = 25 // by name, in the table migration; what counted them takes it for newer
)

// lastCounted is the last commit that counted migrations. It brings older files to countedVersion.
const lastCounted = "943852b"

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
func migrations() []migration {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	known := make([]migration, 0, len(files))
	for _, file := range files {
		text, err := migrationFiles.ReadFile(file)
		if err != nil {
			panic(err) // it is embedded
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

// readSchema reads how far the schema of a file is from the known migrations. It refuses files of other programs, and those
// whose schema is too old or newer.
func readSchema(ctx context.Context, db *sql.DB, known []migration) (s schema, err error) {
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
	case application != applicationID:
		return s, errForeign
	case version < countedVersion:
		return s, fmt.Errorf("%w (schema %d)", errOlderSchema, version)
	case version == countedVersion:
		s.applied, s.counted = []string{known[0].name}, true
	case version > namedVersion:
		return s, fmt.Errorf("%w (schema %d)", errNewerSchema, version)
	default:
		rows, err := view.QueryContext(ctx, `SELECT name FROM migration ORDER BY name`)
		if s.applied, err = collect(rows, err, func(r row, name *string) error { return r.Scan(name) }); err != nil {
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
func migrate(ctx context.Context, conn *sql.Conn, s schema, log *slog.Logger) error {
	if s.counted {
		if err := apply(ctx, conn, migration{name: s.name()}); err != nil {
			return err
		}
		log.Info("migrations are recorded by name from now on", "migration", s.name())
	}
	for _, m := range s.pending {
		began := time.Now()
		if err := apply(ctx, conn, m); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
		log.Info("migration applied", "migration", m.name, "took", time.Since(began).Round(time.Millisecond).String())
	}
	return nil
}

// apply applies a migration, unless it was applied meanwhile, and records it.
func apply(ctx context.Context, conn *sql.Conn, m migration) error {
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
	if _, err := t.ExecContext(ctx, `INSERT INTO migration (name, applied) VALUES (?, ?)`, m.name, time.Now().UnixMilli()); err != nil {
		return err
	}
	// PRAGMA takes no parameters.
	if _, err := t.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", namedVersion, applicationID)); err != nil {
		return err
	}
	return t.Commit()
}
