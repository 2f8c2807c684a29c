package web

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// A flood of sign-ins takes as many cores as it was given and no more, and who comes when too many wait is told so at once.
func TestOnlyAFewPasswordsAreWorkedOnAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const atOnce = 2
		p := NewPasswords(atOnce)
		var working atomic.Int32
		done := make(chan struct{})
		p.derive = func([]byte, []byte, uint32, uint32, uint8, uint32) []byte {
			working.Add(1)
			defer working.Add(-1)
			<-done
			return nil
		}
		var refused atomic.Int32
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				if _, err := p.Matches("a guess", ""); errors.Is(err, ErrBusy) {
					refused.Add(1)
				}
			})
		}
		synctest.Wait()
		for left := atOnce + maxWaiting; left > 0; left-- {
			if n := working.Load(); int(n) != min(atOnce, left) {
				t.Fatalf("%d are worked on at once while %d are left", n, left)
			}
			done <- struct{}{}
			synctest.Wait()
		}
		all.Wait()
		if n := refused.Load(); n != 200-atOnce-maxWaiting {
			t.Errorf("%d were told to come again", n)
		}
	})
}

// Whoever is named, the work is the same: that of a hash made today, for one that cannot be read as well.
func TestAMissingHashCostsWhatAnyOtherDoes(t *testing.T) {
	p := NewPasswords(1)
	hash := p.Hash("correct horse battery")
	type work struct {
		salt           int
		passes, memory uint32
		lanes          uint8
	}
	var did []work
	p.derive = func(_, salt []byte, passes, memory uint32, lanes uint8, size uint32) []byte {
		did = append(did, work{len(salt), passes, memory, lanes})
		return make([]byte, size)
	}
	for _, hash := range []string{hash, "", "$argon2id$", strings.Replace(hash, "argon2id", "argon2i", 1)} {
		if _, err := p.Matches("a guess", hash); err != nil {
			t.Fatal(err)
		}
	}
	if len(did) != 4 || did[0] != did[1] || did[0] != did[2] || did[0] != did[3] {
		t.Errorf("the work was %+v", did)
	}
}
