package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// TagFlow is how many times a tag was changed for another.
type TagFlow struct {
	From, To string // "" is no tag
	Count    int
}

// TagStay is how long contacts had a tag before they lost it.
type TagStay struct {
	Tag    string
	Count  int   // stays that ended
	Median int64 // ms
}

// TagCounts is what tag changes come to in a period.
type TagCounts struct {
	Changes int
	Flows   []TagFlow // most frequent first
	Stays   []TagStay // most frequent first
	Cut     bool      // there were so many changes that only the newest are counted
}

// TagCounts counts the changes that came through subusers in the scope and fit the filter, and how long the stays lasted
// that ended with them. A stay is counted only if the change that began it came through such a subuser as well: anybody
// else cannot tell how long it was. With tags in the filter they are the stays in those.
func (s *Store) TagCounts(ctx context.Context, scope Scope, f TagFilter) (TagCounts, error) {
	counts, _, _, err := s.CountedChanges(ctx, scope, f, Position{}, 0)
	return counts, err
}

// CountedChanges is TagCounts and ContactChanges at once: going through the changes is most of the work of either.
func (s *Store) CountedChanges(ctx context.Context, scope Scope, f TagFilter, before Position, limit int) (counts TagCounts, list []ContactChange, more bool, err error) {
	sf, err := s.stepFilter(ctx, scope, f)
	if err != nil {
		return TagCounts{}, nil, false, err
	}
	c := stepCount{filter: sf, flows: map[tagPair]int{}, stays: map[tagID][]int64{}}
	newest := newLatest(limit+1, before)
	from, until := bounds(f.From, f.Until)
	cut, err := s.eachStep(ctx, from, until, func(one *step) {
		if !sf.fits(one) {
			return
		}
		c.add(one)
		if limit > 0 {
			newest.add(one)
		}
	})
	if err != nil || c.changes == 0 {
		return TagCounts{Cut: cut}, nil, false, err
	}
	names, err := s.tagNames(ctx)
	if err == nil && limit > 0 {
		list, more, err = s.changesAt(ctx, scope, newest.all(), limit)
	}
	counts = c.counts(names)
	counts.Cut = cut
	return counts, list, more, err
}

// stepCount is a count under way.
type stepCount struct {
	filter  stepFilter
	changes int
	flows   map[tagPair]int
	stays   map[tagID][]int64
}

type tagPair struct{ from, to tagID }

func (c *stepCount) add(one *step) {
	c.changes++
	c.flows[tagPair{one.from, one.to}]++
	if tags := c.filter.tags; one.lasted >= 0 && one.from != 0 && c.filter.sees(one.begunBy) && (tags == nil || tags[one.from]) {
		c.stays[one.from] = append(c.stays[one.from], one.lasted)
	}
}

func (c *stepCount) counts(names map[tagID]string) TagCounts {
	counts := TagCounts{Changes: c.changes, Flows: c.sortedFlows(names)}
	for tag, lengths := range c.stays {
		counts.Stays = append(counts.Stays, TagStay{names[tag], len(lengths), median(lengths)})
	}
	slices.SortFunc(counts.Stays, func(a, b TagStay) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Tag, b.Tag))
	})
	return counts
}

// sortedFlows sorts thousands of flows of few tags by the places of their names, which is much faster than by names.
func (c *stepCount) sortedFlows(names map[tagID]string) []TagFlow {
	places, byName := map[tagID]int{}, slices.SortedFunc(maps.Keys(names), func(a, b tagID) int { return cmp.Compare(names[a], names[b]) })
	for place, id := range byName {
		places[id] = place
	}
	type flow struct{ from, to, count int }
	sorted := make([]flow, 0, len(c.flows))
	for p, n := range c.flows {
		sorted = append(sorted, flow{places[p.from], places[p.to], n})
	}
	slices.SortFunc(sorted, func(a, b flow) int {
		switch {
		case a.count != b.count:
			return b.count - a.count
		case a.from != b.from:
			return a.from - b.from
		}
		return a.to - b.to
	})
	flows := make([]TagFlow, len(sorted))
	for i, f := range sorted {
		flows[i] = TagFlow{names[byName[f.from]], names[byName[f.to]], f.count}
	}
	return flows
}

// median sorts the lengths. Of an even number it is the mean of the two in the middle.
func median(lengths []int64) int64 {
	slices.Sort(lengths)
	n := len(lengths)
	return (lengths[(n-1)/2] + lengths[n/2]) / 2
}

func (s *Store) tagNames(ctx context.Context) (map[tagID]string, error) {
	type named struct {
		id   tagID
		name string
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT id, name FROM tag_names`)
	list, err := collect(rows, err, func(r row, n *named) error { return r.Scan(&n.id, &n.name) })
	names := make(map[tagID]string, len(list))
	for _, n := range list {
		names[n.id] = n.name
	}
	return names, err
}
