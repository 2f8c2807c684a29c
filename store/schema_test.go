package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tagline/store"
)

// forgotten says of every table that could hold something of a contact how deleting the contact empties it.
var forgotten = map[string]string{
	"contacts":         "the row goes",
	"conversations":    "the contact's go",
	"messages":         "those of its conversations go",
	"reports":          "those of its conversations go",
	"replies":          "those of its conversations go",
	"notes":            "those of its conversations go",
	"drafts":           "those of its conversations go",
	"deliveries":       "those of its reports go, those with its number and those that name it",
	"forwards":         "those with its number go, and those of its bodies",
	"forward_attempts": "those of its bodies go, with what was answered",
	"refusals":         "those that name its number go",
	"saved_views":      "those that name its number go",
	"tag_changes":      "the contact's go",
	"tag_requests":     "the contact's go",
	"tag_counts":       "those of tags that nobody else had go",
	"tag_totals":       "those of tags that nobody else had go",
	"message_search":   "the index drops what is gone and is merged",
	"contact_search":   "the index drops what is gone and is merged",
	"note_search":      "the index drops what is gone and is merged",
}

// unconcerned are the tables that hold nothing that people outside write or are called, and why.
var unconcerned = map[string]string{
	"keys": "of webhooks", "changes": "ids", "hooks": "kinds and times", "users": "colleagues", "sessions": "colleagues'", "links": "colleagues'",
	"recovery_codes": "colleagues'", "api_tokens": "colleagues'", "devices": "colleagues'", "preferences": "colleagues'", "push_keys": "Tagline's own", "push_subscriptions": "colleagues' browsers",
	"opt_words": "the admins'", "identity": "of the database", "taken_forms": "sums", "idempotency_keys": "programs', for a day", "canned_replies": "words for anybody", "names": "of subusers and SIM cards", "audit": "names contacts by their ids",
	"delivery_hours": "kinds and counts", "search_positions": "ids", "search_again": "kinds and ids", "retention": "kinds and days", "migration": "names and times", "used_ids": "ids", "targets": "the admins'",
}

// A new table says what deleting a contact does to it.
func TestDeletingKnowsEveryTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tagline.db")
	openAt(t, path, newClock(), nil)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT t.name, group_concat(c.name) FROM pragma_table_list t JOIN pragma_table_info(t.name) c
		WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite_%' AND c.type <> 'INTEGER' GROUP BY t.name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, columns string
		if err := rows.Scan(&name, &columns); err != nil {
			t.Fatal(err)
		}
		if (forgotten[name] == "") == (unconcerned[name] == "") {
			t.Errorf("the table %s has the columns %s: what does deleting a contact do to them? See store/deletion.go, and add it to one of the lists here", name, columns)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestANumberIsFoundHoweverItIsSetOut(t *testing.T) {
	for _, of := range []struct {
		number     string
		named, not []string
	}{
		{"+4917655501234", []string{"+4917655501234", "x 0049 176 555 012 34 y", `{"to":"0176/555-01234"}`, "4917655501234", "(0) 176 5550 1234", "\u002b49 (176) 55501234", "17655501234",
			"+٤٩ ١٧٦ ٥٥٥ ٠١٢٣٤", "+४९१७६५५५०१२३४", "＋４９－１７６－５５５０１２３４", "+49\u2060176\u200e55501234", "+49－176—555·01234", "+49~176_55501234",
			`"to":"+49\u202f176\u00a05550\u20111234"`, `"to":"\u202a+49 176 55501234\u202c"`, `"\u0664\u0669\u0661\u0667\u0666\u0665\u0665\u0665\u0660\u0661\u0662\u0663\u0664"`, `"0176\/55501234"`,
			"number=%2B49%20176%20555%2001234", "q=0176+555%2F01234", "number=%D9%A4%D9%A91765550%E2%80%911234"},
			[]string{"", "4917655501235", "55501234567", "1234", "+49 176", "017655501234 5", "4917655\n501234", `"4917655\n501234"`, `4917655501\u0032`, "4917%36%35"}},
		{"72645", []string{`"72645"`}, []string{"7264", "7 2645"}},
		{"ACME", []string{`{"from":"ACME"}`, `{"from":"acme"}`}, []string{"acm"}},
	} {
		names := store.Mentions(of.number)
		for _, text := range of.named {
			if !names([]byte(text)) {
				t.Errorf("%q names %s", text, of.number)
			}
		}
		for _, text := range of.not {
			if names([]byte(text)) {
				t.Errorf("%q does not name %s", strings.TrimSpace(text), of.number)
			}
		}
	}
}

// TestTheSchemaIsWrittenDown compares schema.sql with a fresh database. With TAGLINE_WRITE_DOCS set, as make docs does,
// it writes the file.
func TestTheSchemaIsWrittenDown(t *testing.T) {
	const file = "schema.sql"
	path := filepath.Join(t.TempDir(), "tagline.db")
	openAt(t, path, newClock(), nil)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// Tables in the order in which they were made, each with its indexes and triggers. What SQLite makes for itself has
	// no text.
	rows, err := db.Query(`SELECT s.sql FROM sqlite_schema s JOIN sqlite_schema t ON t.type = 'table' AND t.name = s.tbl_name
		JOIN pragma_table_list l ON l.schema = 'main' AND l.name = t.name AND l.type <> 'shadow'
		WHERE s.sql IS NOT NULL ORDER BY t.name <> 'migration', t.rowid, s.type = 'trigger', s.type = 'index', s.rowid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var written strings.Builder
	written.WriteString("-- The schema as it is. Written by make docs; what changes it are the files in migrations.\n")
	for rows.Next() {
		var statement string
		if err := rows.Scan(&statement); err != nil {
			t.Fatal(err)
		}
		written.WriteString("\n" + statement + ";\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if os.Getenv("TAGLINE_WRITE_DOCS") != "" {
		if err := os.WriteFile(file, []byte(written.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(file); err != nil || string(was) != written.String() {
		t.Errorf("%s is not the schema of a fresh database (%v); run make docs, and commit it", file, err)
	}
}
