package store

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whichever blocks were asked for before: those that are asked for are visited, each once, the last one first, and what
// is kept of them is bounded.
func TestBlocksAreVisitedAsTheyStandInTheDatabase(t *testing.T) {
	p := admit(t, Options{})
	write := func(query string) {
		t.Helper()
		if err := p.write(t.Context(), func(t *tx) error { return t.Exec(query) }); err != nil {
			t.Fatal(err)
		}
	}
	// Each block begins with its id; the last one is not full.
	write(`WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2200)
		INSERT INTO tag_blocks (id, count, first_at, last_at, steps) SELECT n, 80, 0, 0, CAST(unhex(printf('%016x', n)) || zeroblob(80 * 49 - 8) AS BLOB) FROM n`)
	write(`INSERT INTO tag_blocks (id, count, first_at, last_at, steps) SELECT 2201, 1, 0, 0, CAST(unhex(printf('%016x', 2201)) || zeroblob(49 - 8) AS BLOB)`)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		first, last := 1+rng.Int64N(2201), 1+rng.Int64N(2201)
		if rng.IntN(2) == 0 {
			last = 2201
		}
		var got, want []int64
		if err := p.eachBlock(t.Context(), first, last, func(b []byte) { got = append(got, int64(binary.BigEndian.Uint64(b))) }); err != nil {
			t.Fatal(err)
		}
		for id := last; id >= first; id-- {
			want = append(want, id)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("from %d to %d %d blocks were visited, %v…", first, last, len(got), got[:min(5, len(got))])
		}
		if kept := len(p.tagBlocks.Load().blocks); kept > keptBlocks {
			t.Fatalf("%d blocks are kept", kept)
		}
	}
}
