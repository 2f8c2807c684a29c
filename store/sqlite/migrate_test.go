package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// second is a migration that comes after those that there are.
var second = migration{"999_second", `CREATE TABLE second (id INTEGER PRIMARY KEY) STRICT; INSERT INTO second SELECT id FROM keys`}

// with is the format of the tests with further migrations.
func with(more ...migration) Format {
	f := contactsFormat
	files := fstest.MapFS{}
	for _, m := range append(f.migrations(), more...) {
		files["migrations/"+m.name+".sql"] = &fstest.MapFile{Data: []byte(m.text)}
	}
	f.Migrations = files
	return f
}

// fresh is the path of a closed database that this version made.
func fresh(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tagline.db")
	reopen(t, path)
	return path
}

func reopen(t *testing.T, path string) {
	t.Helper()
	s, err := open(t, path, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// countedDatabase is the path of a database of the last version that counted migrations, or of one before it, with a
// key in it.
func countedDatabase(t *testing.T, version int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tagline.db")
	execute(t, path, contactsFormat.migrations()[0].text, `INSERT INTO keys (id) VALUES (1)`,
		fmt.Sprintf(`PRAGMA user_version = %d; PRAGMA application_id = %d`, version, contactsFormat.ID))
	return path
}

func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
}

// ask returns one value from a closed database.
func ask(t *testing.T, path, query string) (answer string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&answer); err != nil {
		t.Fatal(query, err)
	}
	return answer
}

const recordedNames = `SELECT coalesce(group_concat(name || iif(applied > 1700000000000, '', ' never'), ' ' ORDER BY name), '') FROM migration`

func TestEachMigrationIsAppliedOnceAndRecordedByName(t *testing.T) {
	all := with(second)
	for what, path := range map[string]string{"made now": filepath.Join(t.TempDir(), "new.db"), "made before": fresh(t), "counted": countedDatabase(t, contactsFormat.Counted)} {
		if what == "made now" {
			if err := create(path); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := all.bringUpToDate(t.Context(), path, slog.New(slog.DiscardHandler)); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if names := ask(t, path, recordedNames); names != "001_baseline 999_second" {
				t.Errorf("%s: recorded are %s", what, names)
			}
		}
		if keys := ask(t, path, `SELECT count(*) FROM second`); (keys == "0") != (what != "counted") {
			t.Errorf("%s: the second migration found %s keys", what, keys)
		}
	}
}

// What is kept as it was before an upgrade has its name from the last migration that it has.
func TestACopyIsKeptBeforeAMigration(t *testing.T) {
	for _, path := range []string{fresh(t), countedDatabase(t, contactsFormat.Counted)} {
		if err := with(second).bringUpToDate(t.Context(), path, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		kept := path + ".schema-001_baseline"
		if tables := ask(t, kept, `SELECT count(*) FROM sqlite_schema WHERE name = 'second'`); tables != "0" {
			t.Error("the copy has been migrated")
		}
		if found, err := contactsFormat.Check(t.Context(), kept); err != nil || !found.Compared || found.Schema != "001_baseline" || len(found.Problems) > 0 {
			t.Errorf("%+v, %v", found, err)
		}
	}
}

func TestWithoutACopyTheSchemaStaysAsItIs(t *testing.T) {
	path := fresh(t)
	if err := os.Mkdir(path+".schema-001_baseline", 0o700); err != nil { // nothing can be written there
		t.Fatal(err)
	}
	err := with(second).bringUpToDate(t.Context(), path, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "no copy of it could be made first") {
		t.Errorf("got %v", err)
	}
	if names := ask(t, path, recordedNames); names != "001_baseline" {
		t.Errorf("recorded are %s", names)
	}
}

func TestAMigrationThatFailsLeavesNothing(t *testing.T) {
	path := fresh(t)
	broken := migration{"998_broken", `CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)`}
	err := with(broken, second).bringUpToDate(t.Context(), path, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "998_broken") {
		t.Errorf("got %v", err)
	}
	if names := ask(t, path, recordedNames); names != "001_baseline" {
		t.Errorf("recorded are %s", names)
	}
	if left := ask(t, path, `SELECT count(*) FROM sqlite_schema WHERE name IN ('half', 'second')`); left != "0" {
		t.Errorf("%s tables are left", left)
	}
	reopen(t, path)
}

// Each migration is a transaction of its own: those before one that fails stay, and are not applied again once it is
// right.
func TestWhatWasAppliedBeforeAMigrationThatFailsStays(t *testing.T) {
	for what, path := range map[string]string{"made before": fresh(t), "counted": countedDatabase(t, contactsFormat.Counted)} {
		first := migration{"997_first", `CREATE TABLE first (id INTEGER) STRICT`}
		broken := migration{"998_broken", `CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)`}
		err := with(first, broken, second).bringUpToDate(t.Context(), path, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), "998_broken") {
			t.Errorf("%s: got %v", what, err)
		}
		if names := ask(t, path, recordedNames); names != "001_baseline 997_first" {
			t.Errorf("%s: recorded are %s", what, names)
		}
		if left := ask(t, path, `SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('first', 'half', 'second')`); left != "first" {
			t.Errorf("%s: the tables are %s", what, left)
		}
		broken.text = `CREATE TABLE half (id INTEGER) STRICT`
		if err := with(first, broken, second).bringUpToDate(t.Context(), path, slog.New(slog.DiscardHandler)); err != nil {
			t.Errorf("%s, once it is right: %v", what, err)
		}
		if names := ask(t, path, recordedNames); names != "001_baseline 997_first 998_broken 999_second" {
			t.Errorf("%s, once it is right: recorded are %s", what, names)
		}
	}
}

// A file of the last version that counted migrations has the baseline, and keeps what is in it. Its own program refuses
// it from then on.
func TestADatabaseThatCountedMigrationsIsTakenOver(t *testing.T) {
	path := countedDatabase(t, contactsFormat.Counted)
	if found, err := contactsFormat.Check(t.Context(), path); err != nil || !found.Compared {
		t.Errorf("before: %+v, %v", found, err)
	}
	for range 2 {
		reopen(t, path)
	}
	if got := ask(t, path, `SELECT group_concat(name) || ' ' || (SELECT count(*) FROM keys) || ' ' || (SELECT user_version FROM pragma_user_version) FROM migration`); got != "001_baseline 1 25" {
		t.Errorf("got %s", got)
	}
	if _, err := os.Stat(path + ".schema-001_baseline"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a copy was made although nothing changed: %v", err)
	}
}

// Several begin at once, and each finds all of it done; those that come while the lock is held wait.
func TestOneMigratesAndTheOthersWait(t *testing.T) {
	path := fresh(t)
	all := with(second)
	held, err := contactsFormat.lockUpgrade(t.Context(), path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	waits := make(logged, 8)
	var done sync.WaitGroup
	for range 4 {
		done.Go(func() {
			if err := all.bringUpToDate(t.Context(), path, slog.New(waits)); err != nil {
				t.Error(err)
			}
		})
	}
	for range 4 {
		if message := <-waits; !strings.Contains(message, "waiting for another process") {
			t.Errorf("logged %q", message)
		}
	}
	if names := ask(t, path, recordedNames); names != "001_baseline" {
		t.Errorf("while somebody else has the lock there is %s", names)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	done.Wait()
	if names := ask(t, path, recordedNames); names != "001_baseline 999_second" {
		t.Errorf("recorded are %s", names)
	}
}

// Where nobody can be kept out, a migration that somebody else has applied meanwhile is not applied again.
func TestAMigrationThatSomebodyElseAppliedIsLeft(t *testing.T) {
	path := fresh(t)
	db, conn, err := openWrites(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	stale := schema{applied: []string{"001_baseline"}, pending: []migration{second}}
	for range 2 {
		if err := with(second).migrate(t.Context(), conn, stale, slog.New(slog.DiscardHandler)); err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(conn.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// logged is a handler that passes messages on as far as there is room.
type logged chan string

func (l logged) Enabled(context.Context, slog.Level) bool { return true }
func (l logged) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l logged) WithGroup(string) slog.Handler            { return l }

func (l logged) Handle(_ context.Context, r slog.Record) error {
	select {
	case l <- r.Message:
	default:
	}
	return nil
}
