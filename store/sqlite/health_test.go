package sqlite

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheDiskIsLookedAtAgainWhateverTheClockSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pause
		if !p.due() || p.due() {
			t.Error("it is due at first, and then not")
		}
		time.Sleep(lookEvery)
		if !p.due() {
			t.Error("after a while it is due again")
		}
	})
}
