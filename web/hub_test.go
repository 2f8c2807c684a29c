package web_test

import (
	"sync"
	"testing"

	"tagline/web"
)

func TestListenersReceiveInOrder(t *testing.T) {
	hub := web.NewHub[int]()
	hub.Publish(0) // before anybody listens
	l := hub.Listen(10)
	for i := 1; i <= 5; i++ {
		hub.Publish(i)
	}
	hub.Leave(l)
	want := 1
	for got := range l.C {
		if got != want {
			t.Errorf("got %d, want %d", got, want)
		}
		want++
	}
	if want != 6 {
		t.Errorf("received up to %d", want-1)
	}
}

func TestOneThatLagsBehindIsDroppedAndTheOthersAreNot(t *testing.T) {
	hub := web.NewHub[int]()
	slow, quick := hub.Listen(2), hub.Listen(10)
	for i := range 5 {
		hub.Publish(i)
	}
	var got int
	for range slow.C {
		got++
	}
	if got != 2 {
		t.Errorf("the slow one received %d before it was dropped, want 2", got)
	}
	if len(quick.C) != 5 {
		t.Errorf("the quick one received %d, want 5", len(quick.C))
	}
}

func TestAClosedHubTakesNobody(t *testing.T) {
	hub := web.NewHub[int]()
	before := hub.Listen(1)
	hub.Close()
	after := hub.Listen(1)
	for _, l := range []*web.Listener[int]{before, after} {
		if _, open := <-l.C; open {
			t.Error("still open")
		}
		hub.Leave(l)
	}
	hub.Publish(1)
}

func TestListeningPublishingAndLeavingAtOnce(t *testing.T) {
	hub := web.NewHub[int]()
	var jobs sync.WaitGroup
	for range 8 {
		jobs.Go(func() {
			for i := range 500 {
				l := hub.Listen(1)
				hub.Publish(i)
				hub.Leave(l)
				hub.Leave(l)
			}
		})
	}
	jobs.Wait()
	hub.Close()
}
