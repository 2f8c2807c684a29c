package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tagline/store"
	"tagline/store/text"
)

// A damaged search index holds no webhook up: all are stored, and it is built anew.
func TestADamagedIndexIsBuiltAnew(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "tagline.db")
	s := openAt(t, path, c, nil)
	for i := range 50 {
		tell(t, s, c, fact{kind: store.KindReceived, number: "+1", text: fmt.Sprint("before ", i), timestamp: int64(1_700_000_000_000 + i), name: "Mira"})
	}
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `UPDATE message_search_data SET block = x'ff'`)
	var log bytes.Buffer
	s, err := store.Open(t.Context(), path, store.Options{Now: c.now, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	finds := func(words string, messages int) bool {
		found, err := s.Search(t.Context(), store.Everything, 0, text.ParseTerms(words), store.Filter{}, 0)
		return err == nil && len(found.Threads) == 1 && len(found.Threads[0].Messages) == messages
	}
	var tellers sync.WaitGroup
	for i := range 90 {
		tellers.Go(func() {
			f := fact{kind: store.KindReceived, number: "+1", text: fmt.Sprint("after ", i), timestamp: int64(1_800_000_000_000 + i)}
			if outcome, err := record(context.Background(), s, c, f); outcome != store.Stored {
				t.Errorf("message %d is %s, %v", i, outcome, err)
			}
		})
	}
	tellers.Wait()
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !finds("before", 50) || !finds("after", 90) {
		t.Error("not everything is found afterwards")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if told := log.String(); strings.Contains(told, "storing fails") || !strings.Contains(told, "built anew") {
		t.Errorf("people were told\n%s", told)
	}
}
