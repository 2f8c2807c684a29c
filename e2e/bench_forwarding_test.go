package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

const (
	forwardRate   = 200              // webhooks a second
	forwardHold   = 15 * time.Second // of each turn
	forwardRounds = 5
)

// BenchmarkForwards measures how long webhooks wait for their answer without targets and, in turns in the same run,
// with three of which one fails half of the time and one hangs. The tools are on the same cores.
func BenchmarkForwards(b *testing.B) {
	release := make(chan struct{})
	defer close(release)
	tools := []*receiver{
		newReceiver(b, func(string) int { return http.StatusOK }),
		newReceiver(b, func(string) int { return []int{http.StatusOK, http.StatusInternalServerError}[rand.IntN(2)] }),
		newReceiver(b, func(string) int { <-release; return http.StatusInternalServerError }),
	}
	var urls []string
	for _, tool := range tools {
		urls = append(urls, tool.URL)
	}
	for b.Loop() {
		var without, with []time.Duration
		for range forwardRounds {
			without = append(without, forwarding(b, nil))
			with = append(with, forwarding(b, urls))
		}
		slices.Sort(without)
		slices.Sort(with)
		a, c := without[forwardRounds/2], with[forwardRounds/2]
		fmt.Printf("\n%d webhooks a second: p99 %v without targets, %v with three, %+.0f %%\n", forwardRate, a.Round(100*time.Microsecond), c.Round(100*time.Microsecond), 100*(c.Seconds()/a.Seconds()-1))
	}
}

// forwarding is the 99th percentile of the time that a webhook waits for its answer.
func forwarding(b *testing.B, targets []string) time.Duration {
	db := filepath.Join(b.TempDir(), "tagline.db")
	targetsOf(b, db, targets...)
	p := startProgram(b, db)
	defer p.stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	defer client.CloseIdleConnections()
	_, p99, _ := quantiles(pace(b, forwardRate, forwardHold, func(n int) error { return p.post(client, fmt.Sprintf("message %d", n)) }))
	return p99
}
