package views

import (
	"slices"
	"strconv"
	"time"

	"tagline/store"
)

// Trouble is what somebody must see to: storing goes badly, or webhooks are missed.
type Trouble struct {
	Health store.Health
	Quiet  []QuietHook   // for admins
	Swaps  []store.Swap  // likewise
	Stuck  []StuckTarget // likewise
}

// StuckTarget is a target that was paused because it took nothing for a day.
type StuckTarget struct {
	ID   int64
	Name string
}

// Equal tells whether two troubles read the same.
func (t Trouble) Equal(other Trouble) bool {
	return t.Health == other.Health && slices.Equal(t.Quiet, other.Quiet) && slices.Equal(t.Swaps, other.Swaps) &&
		slices.Equal(t.Stuck, other.Stuck)
}

// QuietHook is a webhook from which nothing came for too long.
type QuietHook struct {
	Kind     store.Kind
	LastSeen int64 // Unix ms
}

// outcomeCount is how many bodies of all webhooks had an outcome lately.
func outcomeCount(activity []store.Activity, o store.Outcome) int {
	n := 0
	for _, a := range activity {
		n += a.Outcomes[o]
	}
	return n
}

func total(a store.Activity) int {
	n := 0
	for _, count := range a.Hours {
		n += count
	}
	return n
}

// outcomeWords are the outcomes of one webhook that people look out for: "40 in 24 h · 3 repeats".
func outcomeWords(a store.Activity) string {
	words := strconv.Itoa(total(a)) + " in 24 h"
	for _, o := range []struct {
		store.Outcome
		one, many string
	}{{store.Duplicate, "repeat", "repeats"}, {store.Unparsed, "not understood", "not understood"},
		{store.Test, "test", "tests"}} {
		if n := a.Outcomes[o.Outcome]; n > 0 {
			words += " · " + plural(n, o.one, o.many)
		}
	}
	return words
}

// bar is one hour in a chart of 24 × barStep by chartHeight.
type bar struct {
	X, Y, Height int
	Count        int
	From, Until  string // hours of the reader's clock
}

const (
	chartHeight = 36
	barStep     = 5
	barThick    = 4
)

// bars draws an activity; an hour with anything in it can be seen, an empty one is a line.
func bars(v Viewer, a store.Activity) []bar {
	most := max(1, slices.Max(a.Hours[:]))
	hour := time.Hour.Milliseconds()
	first := (v.Now.UnixMilli()/hour - int64(len(a.Hours)) + 1) * hour
	all := make([]bar, len(a.Hours))
	for i, n := range a.Hours {
		height := 1
		if n > 0 {
			height = max(3, chartHeight*n/most)
		}
		from := first + int64(i)*hour
		all[i] = bar{X: i * barStep, Y: chartHeight - height, Height: height, Count: n,
			From: v.clock(v.at(from)), Until: v.clock(v.at(from + hour))}
	}
	return all
}

func barWords(b bar) string { return b.From + " to " + b.Until + ": " + strconv.Itoa(b.Count) }

// quietWords name the webhooks that are missed and for how long.
func quietWords(v Viewer, q QuietHook) string {
	return "No “" + hookName(q.Kind) + "” webhook for " + lasting(v.Now.UnixMilli()-q.LastSeen) + "."
}

// isQuiet tells whether the kind is among the quiet ones.
func isQuiet(quiet []QuietHook, kind store.Kind) bool {
	return slices.ContainsFunc(quiet, func(q QuietHook) bool { return q.Kind == kind })
}

// SwapWords say which two URLs are probably swapped.
func SwapWords(s store.Swap) string {
	return "“" + hookName(s.Kind) + "” receives what belongs to “" + hookName(s.With) +
		"”: their two URLs are probably swapped in TextLink's console."
}
