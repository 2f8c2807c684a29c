package views

import (
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// history makes a timeline, newest first, of one change a step; each step begins when the one before has lasted.
func history(start time.Time, steps ...any) []store.TagChange {
	var changes []store.TagChange
	from, at := "", start
	for i := 0; i < len(steps); i += 2 {
		to := steps[i].(string)
		changes = append(changes, store.TagChange{ID: int64(i/2 + 1), From: from, To: to, At: at.UnixMilli()})
		from, at = to, at.Add(steps[i+1].(time.Duration))
	}
	slices.Reverse(changes)
	return changes
}

func TestFlappingIsFoldedAndNothingIsDropped(t *testing.T) {
	start := noon(t).Now
	timeline := history(start,
		"Cold", 24*time.Hour,
		"Warm", time.Minute, "Cold", time.Hour, // flap
		"Hot", flapWindow, "Cold", time.Hour, // flap
		"Warm", flapWindow+1*time.Millisecond, "Cold", time.Hour, // too long for one
		"Hot", time.Hour)
	all := stays(timeline)
	var tags []string
	kept := 0
	for _, s := range all {
		tags = append(tags, s.Tag())
		kept += 1 + len(s.Flaps)
	}
	if want := []string{"Hot", "Cold", "Warm", "Cold"}; !slices.Equal(tags, want) {
		t.Fatalf("stays are %v, want %v", tags, want)
	}
	if kept != len(timeline) {
		t.Errorf("%d changes kept of %d", kept, len(timeline))
	}
	first := all[3]
	if got := flapWords(first); got != "flapped 2×" {
		t.Errorf("flapWords = %q", got)
	}
	if got, want := lasting(first.Until-first.Change.At), lasting((26*time.Hour + 11*time.Minute).Milliseconds()); got != want {
		t.Errorf("the folded stay lasted %q, want %q", got, want)
	}
	if all[0].Until != 0 {
		t.Error("the present stay has an end")
	}
}

// Someone limited to a subuser does not see every change: what ended a stay may be one of the others.
func TestAStayWhoseEndIsHiddenHasNoDuration(t *testing.T) {
	now := noon(t).Now
	all := stays([]store.TagChange{
		{ID: 2, From: "Warm", To: "Hot", At: now.Add(-time.Hour).UnixMilli()},
		{ID: 1, From: "", To: "Cold", At: now.Add(-48 * time.Hour).UnixMilli()},
	})
	if !all[1].Broken || all[1].Until != 0 {
		t.Errorf("the stay is %+v, want it broken", all[1])
	}
	if got := shareLabel(shares(all, now.UnixMilli())); got != "Hot: 1 h" {
		t.Errorf("shares are %q", got)
	}
}

func TestSharesFillTheBar(t *testing.T) {
	start := noon(t).Now
	for _, steps := range [][]any{
		{"Cold", time.Hour},
		{"Cold", 1000 * time.Hour, "Warm", time.Second, "Hot", time.Hour, "", time.Hour, "Cold", time.Hour},
		{"Cold", time.Duration(0), "Warm", time.Duration(0)},
	} {
		all := stays(history(start, steps...))
		bar := shares(all, start.Add(1200*time.Hour).UnixMilli())
		end := 0
		for i, s := range bar {
			if s.Width < minShare || i > 0 && s.X != end+shareGap {
				t.Errorf("%v: share %d is %+v after %d", steps, i, s, end)
			}
			end = s.X + s.Width
		}
		if end != barWidth {
			t.Errorf("%v: the bar ends at %d", steps, end)
		}
	}
	if got := shares(nil, start.UnixMilli()); got != nil {
		t.Errorf("shares of nothing: %v", got)
	}
}
