package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// Finding is what a look through a database came to.
type Finding struct {
	Schema   string   // the last migration applied
	Compared bool     // whether the numbers kept were compared: only a database with the newest schema has them all
	Problems []string // in words for people; they tell no content
}

// Check looks through all of a database for damage, for references to what is not there, and for what Compare finds. It
// sees one moment, also while others write, and changes nothing.
func (f Format) Check(ctx context.Context, path string) (Finding, error) {
	if locksHeld != nil {
		return Finding{}, locksHeld
	}
	if _, err := locate(path); err != nil {
		return Finding{}, err
	}
	if err := f.awaitUpgrade(ctx, path); err != nil {
		return Finding{}, err
	}
	if err := beside(path); err != nil {
		return Finding{}, err
	}
	access := "mode=rw"
	if size(path+"-wal") > 0 && !inUse(path) {
		access = "mode=ro" // the last one that closes would fold the log in, and remove it
	}
	db, err := sql.Open("sqlite", dsn(path, access, "query_only(1)"))
	if err != nil {
		return Finding{}, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var found Finding
	s, err := f.readSchema(ctx, db)
	if err != nil {
		return found, f.refusal(path, err)
	}
	found.Schema = s.name()
	if found.Problems, err = damage(ctx, db); err != nil {
		return found, fmt.Errorf("cannot look through %s: %w", path, err)
	}
	if found.Compared = len(s.pending) == 0; !found.Compared || len(found.Problems) > 0 {
		return found, nil // what is damaged cannot be added up
	}
	found.Problems, err = f.Compare(ctx, db)
	return found, err
}

// damage says what is damaged and what refers to something that is not there.
func damage(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, `PRAGMA integrity_check(20)`)
	problems, err := Collect(rows, err, func(r Row, said *string) error { return r.Scan(said) })
	problems = slices.DeleteFunc(problems, func(said string) bool { return said == "ok" })
	if err != nil && diagnose(err) == Damaged {
		return append(problems, err.Error()), nil
	}
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	rows, err = db.QueryContext(ctx, `SELECT "table", "parent", count(*) FROM pragma_foreign_key_check GROUP BY 1, 2
		ORDER BY 1, 2`)
	return Collect(rows, err, func(r Row, said *string) error {
		var table, parent string
		var n int
		err := r.Scan(&table, &parent, &n)
		*said = fmt.Sprintf("%d of the %s refer to %s that are not there", n, table, parent)
		return err
	})
}
