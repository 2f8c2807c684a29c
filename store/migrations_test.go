package store

import (
	"database/sql"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"tagline/store/sqlite"
)

// upTo is the path of a closed database that a version with these migrations alone made, with statements executed in
// it.
func upTo(t *testing.T, names []string, statements ...string) string {
	t.Helper()
	path, older, files := filepath.Join(t.TempDir(), "tagline.db"), format, fstest.MapFS{}
	for _, name := range names {
		text, err := migrationFiles.ReadFile("migrations/" + name + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		files["migrations/"+name+".sql"] = &fstest.MapFile{Data: text}
	}
	older.Migrations = files
	db, err := older.Open(t.Context(), path, sqlite.Config{Now: time.Now, Log: slog.New(slog.DiscardHandler), Begin: func(*sqlite.Tx) error { return nil }, End: func() {}})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	plain, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		if _, err := plain.Exec(statement); err != nil {
			t.Fatal(statement, err)
		}
	}
	if err := plain.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStaysOfOlderTagChangesAreKnown(t *testing.T) {
	path := upTo(t, []string{"001_baseline", "002_timeline"},
		`INSERT INTO contacts (id, phone_number, tag) VALUES (1, '+1', 'Warm'), (2, '+2', 'Cold')`,
		`INSERT INTO tag_changes (id, contact_id, subuser_id, from_tag, to_tag, at, source) VALUES
			(1, 1, 6, '', 'Hot', 1000, 'webhook'), (2, 2, 0, '', 'Cold', 1500, 'webhook'), (3, 1, 7, 'Hot', 'Warm', 4000, 'webhook')`)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	counts, err := s.TagCounts(t.Context(), Everything, TagFilter{})
	if err != nil || len(counts.Stays) != 1 || counts.Stays[0] != (TagStay{Tag: "Hot", Count: 1, Median: 3000}) {
		t.Errorf("the stays are %+v, %v", counts.Stays, err)
	}
	if found, err := Check(t.Context(), path); err != nil || len(found.Problems) > 0 {
		t.Errorf("the check finds %v, %v", found, err)
	}
}
