package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// utterance is a message as somebody would count it by hand.
type utterance struct {
	number, subuser int
	out, failed     bool
	at, card        int64
}

// chatter makes up messages on days around a change of clocks.
func chatter(t *testing.T, s *store.Store, c *clock, from time.Time) (all []utterance) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 0))
	for n := range 600 {
		one := utterance{number: rng.IntN(20), subuser: 6 + rng.IntN(2), out: rng.IntN(2) == 0, card: int64(rng.IntN(3)),
			at: from.AddDate(0, 0, -2).UnixMilli() + rng.Int64N(12*24*3_600_000)}
		one.failed = one.out && rng.IntN(5) == 0
		kind := store.KindReceived
		switch {
		case one.failed:
			kind = store.KindFailed
		case one.out:
			kind = store.KindSent
		}
		tell(t, s, c, fact{kind: kind, subuser: store.SubuserID(one.subuser), number: fmt.Sprintf("+1555%07d", one.number), text: fmt.Sprint("text ", n), timestamp: one.at, sim: one.card})
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b utterance) int { return int(a.at - b.at) })
	return all
}

// byHand counts what is seen, and how long contacts waited.
func byHand(all []utterance, p store.Period, sees func(utterance) bool) (want store.Insights, waits []int64) {
	want = store.Insights{SIMCards: map[int64]store.FailureRate{}, Subusers: map[store.SubuserID]store.FailureRate{}}
	for day := p.From; day.Before(p.Until); day = day.AddDate(0, 0, 1) {
		want.Days = append(want.Days, store.DayCount{Day: day.Format("2006-01-02")})
	}
	waiting := map[[2]int]int64{}
	for _, one := range all {
		at, who := time.UnixMilli(one.at).In(p.From.Location()), [2]int{one.number, one.subuser}
		if at.Before(p.From) || !at.Before(p.Until) || !sees(one) {
			continue
		}
		day := &want.Days[slices.IndexFunc(want.Days, func(d store.DayCount) bool { return d.Day == at.Format("2006-01-02") })]
		if !one.out {
			day.In++
			want.Hours[at.Weekday()][at.Hour()]++
			if waiting[who] == 0 {
				waiting[who] = one.at
			}
			continue
		}
		if waiting[who] != 0 {
			waits = append(waits, one.at-waiting[who])
			waiting[who] = 0
		}
		card, subuser := want.SIMCards[one.card], want.Subusers[store.SubuserID(one.subuser)]
		day.Out, card.Out, subuser.Out = day.Out+1, card.Out+1, subuser.Out+1
		if one.failed {
			day.Failed, card.Failed, subuser.Failed = day.Failed+1, card.Failed+1, subuser.Failed+1
		}
		want.SIMCards[one.card], want.Subusers[store.SubuserID(one.subuser)] = card, subuser
	}
	slices.Sort(waits)
	return want, waits
}

func TestInsightsAreWhatOneWouldCountByHand(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	c.ms.Store(time.Date(2026, 10, 30, 12, 0, 0, 0, zone).UnixMilli())
	s := open(t, c, nil)
	p := store.Period{From: time.Date(2026, 10, 20, 0, 0, 0, 0, zone), Until: time.Date(2026, 10, 28, 0, 0, 0, 0, zone)} // clocks went back on the 25th
	all := chatter(t, s, c, p.From)
	six := []store.SubuserID{6}
	for _, ask := range []struct {
		scope    store.Scope
		subusers []store.SubuserID
	}{{store.Everything, nil}, {store.Everything, six}, {store.Scope{Subusers: six}, nil}, {store.Scope{Subusers: six}, six}} {
		want, waits := byHand(all, p, func(one utterance) bool { return ask.subusers == nil && ask.scope.All || one.subuser == 6 })
		got, err := s.Insights(t.Context(), ask.scope, p, ask.subusers)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Days, want.Days) || got.Hours != want.Hours || fmt.Sprint(got.SIMCards, got.Subusers) != fmt.Sprint(want.SIMCards, want.Subusers) {
			t.Errorf("counted\n%+v, by hand\n%+v", got, want)
		}
		if n := len(waits); got.Answers != (store.Answers{Count: n, Median: waits[(n-1)/2], P90: waits[(n*9+9)/10-1]}) {
			t.Errorf("answers are %+v of %d", got.Answers, n)
		}
	}
	if nothing, err := s.Insights(t.Context(), store.Scope{Subusers: six}, p, []store.SubuserID{7}); err != nil || len(nothing.Subusers) != 0 || len(nothing.Days) != 8 {
		t.Errorf("of what may not be seen: %+v, %v", nothing, err)
	}
}
