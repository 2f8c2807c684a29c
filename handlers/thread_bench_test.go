package handlers_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tagline/store"
)

// BenchmarkLongThread opens the first and the last part of a thread of 80,000 messages, and of a timeline of as many
// tag changes: neither may cost more than the other.
func BenchmarkLongThread(b *testing.B) {
	const all = 80_000
	s := newSite(b, "")
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/received", json, `{"phone_number":"+14155550134","text":"Hello.","timestamp":1748463114559,"tag":"Hot"}`)
	db, err := sql.Open("sqlite", "file:"+s.db+"?_pragma=busy_timeout(20000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	const numbers = `WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < ?) `
	for _, statement := range []string{
		numbers + `INSERT INTO messages (id, conversation_id, direction, state, text, doubtful, arrived_at, at, custom_id, textlink_id, retry)
			SELECT 1000000000 + value, 1, 'in', 'received', 'Message ' || value, 0, 1748463114559 + value * 60000, 1748463114559 + value * 60000, '', 0, 0
			FROM numbers`,
		numbers + `INSERT INTO tag_changes (id, contact_id, subuser_id, from_tag, to_tag, at, source, user_id)
			SELECT 1000000000 + value, 1, 0, 'Tag ' || value % 7, 'Tag ' || (value + 1) % 7, 1748463114559 + value * 60000, 'webhook', 0
			FROM numbers`,
	} {
		if _, err := db.Exec(statement, all); err != nil {
			b.Fatal(err)
		}
	}
	early := fmt.Sprintf("%d.0", 1748463114559+100*60_000)
	for _, part := range []struct{ name, path string }{
		{"whole page", "/conversations/1"}, {"last part", "/conversations/1/messages"},
		{"first part", "/conversations/1/messages?before=" + early}, {"after the first", "/conversations/1/messages?after=" + early},
		{"last of the timeline", "/conversations/1/timeline"}, {"first of the timeline", "/conversations/1/timeline?before=" + early},
	} {
		b.Run(part.name, func(b *testing.B) {
			for b.Loop() {
				begun := time.Now()
				if status, _ := s.fetch(anna, http.MethodGet, part.path); status != http.StatusOK {
					b.Fatalf("%s was answered %d", part.path, status)
				}
				if took := time.Since(begun); took > time.Second {
					b.Errorf("%s takes %s", part.path, took)
				}
			}
		})
	}
}
