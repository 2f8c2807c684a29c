package store

import (
	"database/sql"
	"fmt"
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

// What was unread stays so for the one it was unread to; what comes later is unread to both.
func TestWhatWasUnreadBeforeListsStaysSo(t *testing.T) {
	path := upTo(t, []string{"001_baseline", "002_timeline", "003_senders", "004_tag_stays"},
		`INSERT INTO users (id, name, role, sees_all, read_only, password_hash, created_at) VALUES
			(1, 'anna', 'admin', 1, 0, 'h', 1), (2, 'piet', 'agent', 0, 0, 'h', 1)`,
		`INSERT INTO preferences (user_id) VALUES (1), (2)`,
		`INSERT INTO grants (user_id, subuser_id) VALUES (2, 6)`,
		`INSERT INTO contacts (id, phone_number) VALUES (1, '+1'), (2, '+2')`,
		`INSERT INTO conversations (id, subuser_id, contact_id, tag) VALUES (1, 6, 1, ''), (2, 7, 2, '')`,
		`INSERT INTO messages (id, conversation_id, direction, state, text, doubtful, arrived_at, at, custom_id, textlink_id) VALUES
			(1, 1, 'in', 'received', 'a', 0, 1, 1, '', 0), (2, 1, 'in', 'received', 'b', 0, 2, 2, '', 0), (3, 2, 'in', 'received', 'c', 0, 3, 3, '', 0)`,
		`UPDATE conversations SET inbound = 2, last_message_id = 2, last_text = 'b', last_direction = 'in', last_state = 'received', last_at = 2,
			first_at = 1, waiting_since = 1 WHERE id = 1`,
		`UPDATE conversations SET inbound = 1, last_message_id = 3, last_text = 'c', last_direction = 'in', last_state = 'received', last_at = 3,
			first_at = 3, waiting_since = 3 WHERE id = 2`,
		`INSERT INTO changes (number, at, conversation_id, contact_id, subuser_id, user_id, hook, delivery_id) VALUES (3, 3, 2, 0, 7, 0, 0, 0)`,
		`INSERT INTO unread (conversation_id, user_id, subuser_id, last_at, count) VALUES (1, 1, 6, 2, 1)`)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	unread := func(want string) {
		t.Helper()
		var got []any
		for _, user := range []int64{1, 2} {
			u, err := s.User(t.Context(), user)
			if err != nil {
				t.Fatal(err)
			}
			own, err := s.OwnCounts(t.Context(), u.Scope(), user)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, own.Unread)
		}
		by, err := s.UnreadBy(t.Context(), Everything, 1)
		if got := fmt.Sprint(got, by); err != nil || got != want {
			t.Errorf("unread are %s, %v; want %s", got, err, want)
		}
	}
	unread("[1 0] map[1:1]")
	r := Report{Subuser: 6, PhoneNumber: "+1", Text: "d", TextKey: []byte("0123456789abcdef")}
	if _, err := s.RecordReceived(t.Context(), Delivery{Kind: KindReceived, ArrivedAt: 9, Subuser: 6, PhoneNumber: "+1", Body: []byte(`{}`)}, r); err != nil {
		t.Fatal(err)
	}
	unread("[1 1] map[1:2 2:1]")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if found, err := Check(t.Context(), path); err != nil || len(found.Problems) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}
