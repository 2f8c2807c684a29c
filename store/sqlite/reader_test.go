package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// However many statements there are and whoever reads at the same time: few are kept, and those that are forgotten
// answer whoever is reading from them.
func TestFewStatementsAreKept(t *testing.T) {
	s, err := open(t, filepath.Join(t.TempDir(), "tagline.db"), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := s.reads.QueryContext(t.Context(), `SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3`)
	if err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for range 6 {
		readers.Go(func() {
			for n := range 2 * keptStatements {
				var got int
				if err := s.reads.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT %d + ?`, n), 7).Scan(&got); err != nil || got != n+7 {
					t.Errorf("%d + 7 is %d, %v", n, got, err)
				}
			}
		})
	}
	readers.Wait()
	if len(s.reads.kept) != keptStatements {
		t.Errorf("%d statements are kept", len(s.reads.kept))
	}
	numbers, err := Collect(rows, nil, func(r Row, n *int) error { return r.Scan(n) })
	if err != nil || len(numbers) != 3 {
		t.Errorf("the rows of a forgotten statement: %v, %v", numbers, err)
	}
	if _, err := s.reads.QueryContext(context.Background(), `SELECT nothing`); err == nil {
		t.Error("a statement that makes no sense ran")
	}
}
