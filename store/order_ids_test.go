package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"tagline/store"
)

// tangle makes up reports about few texts, times and ids, so that many share some of them: the same text sent several
// times with and without ids, one send told with this id, that id and none, ids that contradict what the times say.
func tangle(rng *rand.Rand) []fact {
	var facts []fact
	for n := 2 + rng.IntN(6); len(facts) < n; {
		f := fact{kind: store.KindSent, text: pick(rng, []string{"ok", "ok", "On my way"}), sim: pick(rng, []int64{0, 123, 123, 124})}
		if rng.IntN(2) == 0 {
			f.kind = store.KindFailed
		}
		if rng.IntN(4) > 0 {
			f.timestamp = sentAt + pick(rng, []int64{0, 0, 900, 2_200, 30_000, 50_000, 60_000, 120_000})
		}
		f.customID = pick(rng, []string{"", "", "a", "b"})
		f.textlink = pick(rng, []int64{0, 0, 7, 8})
		if !slices.Contains(facts, f) {
			facts = append(facts, f)
		}
	}
	return facts
}

func TestTangledReportsEndTheSameInEveryOrder(t *testing.T) {
	tangles, orders := 600, 16
	if raceDetector || testing.Short() {
		tangles = 25 // make test runs the whole without it
	}
	t.Logf("seeds 0 to %d, %d orders each", tangles-1, orders)
	c := newClock()
	s := open(t, c, nil)
	number := func(seed, i int) string { return fmt.Sprintf("+1%05d%05d", seed, i) }
	var jobs sync.WaitGroup
	places := make(chan bool, 500) // fewer than the store lets wait
	for seed := range tangles {
		places <- true
		jobs.Go(func() {
			defer func() { <-places }()
			rng := rand.New(rand.NewPCG(uint64(seed), 3))
			facts := tangle(rng)
			for i := range orders {
				for _, f := range facts {
					f.number = number(seed, i)
					if _, err := record(t.Context(), s, c, f); err != nil {
						t.Error(err)
						return
					}
				}
				rng.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
			}
		})
	}
	jobs.Wait()
	results := essence(t, s)
	for seed := range tangles {
		for i := range orders {
			if got, first := results[number(seed, i)], results[number(seed, 0)]; got != first {
				t.Errorf("seed %d, order %d ended as\n%s\nwant\n%s\nfacts %+v", seed, i, got, first, tangle(rand.New(rand.NewPCG(uint64(seed), 3))))
				break
			}
		}
	}
}
