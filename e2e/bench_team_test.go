package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"tagline/store"
)

// BenchmarkTeam measures messages from contacts where 1, 20 and 100 people may see them. The programs stand side by
// side and take turns, so that what the machine does besides hits all: quote the ratios.
func BenchmarkTeam(b *testing.B) {
	rounds, each := 3, 2*time.Second
	if testing.Short() {
		rounds, each = 1, time.Second
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "\ncontacts\tconnections\tpeople\twebhooks/s\tof 1 person's\tp50 ms\tp99 ms\tCPU µs a webhook\t")
	for b.Loop() {
		for _, contacts := range []string{"5,000", "all new"} {
			var teams []*benchTeam
			for i, people := range []int{1, 20, 100} {
				teams = append(teams, startTeam(b, i, people, contacts == "all new"))
			}
			for _, connections := range []int{1, 16, 64} {
				for range rounds {
					for _, t := range teams {
						t.round(connections, each)
					}
				}
				for _, t := range teams {
					mean := t.mean()
					fmt.Fprintf(out, "%s\t%d\t%d\t%.0f\t%.2f\t%.1f\t%.1f\t%.0f\t\n", contacts, connections, t.people, mean.rate, mean.rate/teams[0].mean().rate,
						mean.p50.Seconds()*1000, mean.p99.Seconds()*1000, mean.cpu.Seconds()*1e6)
				}
				for _, t := range teams {
					t.rounds = nil
				}
			}
			for _, t := range teams {
				t.program.stop()
			}
		}
	}
	out.Flush()
}

// benchTeam is a program with people who see all messages, and what was measured of it.
type benchTeam struct {
	people  int
	program *measured
	rounds  []round
}

type round struct {
	speed
	cpu time.Duration // of the program, a webhook
}

var nextNumber atomic.Int64

// startTeam starts the nth program. The 5,000 contacts have written before, unless all are new.
func startTeam(b *testing.B, n, people int, allNew bool) *benchTeam {
	b.Helper()
	db := filepath.Join(b.TempDir(), fmt.Sprint(n, ".db"))
	s, err := store.Open(b.Context(), db, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for person := range people {
		if _, err := s.CreateUser(b.Context(), store.User{Name: fmt.Sprint("person", person), Role: store.Agent, All: true}, "hash"); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	t := &benchTeam{people: people, program: startProgramAt(b, db, 18480+2*n)}
	t.program.say = func(client *http.Client) error {
		n := nextNumber.Add(1)
		number := n
		if !allNew {
			number %= 5000
		}
		t.program.posted.Add(1)
		return postBody(client, t.program.received, fmt.Sprintf(
			`{"phone_number":"+1555%07d","text":"This is message number %d, about as long as people write.","timestamp":%d,"sim_card_id":123}`,
			number, n, time.Now().UnixMilli()))
	}
	for !allNew && t.program.posted.Load() < 5100 {
		t.program.load(64, 100*time.Millisecond)
	}
	return t
}

func (t *benchTeam) round(connections int, d time.Duration) {
	before, posted := t.program.cpu(), t.program.posted.Load()
	measured := t.program.load(connections, d)
	used := t.program.cpu() - before
	t.rounds = append(t.rounds, round{measured, used / time.Duration(max(t.program.posted.Load()-posted, 1))})
}

// mean is the round with the median rate.
func (t *benchTeam) mean() round {
	rounds := slices.SortedFunc(slices.Values(t.rounds), func(a, b round) int { return int(a.rate - b.rate) })
	return rounds[len(rounds)/2]
}
