package web_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tagline/web"
)

func TestSlotsBoundWhatRunsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots := web.NewSlots(3)
		var working, most atomic.Int32
		var own [5]atomic.Int32
		work := func(n int) {
			slot, err := slots.Acquire(t.Context(), fmt.Sprint(n))
			if err != nil {
				t.Error(err)
				return
			}
			defer slot.Release()
			if n := own[n].Add(1); n > 1 {
				t.Errorf("%d of one key run at once", n)
			}
			for range 3 {
				_ = slot.Do(t.Context(), func() error {
					most.Store(max(most.Load(), working.Add(1)))
					time.Sleep(time.Second)
					working.Add(-1)
					return nil
				})
			}
			own[n].Add(-1)
		}
		var all sync.WaitGroup
		for n := range 50 {
			all.Go(func() { work(n % len(own)) })
		}
		all.Wait()
		if most.Load() != 3 {
			t.Errorf("%d worked at once", most.Load())
		}
	})
}

func TestWhoWaitsForASlotGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots := web.NewSlots(1)
		begin := func(ctx context.Context, who string) (*web.Slot, error) {
			slot, err := slots.Acquire(ctx, who)
			if err == nil {
				err = slot.Do(ctx, func() error { return nil })
				slot.Release()
			}
			return slot, err
		}
		anna, err := slots.Acquire(t.Context(), "anna")
		if err != nil {
			t.Fatal(err)
		}
		end := make(chan struct{})
		go anna.Do(t.Context(), func() error { <-end; return nil })
		synctest.Wait()
		for _, who := range []string{"anna", "piet"} { // the same key, and another one for which there is no room
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if _, err := begin(ctx, who); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", who, err)
			}
			cancel()
		}
		close(end)
		anna.Release()
		anna.Release() // ending twice frees nobody else's place
		for _, who := range []string{"piet", "anna"} {
			if _, err := begin(t.Context(), who); err != nil {
				t.Errorf("%s: %v", who, err)
			}
		}
	})
}
