package e2e

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tagline/store"
)

// A deletion that the process is killed in, again and again, is finished by the next one; in between the database is
// sound.
func TestADeletionIsFinishedWhateverIsKilled(t *testing.T) {
	const canary, messages, kills = "canary of the deleted one", 3000, 6
	folder := t.TempDir()
	db := filepath.Join(folder, "tagline.db")
	k := &crashLoad{t: t, path: pathOf(t, db)}
	program := startProcess(t, db)
	bodies := make([]delivery, messages)
	for i := range bodies {
		bodies[i] = delivery{"received", fmt.Sprintf(`{"phone_number":"+18880001","text":"%s, message %d","timestamp":%d}`, canary, i, 1748463114559+i)}
	}
	if lost := deliver(t, program.url+k.path, bodies, 16, func(int) {}); len(lost) > 0 {
		t.Fatalf("%d bodies were not answered", len(lost))
	}
	program.kill()

	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	contact, err := s.FindContact(t.Context(), store.Everything, "+18880001")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteContact(t.Context(), contact.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(8, 0))
	unfinished := 0
	for n := range kills {
		k.cycle(db, n, 1+random.IntN(20))
		finding, err := store.Check(t.Context(), db)
		if err != nil || len(finding.Problems) > 0 {
			t.Fatalf("after kill %d: %v, %v", n, finding.Problems, err)
		}
		if deletionsUnfinished(t, db) > 0 {
			unfinished++
		}
	}
	if unfinished == 0 {
		t.Error("no kill came before the deletion was finished")
	}
	startProcess(t, db)
	for deadline := time.Now().Add(time.Minute); deletionsUnfinished(t, db) > 0; time.Sleep(100 * time.Millisecond) { // another process tells nothing
		if time.Now().After(deadline) {
			t.Fatal("it is not finished")
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if content, err := os.ReadFile(file); err != nil || bytes.Contains(content, []byte(canary)) {
			t.Errorf("%s has it still, or %v", file, err)
		}
	}
	t.Logf("%d of %d kills came before the end of the deletion", unfinished, kills)
}

func deletionsUnfinished(t testing.TB, db string) (n int) {
	t.Helper()
	conn, err := sql.Open("sqlite", "file:"+db+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.QueryRow(`SELECT count(*) FROM deletions WHERE ended_at = 0`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
