package web

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/alexedwards/argon2id"
)

// A flood of sign-ins takes as many cores as it was given and no more, and who comes when too many wait is told so at
// once.
func TestOnlyAFewPasswordsAreWorkedOnAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const atOnce = 2
		p := NewPasswords(atOnce)
		var working atomic.Int32
		done := make(chan struct{})
		p.compare = func(string, string) (bool, error) {
			working.Add(1)
			defer working.Add(-1)
			<-done
			return false, nil
		}
		var refused atomic.Int32
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				if _, err := p.Matches("a guess", "", false); errors.Is(err, ErrBusy) {
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

// Whoever has shown something already goes before all strangers, and finds a place where there is none for them.
func TestStrangersDoNotKeepKnownDevicesWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPasswords(1)
		next := make(chan struct{})
		var order []string
		work := func(password string) {
			<-next
			order = append(order, password)
		}
		p.compare = func(password, _ string) (bool, error) { work(password); return false, nil }
		p.hash = func(password string) (string, error) { work(password); return "", nil }
		var strangers, known sync.WaitGroup
		refused := atomic.Int32{}
		for range 64 {
			strangers.Go(func() {
				if _, err := p.Matches("stranger", "", false); errors.Is(err, ErrBusy) {
					refused.Add(1)
				}
			})
		}
		synctest.Wait()
		for range 3 {
			known.Go(func() {
				if _, err := p.Matches("known", "", true); err != nil {
					t.Error(err)
				}
			})
		}
		known.Go(func() {
			if _, err := p.Hash("known"); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		for range 5 { // the stranger under way, then those who are known
			next <- struct{}{}
			synctest.Wait()
		}
		known.Wait()
		close(next)
		strangers.Wait()
		if want := []string{"stranger", "known", "known", "known", "known", "stranger"}; !slices.Equal(order[:6], want) {
			t.Errorf("they were worked on as %v", order[:6])
		}
		if n := refused.Load(); n != 64-1-maxWaiting {
			t.Errorf("%d strangers were told to come again", n)
		}
	})
}

func TestThoseWhoAreKnownAreBoundedAsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPasswords(1)
		next := make(chan struct{})
		p.hash = func(string) (string, error) { <-next; return "", nil }
		var refused atomic.Int32
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if _, err := p.Hash("of a link that is posted again and again"); errors.Is(err, ErrBusy) {
					refused.Add(1)
				}
			})
		}
		synctest.Wait()
		close(next)
		all.Wait()
		if n := refused.Load(); n != 100-1-maxWaiting {
			t.Errorf("%d were told to come again", n)
		}
	})
}

// Whoever is named, the work is the same: that of a hash made today, for one that cannot be read as well.
func TestAMissingHashCostsWhatAnyOtherDoes(t *testing.T) {
	p := NewPasswords(1)
	hash, err := p.Hash("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	var costs []argon2id.Params
	p.compare = func(_, hash string) (bool, error) {
		cost, _, _, err := argon2id.DecodeHash(hash)
		if err != nil {
			return false, err
		}
		costs = append(costs, *cost)
		return false, nil
	}
	unreadable := []string{"", "$argon2id$", strings.Replace(hash, "argon2id", "argon2i", 1), hash[:len(hash)-43]}
	for _, hash := range append(unreadable, hash) {
		if _, err := p.Matches("a guess", hash, false); err != nil {
			t.Fatal(err)
		}
	}
	if len(costs) != 5 || len(slices.Compact(costs)) != 1 {
		t.Errorf("the costs were %+v", costs)
	}
}
