package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/store"
	"tagline/web"
)

// makeDatabase makes the database if it is not there yet: commands don't, only the server does.
func makeDatabase(t testing.TB, db string) {
	t.Helper()
	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// databaseWithTeam is a database with people, each as "user add" names them.
func databaseWithTeam(t testing.TB, people ...string) (db string) {
	t.Helper()
	return copyOf(t, strings.Join(people, ", "), func(db string) {
		makeDatabase(t, db)
		for _, one := range people {
			args := append([]string{"user", "add", "--db", db, "--password-stdin"}, strings.Fields(one)...)
			if _, err := command(t, password+"\n", args...); err != nil {
				t.Fatal(err)
			}
		}
		addSessions(t, db)
	})
}

// copyOf returns a copy of the database of that name. It is filled once: hashing passwords takes long, and so does a
// past.
func copyOf(t testing.TB, name string, fill func(db string)) (db string) {
	t.Helper()
	db = filepath.Join(t.TempDir(), "tagline.db")
	templates.mu.Lock()
	defer templates.mu.Unlock()
	if content, filled := templates.content[name]; filled {
		if err := os.WriteFile(db, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return db
	}
	fill(db)
	content, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	templates.content[name] = content
	return db
}

// templates are the databases that were filled, by name.
var templates = struct {
	mu      sync.Mutex
	content map[string][]byte
}{content: map[string][]byte{}}

// sessionsEach is on how many devices each person of the database is signed in.
const sessionsEach = 4

func sessionID(name string, n int) string {
	id := fmt.Sprint(name, n)
	return strings.Repeat("x", 43-len(id)) + id
}

func addSessions(t testing.TB, db string) {
	t.Helper()
	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	people, err := s.Users(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range people {
		for n := range sessionsEach {
			if err := s.CreateSession(t.Context(), web.HashToken(sessionID(user.Name, n)), user.ID, false, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// nextSession is one of them that nobody has used yet on the server. Whether its database is that one is yet to be
// seen.
func nextSession(url, name string) (id string, ok bool) {
	used.mu.Lock()
	defer used.mu.Unlock()
	n := used.sessions[url+" "+name]
	used.sessions[url+" "+name]++
	return sessionID(name, n), n < sessionsEach
}

var used = struct {
	mu       sync.Mutex
	sessions map[string]int
}{sessions: map[string]int{}}
