package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"tagline/store"
)

// hold keeps the writer busy until the returned function is called.
func hold(t *testing.T, s *store.Store) (release func()) {
	t.Helper()
	holding, released := make(chan struct{}), make(chan struct{})
	var held sync.WaitGroup
	held.Go(func() {
		err := s.Do(context.Background(), func() error {
			close(holding)
			<-released
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-holding
	return func() {
		close(released)
		held.Wait()
	}
}

func contacts(t *testing.T, s *store.Store) string {
	t.Helper()
	var all []string
	for _, o := range export(t, s, "contact") {
		all = append(all, o["phone_number"].(string))
	}
	return strings.Join(all, " ")
}

func TestAWriteThatFailsTakesNothingElseDown(t *testing.T) {
	s := open(t, newClock(), nil)
	release := hold(t, s)
	wrong := errors.New("wrong")
	rest := []func() error{
		func() error { return nil },
		func() error { return wrong },
		func() error { panic("a bug") },
		func() error { return nil },
	}
	results := make([]error, len(rest))
	var writes sync.WaitGroup
	for i, then := range rest {
		writes.Go(func() { results[i] = s.AddThen(context.Background(), fmt.Sprintf("+%d", i), then) })
	}
	for s.Waiting() < len(rest) { // all go into one batch
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
	release()
	writes.Wait()
	if results[0] != nil || results[3] != nil || !errors.Is(results[1], wrong) || results[2] == nil {
		t.Errorf("results: %v", results)
	}
	if got := contacts(t, s); got != "+0 +3" && got != "+3 +0" {
		t.Errorf("stored: %s", got)
	}
}

func TestOverTheBoundWritesAreRefusedAtOnce(t *testing.T) {
	s := open(t, newClock(), nil)
	release := hold(t, s)
	const bound = 1024
	var writes sync.WaitGroup
	for i := range bound {
		writes.Go(func() {
			if err := s.AddThen(context.Background(), fmt.Sprintf("+%d", i), func() error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	for s.Waiting() < bound {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Do(context.Background(), func() error { return nil }); !errors.Is(err, store.ErrBusy) {
		t.Errorf("one too many: %v", err)
	}
	release()
	writes.Wait()
	if n := len(export(t, s, "contact")); n != bound {
		t.Errorf("%d stored, want %d", n, bound)
	}
}

func TestARequestThatGoesAwayIsStoredAllTheSame(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	release := hold(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan error)
	go func() {
		_, err := record(ctx, s, c, fact{kind: store.KindReceived, number: "+15550100", text: "still here"})
		gone <- err
	}()
	for s.Waiting() == 0 {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	release()
	if err := s.Do(context.Background(), func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if n := len(export(t, s, "message")); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestChangesAreGivenOutInOrderAndOnlyForWhatIsStored(t *testing.T) {
	c := newClock()
	var published []int64
	s := open(t, c, func(change store.Change) { published = append(published, change.Number) })
	var clients sync.WaitGroup
	for i := range 50 {
		clients.Go(func() {
			for n := range 10 {
				f := fact{kind: store.KindReceived, number: fmt.Sprintf("+1555%04d", i), text: fmt.Sprint(n), timestamp: sentAt + int64(n)}
				if _, err := record(t.Context(), s, c, f); err != nil {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	if err := s.Do(t.Context(), func() error { return nil }); err != nil { // after it, all has been published
		t.Fatal(err)
	}
	if len(published) != 500 {
		t.Fatalf("%d changes, want 500", len(published))
	}
	for i, n := range published {
		if n != int64(i+1) {
			t.Fatalf("change %d came as number %d", i+1, n)
		}
	}
	changes, err := s.ChangesSince(t.Context(), 490, 100)
	if err != nil || len(changes) != 10 {
		t.Errorf("%d changes since 490, %v", len(changes), err)
	}
	for _, number := range []int64{501, -1} {
		if _, err := s.ChangesSince(t.Context(), number, 100); !errors.Is(err, store.ErrTooOld) {
			t.Errorf("resuming from %d: %v", number, err)
		}
	}
	if _, err := s.ChangesSince(t.Context(), 0, 100); !errors.Is(err, store.ErrTooOld) {
		t.Errorf("a backlog over the bound: %v", err)
	}
}
