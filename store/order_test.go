package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/store"
)

const sentAt = 1748463114559 // as in TextLink's example

// essence is what must not depend on the order of arrival: everything in the export but ids and arrival times.
func essence(t testing.TB, s *store.Store) map[string]string {
	t.Helper()
	byNumber := map[string][]string{}
	for _, o := range export(t, s, "message") {
		failed := o["failed_at"] != nil
		line := fmt.Sprint("message ", o["subuser_id"], o["direction"], o["state"], o["text"], o["timestamp"], o["doubtful"],
			o["sim_card_id"], o["custom_id"], o["textlink_id"], failed)
		number := o["phone_number"].(string)
		byNumber[number] = append(byNumber[number], line)
	}
	for _, o := range export(t, s, "conversation") {
		number := o["phone_number"].(string)
		byNumber[number] = append(byNumber[number], fmt.Sprint("conversation ", o["subuser_id"], o["inbound"], o["outbound"], o["failed"],
			o["open_failures"]))
	}
	result := map[string]string{}
	for number, lines := range byNumber {
		slices.Sort(lines)
		result[number] = strings.Join(lines, "\n")
	}
	return result
}

func permutations[T any](items []T) [][]T {
	if len(items) == 0 {
		return [][]T{nil}
	}
	var all [][]T
	for i := range items {
		rest := append(slices.Clone(items[:i]), items[i+1:]...)
		for _, p := range permutations(rest) {
			all = append(all, append([]T{items[i]}, p...))
		}
	}
	return all
}

func TestAllOrdersOfTheFourWebhooksEndTheSame(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	facts := []fact{
		{kind: store.KindReceived, text: "Is it free?", name: "Mira Novak", tag: "Cold", sim: 123},
		{kind: store.KindSent, text: "It is.", timestamp: sentAt, sim: 123},
		{kind: store.KindFailed, text: "It is.", timestamp: sentAt, sim: 123, textlink: 100123, customID: "1234"},
		{kind: store.KindTag, name: "Mira Novak", tag: "Warm", subuser: 6},
	}
	for i, order := range permutations(facts) {
		for _, f := range order {
			f.number = fmt.Sprintf("+38169%07d", i)
			tell(t, s, c, f)
		}
	}
	results := essence(t, s)
	if len(results) != 24 {
		t.Fatalf("%d conversations, want 24", len(results))
	}
	first := results["+381690000000"]
	if !strings.Contains(first, "failed") || strings.Count(first, "\n") != 2 {
		t.Fatalf("unexpected end state:\n%s", first)
	}
	for number, got := range results {
		if got != first {
			t.Errorf("%s ended as\n%s\nwant\n%s", number, got, first)
		}
	}
}

// story makes up what happened in one conversation: facts that may arrive in any order and repeatedly.
func story(rng *rand.Rand) []fact {
	texts := []string{"ok", "On my way", "See you at 3"}
	var facts []fact
	times := rng.Perm(6)
	for i := range 2 + rng.IntN(4) {
		f := fact{text: texts[rng.IntN(len(texts))], timestamp: sentAt + int64(times[i])*60_000, sim: 123}
		switch rng.IntN(4) {
		case 0:
			f.kind = store.KindReceived
			facts = append(facts, f)
		case 1:
			f.kind = store.KindSent
			facts = append(facts, f)
		default:
			f.kind = store.KindSent
			failed := f
			failed.kind = store.KindFailed
			switch rng.IntN(4) {
			case 0:
				failed.textlink = int64(100 + i)
			case 1: // both carry the id of our own call; the times need not agree
				f.customID = fmt.Sprint("c", i)
				failed.customID = f.customID
				failed.timestamp = 0
			case 2: // nothing but the text tells
				failed.timestamp = 0
			}
			facts = append(facts, failed)
			if rng.IntN(5) > 0 {
				facts = append(facts, f)
			}
		}
	}
	return facts
}

func TestRandomInterleavingsWithRepeatsEndTheSame(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	stories, interleavings := 500, 20
	if raceDetector || testing.Short() {
		stories = 25 // SQLite is some fifteen times slower under it; make test runs the whole without
	}
	var jobs sync.WaitGroup
	for seed := range stories {
		jobs.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(seed), 1))
			facts := story(rng)
			for i := range interleavings {
				shuffled := slices.Clone(facts)
				for range rng.IntN(3) {
					shuffled = append(shuffled, facts[rng.IntN(len(facts))])
				}
				rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
				for _, f := range shuffled {
					f.number = fmt.Sprintf("+1%05d%05d", seed, i)
					if _, err := record(t.Context(), s, c, f); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	jobs.Wait()
	results := essence(t, s)
	for seed := range stories {
		first := results[fmt.Sprintf("+1%05d%05d", seed, 0)]
		for i := range interleavings {
			if got := results[fmt.Sprintf("+1%05d%05d", seed, i)]; got != first {
				t.Fatalf("story %d, interleaving %d ended as\n%s\nwant\n%s\nfacts %+v", seed, i, got, first, story(rand.New(rand.NewPCG(uint64(seed), 1))))
			}
		}
	}
	if n := len(results); n != stories*interleavings {
		t.Fatalf("%d conversations, want %d", n, stories*interleavings)
	}
}

func TestRepeats(t *testing.T) {
	base := fact{kind: store.KindSent, number: "+15550100", text: "ok", timestamp: sentAt}
	undated := fact{kind: store.KindReceived, number: "+15550100", text: "ok"}
	with := func(f fact, change func(*fact)) fact { change(&f); return f }
	received := with(base, func(f *fact) { f.kind = store.KindReceived })
	for _, tt := range []struct {
		name          string
		first, second fact
		gap           time.Duration
		messages      int
	}{
		{"the same with a timestamp, a year later", base, base, 365 * 24 * time.Hour, 1},
		{"the same received with a timestamp, a year later", with(base, func(f *fact) { f.kind = store.KindReceived }), with(base, func(f *fact) { f.kind = store.KindReceived }), 365 * 24 * time.Hour, 1},
		{"one millisecond apart", base, with(base, func(f *fact) { f.timestamp++ }), 0, 2},
		{"another subuser", base, with(base, func(f *fact) { f.subuser = 6 }), 0, 2},
		{"another number", base, with(base, func(f *fact) { f.number = "+15550101" }), 0, 2},
		{"another text", base, with(base, func(f *fact) { f.text = "ok " }), 0, 2},
		{"sent against received", base, with(base, func(f *fact) { f.kind = store.KindReceived }), 0, 2},
		{"without a timestamp, within the window", undated, undated, 5 * time.Second, 1},
		{"without a timestamp, after the window", undated, undated, 5001 * time.Millisecond, 2},
		{"with and without a timestamp", with(undated, func(f *fact) { f.timestamp = sentAt }), undated, 0, 2},
		{"told apart by the SIM card", with(base, func(f *fact) { f.sim = 1 }), with(base, func(f *fact) { f.sim = 2 }), 0, 2},
		{"received, told apart by the SIM card", with(received, func(f *fact) { f.sim = 1 }), with(received, func(f *fact) { f.sim = 2 }), 0, 2},
		{"received without a timestamp, told apart by the SIM card", with(undated, func(f *fact) { f.sim = 1 }), with(undated, func(f *fact) { f.sim = 2 }), time.Second, 2},
		{"received, the SIM card in one only", received, with(received, func(f *fact) { f.sim = 2 }), 0, 1},
		{"received, the SIM card in the first only", with(received, func(f *fact) { f.sim = 2 }), received, 0, 1},
		{"received without a timestamp, the SIM card in one only", undated, with(undated, func(f *fact) { f.sim = 2 }), time.Second, 1},
		{"received, told apart by custom_id", with(received, func(f *fact) { f.customID = "a" }), with(received, func(f *fact) { f.customID = "b" }), 0, 2},
		{"received, the custom_id in one only", received, with(received, func(f *fact) { f.customID = "b" }), 0, 1},
		{"received, told apart by textlink_id", with(received, func(f *fact) { f.textlink = 1 }), with(received, func(f *fact) { f.textlink = 2 }), 0, 2},
		{"sent, the SIM card in one only", base, with(base, func(f *fact) { f.sim = 2 }), 0, 1},
		{"told apart by custom_id", with(base, func(f *fact) { f.customID = "a" }), with(base, func(f *fact) { f.customID = "b" }), 0, 2},
		{"told apart by textlink_id", with(base, func(f *fact) { f.textlink = 1 }), with(base, func(f *fact) { f.textlink = 2 }), 0, 2},
		{"again with an id", base, with(base, func(f *fact) { f.customID = "a" }), 0, 1},
		{"again without the id", with(base, func(f *fact) { f.customID = "a" }), base, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			s := open(t, c, nil)
			tell(t, s, c, tt.first)
			c.advance(tt.gap)
			tell(t, s, c, tt.second)
			if got := len(export(t, s, "message")); got != tt.messages {
				t.Errorf("%d messages, want %d", got, tt.messages)
			}
			if got := len(export(t, s, "delivery")); got != 2 {
				t.Errorf("%d deliveries in the log, want 2", got)
			}
		})
	}
}

// What a repeat adds to a message counts for the next one: of A on SIM card 1, B on none and C on SIM card 2, B repeats
// one of the others, in whichever order they come.
func TestARepeatThatSaysMoreCompletesTheMessage(t *testing.T) {
	for _, timestamp := range []int64{sentAt, 0} {
		of := func(sim int64) fact {
			return fact{kind: store.KindReceived, number: "+15550100", text: "ok", timestamp: timestamp, sim: sim}
		}
		for _, order := range permutations([]fact{of(1), of(0), of(2)}) {
			c := newClock()
			s := open(t, c, nil)
			for _, f := range order {
				tell(t, s, c, f)
				c.advance(time.Second)
				tell(t, s, c, f) // and each once more
			}
			var sims []float64
			for _, o := range export(t, s, "message") {
				sim, _ := o["sim_card_id"].(float64)
				sims = append(sims, sim)
			}
			slices.Sort(sims)
			if !slices.Equal(sims, []float64{1, 2}) {
				t.Errorf("timestamp %d: messages of SIM cards %v, want 1 and 2; order %+v", timestamp, sims, order)
			}
		}
	}
}

func TestARepeatIsMarkedInTheLog(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	f := fact{kind: store.KindSent, number: "+15550100", text: "ok", timestamp: sentAt}
	if got := tell(t, s, c, f); got != store.Stored {
		t.Errorf("first: %s", got)
	}
	if got := tell(t, s, c, f); got != store.Duplicate {
		t.Errorf("second: %s", got)
	}
}

func TestAFailureFindsItsMessage(t *testing.T) {
	const number = "+15550100"
	sent := func(text string, at int64, custom string, id int64) fact {
		return fact{kind: store.KindSent, number: number, text: text, timestamp: at, customID: custom, textlink: id}
	}
	failed := func(text string, at int64, custom string, id int64) fact {
		return fact{kind: store.KindFailed, number: number, text: text, timestamp: at, customID: custom, textlink: id}
	}
	for _, tt := range []struct {
		name  string
		facts []fact
		want  []string // text, timestamp offset and state of each message, sorted
	}{
		{"by custom_id before the time", []fact{sent("a", sentAt, "x", 0), sent("a", sentAt+1, "y", 0), failed("a", sentAt, "y", 0)},
			[]string{"a+0 sent", "a+1 failed"}},
		{"by textlink_id", []fact{sent("a", sentAt, "", 7), sent("a", sentAt+1, "", 8), failed("a", 0, "", 7)},
			[]string{"a+0 failed", "a+1 sent"}},
		{"by time", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+1, "", 0), failed("a", sentAt, "", 0)},
			[]string{"a+0 failed", "a+1 sent"}},
		{"else the newest with the text", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+1, "", 0), sent("b", sentAt+2, "", 0), failed("a", 0, "", 0)},
			[]string{"a+0 sent", "a+1 failed", "b+2 sent"}},
		{"a time of its own more than a minute away is a message of its own", []fact{sent("a", sentAt, "", 0), failed("a", sentAt+60_001, "", 0)},
			[]string{"a+0 sent", "a+60001 failed"}},
		{"within a minute", []fact{sent("a", sentAt, "", 0), failed("a", sentAt+900, "", 0)},
			[]string{"a+0 failed"}},
		{"within a minute before", []fact{sent("a", sentAt+60_000, "", 0), failed("a", sentAt, "", 0)},
			[]string{"a+60000 failed"}},
		{"within a minute with ids that the send lacks", []fact{sent("a", sentAt, "", 0), failed("a", sentAt+900, "x", 7)},
			[]string{"a+0 failed"}},
		{"within a minute, but of another call", []fact{sent("a", sentAt, "y", 0), failed("a", sentAt+900, "x", 0)},
			[]string{"a+0 sent", "a+900 failed"}},
		{"within a minute, another text", []fact{sent("a", sentAt, "", 0), failed("b", sentAt+900, "", 0)},
			[]string{"a+0 sent", "b+900 failed"}},
		{"within a minute of several the newest", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+20_000, "", 0), failed("a", sentAt+20_900, "", 0)},
			[]string{"a+0 sent", "a+20000 failed"}},
		{"within a minute of several each its own", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+20_000, "", 0), failed("a", sentAt+900, "", 0), failed("a", sentAt+20_900, "", 0)},
			[]string{"a+0 failed", "a+20000 failed"}},
		{"within a minute the one before it, not a later one", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+30_000, "", 0), failed("a", sentAt+900, "", 0)},
			[]string{"a+0 failed", "a+30000 sent"}},
		{"within a minute the one before it, with an id in the failure", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+50_000, "", 0), failed("a", sentAt+900, "", 7)},
			[]string{"a+0 failed", "a+50000 sent"}},
		{"within a minute the one before it, not one soon after", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+2_200, "", 0), failed("a", sentAt+900, "", 0)},
			[]string{"a+0 failed", "a+2200 sent"}},
		{"within a minute the last before it", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+10_000, "", 0), sent("a", sentAt+50_000, "", 0), failed("a", sentAt+10_900, "", 0)},
			[]string{"a+0 sent", "a+10000 failed", "a+50000 sent"}},
		{"within a minute before, as seconds are cut off", []fact{sent("a", sentAt-30_000, "", 0), sent("a", sentAt+559, "", 0), failed("a", sentAt, "", 0)},
			[]string{"a+-30000 sent", "a+559 failed"}},
		{"the same time before a time within a minute", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+900, "", 0), failed("a", sentAt, "", 0)},
			[]string{"a+0 failed", "a+900 sent"}},
		{"the one that has not failed", []fact{sent("a", sentAt, "", 0), sent("a", sentAt+900, "", 0), failed("a", sentAt+900, "", 0), failed("a", sentAt+950, "", 0)},
			[]string{"a+0 failed", "a+900 failed"}},
		{"a failure too many", []fact{sent("a", sentAt, "", 0), failed("a", sentAt+900, "", 0), failed("a", sentAt+950, "", 0)},
			[]string{"a+0 failed", "a+950 failed"}},
		{"by the SIM card", []fact{{kind: store.KindSent, number: number, text: "a", timestamp: sentAt, sim: 1}, {kind: store.KindSent, number: number, text: "a", timestamp: sentAt, sim: 2},
			{kind: store.KindFailed, number: number, text: "a", timestamp: sentAt, sim: 2}},
			[]string{"a+0 failed", "a+0 sent"}},
		{"another SIM card within a minute", []fact{{kind: store.KindSent, number: number, text: "a", timestamp: sentAt, sim: 1}, {kind: store.KindFailed, number: number, text: "a", timestamp: sentAt + 900, sim: 2}},
			[]string{"a+0 sent", "a+900 failed"}},
		{"the custom_id says more than the SIM card", []fact{{kind: store.KindSent, number: number, text: "a", timestamp: sentAt, sim: 1, customID: "x"}, {kind: store.KindFailed, number: number, text: "a", timestamp: sentAt, sim: 2, customID: "x"}},
			[]string{"a+0 failed"}},
		{"one failure fails one message", []fact{sent("a", sentAt, "", 0), failed("a", sentAt, "1", 0), failed("a", sentAt, "2", 0)},
			[]string{"a+0 failed", "a+0 failed"}},
		{"the same custom_id used again goes by the time", []fact{sent("a", sentAt, "x", 0), sent("a", sentAt+1, "x", 0), failed("a", sentAt+1, "x", 0)},
			[]string{"a+0 sent", "a+1 failed"}},
		{"another text under the same custom_id", []fact{sent("a", sentAt, "x", 0), failed("a…", 0, "x", 0)},
			[]string{"a+0 failed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			s := open(t, c, nil)
			orders := permutations(tt.facts)
			numberOf := func(order int) string { return fmt.Sprintf("+1%07d", order) } // a conversation each
			for i, order := range orders {
				for _, f := range order {
					f.number = numberOf(i)
					tell(t, s, c, f)
				}
			}
			got := map[string][]string{}
			for _, o := range export(t, s, "message") {
				number, at := o["phone_number"].(string), cmp.Or(o["timestamp"].(float64)-sentAt, 0)
				got[number] = append(got[number], fmt.Sprintf("%s+%.0f %s", o["text"], at, o["state"]))
			}
			for i, order := range orders {
				if got := slices.Sorted(slices.Values(got[numberOf(i)])); !slices.Equal(got, tt.want) {
					t.Errorf("%v, want %v; order %+v", got, tt.want, order)
				}
			}
		})
	}
}

// A failure without a time came at its arrival: what is dated later was sent after it.
func TestAnUndatedFailureStaysWithTheSendBeforeItInEveryOrder(t *testing.T) {
	now := newClock().ms.Load()
	for _, textlink := range []int64{0, 7} {
		for _, order := range permutations([]fact{
			{kind: store.KindSent, number: "+15550100", text: "Hello", timestamp: now - 900},
			{kind: store.KindFailed, number: "+15550100", text: "Hello", textlink: textlink},
			{kind: store.KindSent, number: "+15550100", text: "Hello", timestamp: now + 30_000},
		}) {
			c := newClock()
			s := open(t, c, nil)
			for _, f := range order {
				tell(t, s, c, f)
			}
			for _, o := range export(t, s, "message") {
				if failed := o["state"] == "failed"; failed != (o["timestamp"] == float64(now-900)) {
					t.Errorf("wrong message failed: %v; order %+v", o, order)
				}
			}
		}
	}
}

func TestAnUndatedFailureStaysWithWhatWasSentBeforeIt(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	first := c.ms.Load()
	tell(t, s, c, fact{kind: store.KindSent, number: "+15550100", text: "Hello", timestamp: first})
	tell(t, s, c, fact{kind: store.KindFailed, number: "+15550100", text: "Hello"})
	c.advance(7 * 24 * time.Hour)
	tell(t, s, c, fact{kind: store.KindSent, number: "+15550100", text: "Hello", timestamp: c.ms.Load()})
	for _, o := range export(t, s, "message") {
		if failed := o["state"] == "failed"; failed != (o["timestamp"] == float64(first)) {
			t.Errorf("wrong message failed: %v", o)
		}
	}
}
