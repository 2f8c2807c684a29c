package jobs

import (
	"fmt"
	"runtime/debug"
)

// Health is told of parts of the program that panicked. *store.Store is one.
type Health interface {
	Broken(part string, err error)
}

// Recover turns a panic in a part of the program into an error and makes health red for a while: a bug in one part must
// not end the others, and least of all storing.
func Recover(health Health, part string, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			health.Broken(part, err)
		}
	}()
	return do()
}
