package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	limitP99    = 100 * time.Millisecond // what webhooks and updates may take
	limitQueue  = 1000                   // webhooks under way at most; more are too slow anyhow
	limitRefine = 3                      // halvings between the highest that held and the lowest that did not
	backdrop    = 20                     // webhooks a second while pages are counted
)

// BenchmarkLimits finds the highest rate of webhooks and the highest number of open pages that this machine holds,
// clients included. Each is held for a minute, or for TAGLINE_LIMITS. make limits runs it.
func BenchmarkLimits(b *testing.B) {
	hold := time.Minute
	if d, err := time.ParseDuration(os.Getenv("TAGLINE_LIMITS")); err == nil {
		hold = d
	}
	for b.Loop() {
		rate := highest(100, func(rate int) bool { return holdsRate(b, rate, hold) })
		pages := highest(250, func(pages int) bool { return holdsPages(b, pages, hold) })
		// An SMS takes a SIM card 3 to 6 seconds, and brings a webhook when it goes out; answers bring as many again.
		fmt.Printf("\n%d webhooks a second: as many as %d SIM cards bring that send and receive without a pause.\n", rate, rate*4/2)
		fmt.Printf("%d open pages: as many people as have a page open all day, at %d messages a second.\n", pages, backdrop)
	}
}

// highest is the most that holds, from a number on that does.
func highest(from int, holds func(int) bool) int {
	best, next := 0, from
	for ; holds(next); next *= 2 {
		best = next
	}
	low, high := best, next
	for range limitRefine {
		if best == 0 {
			break
		}
		if middle := (low + high) / 2; holds(middle) {
			low, best = middle, middle
		} else {
			high = middle
		}
	}
	return best
}

// pace posts so many webhooks a second, whether the ones before were answered or not, and returns how long each took
// from when it was due. What could not even begin has taken too long.
func pace(b *testing.B, rate int, hold time.Duration, post func(n int) error) (times []time.Duration) {
	b.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	under := make(chan struct{}, limitQueue)
	began := time.Now()
	for n := range int(hold.Seconds() * float64(rate)) {
		due := began.Add(time.Duration(n) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		select {
		case under <- struct{}{}:
		default:
			mu.Lock()
			times = append(times, time.Hour)
			mu.Unlock()
			continue
		}
		all.Go(func() {
			defer func() { <-under }()
			err := post(n)
			took := time.Since(due)
			if err != nil {
				took = time.Hour
			}
			mu.Lock()
			times = append(times, took)
			mu.Unlock()
		})
	}
	all.Wait()
	return times
}

func holdsRate(b *testing.B, rate int, hold time.Duration) bool {
	p := startProgram(b, filepath.Join(b.TempDir(), "rate.db"))
	defer p.stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	defer client.CloseIdleConnections()
	times := pace(b, rate, hold, func(n int) error { return p.post(client, fmt.Sprintf("message %d", n)) })
	_, p99, words := quantiles(times)
	fmt.Printf("%6d webhooks a second: p50, p99 %s\n", rate, words)
	return p99 <= limitP99
}

func holdsPages(b *testing.B, pages int, hold time.Duration) bool {
	s := newAudience(b, pages)
	defer s.stop()
	var mu sync.Mutex
	var times []time.Duration
	var sent sync.Map // when each message was due, by its number
	var quiet atomic.Bool
	for n := range pages {
		conn := s.open(n, "/inbox")
		go func() {
			for {
				_, frame, err := conn.ReadMessage()
				if err != nil {
					return
				}
				_, after, found := strings.Cut(string(frame), ", number ")
				if !found || quiet.Load() {
					continue
				}
				number, _, _ := strings.Cut(after, "<")
				if at, known := sent.Load(strings.TrimSpace(number)); known {
					mu.Lock()
					times = append(times, time.Since(at.(time.Time)))
					mu.Unlock()
				}
			}
		}()
	}
	posts := pace(b, backdrop, hold, func(n int) error {
		sent.Store(fmt.Sprint(n), time.Now())
		return s.say(0, fmt.Sprintf("message about as long as what people write to each other, number %d", n))
	})
	quiet.Store(true)
	mu.Lock()
	defer mu.Unlock()
	_, post99, _ := quantiles(posts)
	_, p99, words := quantiles(append(slices.Clone(times), time.Duration(0)))
	fmt.Printf("%6d pages: webhook to frame p50, p99 %s; to its answer p99 %v; %d frames\n", pages, words, post99.Round(100*time.Microsecond), len(times))
	return len(times) > 0 && p99 <= limitP99 && post99 <= limitP99
}

// quantiles are the middle and the 99th of a hundred, in words.
func quantiles(times []time.Duration) (p50, p99 time.Duration, words string) {
	slices.Sort(times)
	p50, p99 = times[len(times)/2], times[len(times)*99/100]
	return p50, p99, fmt.Sprintf("%v, %v", p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond))
}
