package web_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tagline/web"
)

func TestListenersReceiveInOrder(t *testing.T) {
	hub := web.NewHub[int]()
	hub.Publish(0) // before anybody listens
	l := hub.Listen()
	want := 1
	for i := 1; i <= 20_000; i++ {
		hub.Publish(i)
		if i%1000 != 0 {
			continue
		}
		<-l.News()
		all, ok := l.Take()
		if !ok {
			t.Fatal("dropped")
		}
		for _, got := range all {
			if got != want {
				t.Fatalf("got %d, want %d", got, want)
			}
			want++
		}
	}
	if want != 20_001 || hub.Latest() != 20_000 {
		t.Errorf("received up to %d, the latest is %d", want-1, hub.Latest())
	}
}

func TestOneThatLagsBehindIsToldAndTheOthersAreNot(t *testing.T) {
	hub := web.NewHub[int]()
	slow, quick := hub.Listen(), hub.Listen()
	for i := range 20_000 {
		hub.Publish(i)
		if _, ok := quick.Take(); !ok {
			t.Fatal("the quick one was dropped")
		}
	}
	if all, ok := slow.Take(); ok {
		t.Errorf("the slow one took %d", len(all))
	}
}

func TestAClosedHubTakesNobody(t *testing.T) {
	hub := web.NewHub[int]()
	before := hub.Listen()
	hub.Publish(1)
	hub.Close()
	hub.Close()
	hub.Publish(2)
	for _, l := range []*web.Listener[int]{before, hub.Listen()} {
		<-l.News()
		if _, ok := l.Take(); ok {
			t.Error("still open")
		}
	}
}

// A few listeners learn of everything at once. Many are woken a few times for a burst, or it would cost more than it shows.
func TestABurstWakesManyListenersAFewTimesAndFewForEverything(t *testing.T) {
	for listeners, most := range map[int]int{1: 1000, 10: 1000, 2000: 60} {
		t.Run(fmt.Sprint(listeners), func(t *testing.T) { testBurst(t, listeners, most) })
	}
}

func testBurst(t *testing.T, listeners, most int) {
	synctest.Test(t, func(t *testing.T) {
		hub := web.NewHub[int]()
		wakes, taken := make([]int, listeners), make([]int, listeners)
		for i := range listeners {
			l := hub.Listen()
			go func() {
				for {
					<-l.News()
					all, ok := l.Take()
					if !ok {
						return
					}
					wakes[i], taken[i] = wakes[i]+1, taken[i]+len(all)
				}
			}()
		}
		synctest.Wait()
		for range 1000 {
			hub.Publish(1)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		for i := range listeners {
			if taken[i] != 1000 || wakes[i] > most || wakes[i] < most*2/3 {
				t.Fatalf("listener %d was woken %d times for %d", i, wakes[i], taken[i])
			}
		}
		hub.Close()
	})
}

func TestListeningAndPublishingAtOnceMissesNothing(t *testing.T) {
	const last = 3000
	hub := web.NewHub[int]()
	var jobs sync.WaitGroup
	for range 8 {
		l := hub.Listen()
		jobs.Go(func() {
			for want := 1; want <= last; {
				<-l.News()
				all, ok := l.Take()
				if !ok {
					t.Error("dropped")
					return
				}
				for _, got := range all {
					if got != want {
						t.Errorf("%d in place of %d", got, want)
						return
					}
					want++
				}
			}
		})
	}
	for i := 1; i <= last; i++ {
		hub.Publish(i)
	}
	jobs.Wait()
	hub.Close()
}
