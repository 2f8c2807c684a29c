package views

import (
	"slices"
	"time"

	"tagline/store"
)

// flapWindow is how soon a tag must be back for the excursion to be folded away.
const flapWindow = 10 * time.Minute

// stay is a time that a contact spent with one tag.
type stay struct {
	Change store.TagChange   // how it began
	Until  int64             // Unix ms; 0 while it lasts, or where Broken
	Broken bool              // the end is unknown: it was a change this viewer may not see
	Flaps  []store.TagChange // the excursions inside it, ascending, two changes each
}

// Tag is the tag of the stay, "" for none.
func (s stay) Tag() string { return s.Change.To }

// stays reads a timeline (newest first) as times spent with each tag, newest first. A → B → A with the second A
// within flapWindow of the B stays one A; the changes are kept in Flaps.
func stays(timeline []store.TagChange) []stay { return staysAmong(timeline, timeline) }

// staysBefore is stays of an earlier part of a timeline: it does not say when the last of them ended.
func staysBefore(part []store.TagChange) []stay {
	all := stays(part)
	if len(all) > 0 && all[0].Until == 0 {
		all[0].Broken = true
	}
	return all
}

// staysAmong is stays of some of the changes of a timeline (both newest first). When a stay ended is told by the whole.
func staysAmong(some, whole []store.TagChange) []stay {
	changes := slices.Clone(some)
	slices.Reverse(changes)
	var all []stay
	for i := 0; i < len(changes); i++ {
		if len(all) > 0 && flaps(all[len(all)-1], changes[i:]) {
			last := &all[len(all)-1]
			last.Flaps = append(last.Flaps, changes[i], changes[i+1])
			i++
			continue
		}
		all = append(all, stay{Change: changes[i]})
	}
	for i := range all {
		end(&all[i], whole)
	}
	slices.Reverse(all)
	return all
}

// flaps tells whether the next two changes leave the stay's tag and come back to it soon.
func flaps(s stay, next []store.TagChange) bool {
	return len(next) > 1 && next[0].To != s.Tag() && next[1].To == s.Tag() &&
		next[1].At-next[0].At <= flapWindow.Milliseconds()
}

// end says when a stay ended, if the next change of the whole timeline (newest first) is really the one that ended it.
func end(s *stay, whole []store.TagChange) {
	last := s.Change
	if n := len(s.Flaps); n > 0 {
		last = s.Flaps[n-1]
	}
	i := slices.IndexFunc(whole, func(c store.TagChange) bool { return c.ID == last.ID })
	switch {
	case i <= 0: // it is the newest
	case whole[i-1].From == s.Tag():
		s.Until = whole[i-1].At
	default:
		s.Broken = true
	}
}

// share is one piece of the bar above the timeline, in thousandths of its width.
type share struct {
	Tag      string
	Duration int64 // ms
	X, Width int
}

// The bar's measures, in thousandths: no tag is too short to be seen, and neighbours don't touch.
const (
	barWidth = 1000
	minShare = 12
	shareGap = 6
)

// shares sums up how long each tag lasted until now, in the order they first appeared. Times whose end is unknown
// count nowhere.
func shares(all []stay, now int64) []share {
	var sums []share
	for i := len(all) - 1; i >= 0; i-- {
		s := all[i]
		if s.Broken {
			continue
		}
		until := s.Until
		if until == 0 {
			until = now
		}
		k := slices.IndexFunc(sums, func(sum share) bool { return sum.Tag == s.Tag() })
		if k < 0 {
			k = len(sums)
			sums = append(sums, share{Tag: s.Tag()})
		}
		sums[k].Duration += max(0, until-s.Change.At)
	}
	return layOut(sums)
}

// layOut gives each share its least width and divides the rest by duration.
func layOut(sums []share) []share {
	var total int64
	for _, s := range sums {
		total += s.Duration
	}
	free := barWidth - minShare*len(sums) - shareGap*(len(sums)-1)
	x := 0
	for i := range sums {
		sums[i].X, sums[i].Width = x, minShare
		if total > 0 && free > 0 {
			sums[i].Width += int(int64(free) * sums[i].Duration / total)
		}
		x += sums[i].Width + shareGap
	}
	if n := len(sums); n > 0 && sums[n-1].X < barWidth {
		sums[n-1].Width = barWidth - sums[n-1].X // what rounding left over
	}
	return sums
}

// span of a timeline: from its first change until now, in ms.
func timelineLength(all []stay, now int64) int64 {
	if len(all) == 0 {
		return 0
	}
	return max(0, now-all[len(all)-1].Change.At)
}
