package store_test

import (
	"fmt"
	"testing"
)

// The store does what a plain model does, whatever happens in which order. A failure is cut down to the few operations
// that it takes, and printed with its seed.
func TestTheStoreAgreesWithAModel(t *testing.T) {
	seeds, length := 100, 1000
	if raceDetector || testing.Short() {
		seeds, length = 2, 500 // SQLite is some fifteen times slower under it; make test runs the whole without
	}
	t.Logf("%d operations each of the seeds 0 to %d", length, seeds-1)
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			ops := write(uint64(seed), length)
			problem := perform(t, ops)
			if problem == nil {
				return
			}
			ops, problem = shrink(t, ops, problem)
			t.Errorf("seed %d: %v; these %d operations are enough:\n%s", seed, problem, len(ops), inGo(ops))
		})
	}
}

// discord is where store and model part.
type discord struct {
	place int // of the operation
	what  string
}

func (d *discord) Error() string { return fmt.Sprintf("operation %d: %s", d.place, d.what) }
