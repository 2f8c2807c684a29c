package store_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"tagline/store"
)

// BenchmarkDeletion measures how long webhooks wait while a contact with 20,000 messages is deleted, beside how long
// they wait in peace on the same machine: quote the ratio.
func BenchmarkDeletion(b *testing.B) {
	const messages = 20_000
	for b.Loop() {
		c := newClock()
		path := filepath.Join(b.TempDir(), "tagline.db")
		s := openAt(b, path, c, nil)
		var filling sync.WaitGroup
		for part := range 64 {
			filling.Go(func() {
				for i := part; i < messages; i += 64 {
					number := canaryNumber
					if i%4 == 0 {
						number = fmt.Sprintf("+1555%07d", i)
					}
					if _, err := record(b.Context(), s, c, fact{kind: store.KindReceived, number: number, text: fmt.Sprintf("some words of message %d", i), timestamp: sentAt + int64(i)}); err != nil {
						b.Error(err)
					}
				}
			})
		}
		filling.Wait()
		if err := s.IndexSearch(b.Context()); err != nil {
			b.Fatal(err)
		}
		rest := time.NewTimer(3 * time.Second)
		calm := waits(b, s, c, rest.C)
		ended := make(chan time.Time, 1)
		contact := deleteContact(b, s, canaryNumber)
		began := time.Now()
		go func() {
			if err := s.FinishDeletions(b.Context()); err != nil {
				b.Error(err)
			}
			ended <- time.Now()
		}()
		busy := waits(b, s, c, ended)
		b.Logf("contact %d took %v", contact.ID, time.Since(began).Round(time.Millisecond))
		for name, all := range map[string][]time.Duration{"calm": calm, "busy": busy} {
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, name+"-p50-ms")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, name+"-p99-ms")
			b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, name+"-max-ms")
		}
		checked(b, path)
	}
}

// waits has eight clients send webhooks until it is over, and returns how long each waited, ascending.
func waits(b *testing.B, s *store.Store, c *clock, over <-chan time.Time) []time.Duration {
	var mu sync.Mutex
	var all []time.Duration
	var clients sync.WaitGroup
	stop := make(chan struct{})
	for client := range 8 {
		clients.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				began := time.Now()
				if _, err := record(b.Context(), s, c, fact{kind: store.KindReceived, number: fmt.Sprintf("+1666%07d", client), text: fmt.Sprintf("meanwhile %d", i), timestamp: began.UnixNano()}); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				all = append(all, time.Since(began))
				mu.Unlock()
			}
		})
	}
	<-over
	close(stop)
	clients.Wait()
	slices.Sort(all)
	return all
}
