package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// shrinkFor bounds how long the operations are cut down.
const shrinkFor = 60 * time.Second

// shrink leaves out operations as long as store and model still part (delta debugging).
func shrink(t *testing.T, ops []op, problem *discord) ([]op, *discord) {
	ends := time.Now().Add(shrinkFor)
	ops = ops[:problem.place+1]
	for size := len(ops) / 2; size > 0; size /= 2 {
		for begin := 0; begin < len(ops) && time.Now().Before(ends); {
			fewer := slices.Delete(slices.Clone(ops), begin, min(begin+size, len(ops)))
			if still := perform(t, fewer); still != nil {
				ops, problem = fewer[:still.place+1], still
			} else {
				begin += size
			}
		}
	}
	return ops, problem
}

func inGo(ops []op) string {
	var lines strings.Builder
	for _, o := range ops {
		lines.WriteString("\t" + o.String() + ",\n")
	}
	return lines.String()
}
