package store_test

import (
	"bytes"
	"fmt"
	"testing"

	"tagline/store"
)

func refuse(t testing.TB, s *store.Store, n, from int, r store.Refusal) {
	t.Helper()
	var batch []store.Refusal
	for i := range n {
		r.At, r.Path = int64(from+i), fmt.Sprint("/webhooks/", from+i)
		batch = append(batch, r)
	}
	if err := s.RecordRefusals(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// ring returns everything that is noted.
func ring(t testing.TB, s *store.Store) []store.Refusal {
	t.Helper()
	all, more, err := s.Refusals(t.Context(), 0, 10_000)
	if err != nil || more {
		t.Fatal(more, err)
	}
	return all
}

func TestTheRingHoldsAThousandRefusals(t *testing.T) {
	s := open(t, newClock(), nil)
	for batch := range 13 {
		refuse(t, s, 100, batch*100, store.Refusal{Cause: store.BadCredentials})
	}
	all := ring(t, s)
	if len(all) != 1000 || all[0].At != 1299 || all[999].At != 300 {
		t.Errorf("%d refusals from %d to %d", len(all), all[len(all)-1].At, all[0].At)
	}
}

func TestTheRingHoldsTwoMebibytes(t *testing.T) {
	s := open(t, newClock(), nil)
	for batch := range 10 {
		refuse(t, s, 10, batch*10, store.Refusal{Cause: store.TooLarge, Head: bytes.Repeat([]byte("x"), 64<<10)})
		size := 0
		for _, r := range ring(t, s) {
			size += len(r.Head) + len(r.Path)
		}
		if size > 2<<20 {
			t.Fatalf("%d bytes after batch %d", size, batch)
		}
	}
	if all := ring(t, s); len(all) < 30 || all[0].At != 99 {
		t.Errorf("%d refusals, the newest %d", len(all), all[0].At)
	}
}

func TestRefusalsArePagedAndTold(t *testing.T) {
	var told []store.Change
	s := open(t, newClock(), func(c store.Change) { told = append(told, c) })
	refuse(t, s, 5, 0, store.Refusal{Cause: store.NotJSON, Address: "192.0.2.1", Missed: 2, ContentLength: -1})
	if len(told) != 1 || !told[0].Refused {
		t.Errorf("told %+v", told)
	}
	first, more, err := s.Refusals(t.Context(), 0, 3)
	if err != nil || !more || len(first) != 3 || first[0].At != 4 || first[0].Missed != 2 || first[0].ContentLength != -1 {
		t.Fatalf("%+v, %v, %v", first, more, err)
	}
	rest, more, err := s.Refusals(t.Context(), first[2].ID, 3)
	if err != nil || more || len(rest) != 2 || rest[0].At != 1 {
		t.Errorf("%+v, %v, %v", rest, more, err)
	}
	if n, err := s.RefusedSince(t.Context(), 3); err != nil || n != 6 {
		t.Errorf("%d since, %v; want 2 noted and 4 missed", n, err)
	}
	changes, err := s.ChangesSince(t.Context(), 0, 10)
	if err != nil || len(changes) != 1 || !changes[0].Refused {
		t.Errorf("changes: %+v, %v", changes, err)
	}
}
