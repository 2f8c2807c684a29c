package sqlite

import (
	"testing"

	"go.uber.org/goleak"
)

// Whatever a test starts in the background must have ended when it has.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
