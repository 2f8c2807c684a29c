package jobs_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"tagline/jobs"
	"tagline/store"
	"tagline/store/text"
)

// What webhooks store is found soon, without anybody asking the index to catch up.
func TestTheSearchIndexFollowsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		index := jobs.StartSearchIndex(jobs.Env{Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		defer index.Close()
		for _, words := range []string{"first", "second"} {
			at := time.Now().UnixMilli()
			d := store.Delivery{Kind: store.KindReceived, ArrivedAt: at, PhoneNumber: "+1", Body: []byte("{}")}
			r := store.Report{PhoneNumber: "+1", Text: words, TextKey: []byte(words), Timestamp: &at}
			if _, err := s.RecordReceived(t.Context(), d, r); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // on the clock of the bubble
			synctest.Wait()
			found, err := s.Search(t.Context(), store.Everything, 0, text.ParseTerms(words), store.Filter{}, 0)
			if err != nil || len(found.Threads) != 1 {
				t.Errorf("%q is in %d threads, %v", words, len(found.Threads), err)
			}
		}
	})
}
