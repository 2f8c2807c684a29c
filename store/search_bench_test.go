package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"tagline/jobs"
	"tagline/store"
	"tagline/store/text"
)

// BenchmarkSearch measures searches among 1,000,000 messages in 100,000 conversations of 50 subusers, and how far the
// index is behind after a load. TAGLINE_LARGE names a database to keep and use again.
func BenchmarkSearch(b *testing.B) {
	messages := 1_000_000
	if testing.Short() {
		messages = 100_000
	}
	path := os.Getenv("TAGLINE_LARGE")
	if path == "" {
		path = filepath.Join(b.TempDir(), "large.db")
	}
	s, err := store.Open(b.Context(), path, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	words, rng := benchWords(), rand.New(rand.NewPCG(8, 8))
	text := func(n int) string {
		said := []string{"message", strconv.Itoa(n)} // every one has this word: the worst case
		for range 6 + rng.IntN(8) {
			said = append(said, words[int(float64(len(words))*math.Pow(rng.Float64(), 4))])
		}
		if n%100_000 == 77 {
			said = append(said, "zyxomma")
		}
		return strings.Join(said, " ")
	}
	name := func(n int) string {
		return []string{"Maria", "Dario", "Jun", "Rosa", ""}[n%5] + " " + []string{"Ochoa", "Lenz", "Tanaka"}[n%3]
	}
	if err := s.FillDirectly(b.Context(), messages, text, name); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := s.IndexSearch(b.Context()); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("\nindexing %d messages: %v\n", messages, time.Since(began).Round(time.Millisecond))
	agent := store.Scope{Subusers: []store.SubuserID{3, 11, 19, 27, 42}}
	for b.Loop() {
		out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(out, "search\tfound\tp50 ms\tp99 ms\tagent with 5 of 50: found\tp50 ms\tp99 ms\t")
		worst := time.Duration(0)
		for _, typed := range []string{
			"message", "a", "m", "s", "me", "mes", "mess", "messag", "appointment", "appo", "zyx", "zyxomma", "zyxo", `"see you at"`, "see you tom", "message appointment", "0123", "12345",
			"+1 888 001 2345", "maria", "mar", "maria och", "y z", "q",
		} {
			found, p50, p99 := measure(b, s, store.Everything, typed)
			foundScoped, scoped50, scoped99 := measure(b, s, agent, typed)
			fmt.Fprintf(out, "%s\t%s\t%.1f\t%.1f\t%s\t%.1f\t%.1f\t\n", typed, found, ms(p50), ms(p99), foundScoped, ms(scoped50), ms(scoped99))
			worst = max(worst, p99, scoped99)
		}
		f := store.Filter{Tags: []string{"Rare"}}
		found, p50, p99 := measureFiltered(b, s, store.Everything, "message", f)
		fmt.Fprintf(out, "message, rare tag\t%s\t%.1f\t%.1f\t\t\t\t\n", found, ms(p50), ms(p99))
		out.Flush()
		b.ReportMetric(ms(max(worst, p99)), "worst-p99-ms")
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func measure(b *testing.B, s *store.Store, scope store.Scope, typed string) (found string, p50, p99 time.Duration) {
	return measureFiltered(b, s, scope, typed, store.Filter{})
}

func measureFiltered(b *testing.B, s *store.Store, scope store.Scope, typed string, f store.Filter) (found string, p50, p99 time.Duration) {
	var times []time.Duration
	for range 100 {
		began := time.Now()
		page, err := s.Search(b.Context(), scope, 1, text.ParseTerms(typed), f, 0)
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
		n := 0
		for _, thread := range page.Threads {
			n += len(thread.Messages)
		}
		found = fmt.Sprintf("%d+%d", len(page.Contacts), n)
		if page.Next != 0 {
			found += "…"
		}
	}
	slices.Sort(times)
	return found, times[len(times)/2], times[len(times)*99/100]
}

// BenchmarkSearchLag measures how far the index is behind when a load of 64 clients ends.
func BenchmarkSearchLag(b *testing.B) {
	for b.Loop() {
		s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "tagline.db"), store.Options{Serve: true})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = s.Close() })
		index := jobs.StartSearchIndex(jobs.Env{Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		b.Cleanup(index.Close)
		n := bareLoad(b, s, 64, 5*time.Second)
		began := time.Now()
		for {
			behind, err := s.SearchBehind(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			if !behind {
				break
			}
		}
		fmt.Printf("\n%d messages in 5 s, the index had caught up %v later\n", n, time.Since(began).Round(time.Millisecond))
		b.ReportMetric(ms(time.Since(began)), "lag-ms")
	}
}

// bareLoad records messages from clients for a while.
func bareLoad(b *testing.B, s *store.Store, clients int, d time.Duration) int64 {
	c := newClock()
	done := make(chan struct{})
	began := time.Now()
	var bodies atomic.Int64
	for range clients {
		go func() {
			defer func() { done <- struct{}{} }()
			for time.Since(began) < d {
				n := bodies.Add(1)
				f := fact{kind: store.KindReceived, number: fmt.Sprintf("+1555%07d", n%5000),
					text: fmt.Sprintf("This is message number %d, about as long as people write.", n), timestamp: 1748463114559 + n}
				if _, err := record(context.Background(), s, c, f); err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	for range clients {
		<-done
	}
	return bodies.Load()
}

// benchWords are those of the filled database, the frequent ones first.
func benchWords() []string {
	words := strings.Fields("message a see you at the appointment tomorrow is please thanks for call me when still free slot office number")
	rng := rand.New(rand.NewPCG(7, 7))
	for len(words) < 30_000 {
		word := make([]byte, 2+rng.IntN(9))
		for i := range word {
			word[i] = "etaoinshrdlucmfwypvbgkqjxz"[int(26*rng.Float64()*rng.Float64())]
		}
		words = append(words, string(word))
	}
	return words
}
