package store

import (
	"cmp"
	"context"
	"slices"
)

// countedChanges is how many tag changes of a period are counted, the newest: reading a thousand takes about a
// millisecond.
const countedChanges = 100_000

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

// TagCounts counts the changes that came through subusers in the scope and fit the filter, and how long the stays
// lasted that ended with them. A stay is counted only if the change that began it came through such a subuser as well:
// anybody else cannot tell how long it was. With tags in the filter they are the stays in those.
func (s *Store) TagCounts(ctx context.Context, scope Scope, f TagFilter) (TagCounts, error) {
	where, args := f.where(scope)
	rows, err := s.reads.QueryContext(ctx, `SELECT from_tag, to_tag, max(0, at - begun_at), coalesce(begun_by, 0)
		FROM tag_changes INDEXED BY tag_changes_at WHERE `+where+` ORDER BY at DESC, id DESC LIMIT ?`,
		append(args, countedChanges+1)...)
	c := tagCount{scope: scope, filter: f, flows: map[TagFlow]int{}, stays: map[string][]int64{}}
	_, err = collect(rows, err, func(r row, _ *struct{}) error {
		var one countedChange
		if err := r.Scan(&one.flow.From, &one.flow.To, &one.lasted, &one.begunBy); err != nil {
			return err
		}
		c.add(one)
		return nil
	})
	return c.counts(), err
}

// countedChange is a tag change as far as it is counted.
type countedChange struct {
	flow    TagFlow
	lasted  *int64 // how long the contact had the tag that it lost, ms; nil if that is not known
	begunBy SubuserID
}

// tagCount is a count under way.
type tagCount struct {
	scope   Scope
	filter  TagFilter
	changes int
	flows   map[TagFlow]int
	stays   map[string][]int64
}

func (c *tagCount) add(one countedChange) {
	if c.changes++; c.changes > countedChanges {
		return
	}
	c.flows[one.flow]++
	if one.lasted != nil && one.flow.From != "" && c.scope.Sees(one.begunBy) && c.filter.through(one.begunBy) &&
		(len(c.filter.Tags) == 0 || slices.Contains(c.filter.Tags, one.flow.From)) {
		c.stays[one.flow.From] = append(c.stays[one.flow.From], *one.lasted)
	}
}

func (c *tagCount) counts() TagCounts {
	counts := TagCounts{Changes: min(c.changes, countedChanges), Cut: c.changes > countedChanges}
	for flow, n := range c.flows {
		flow.Count = n
		counts.Flows = append(counts.Flows, flow)
	}
	for tag, lengths := range c.stays {
		counts.Stays = append(counts.Stays, TagStay{tag, len(lengths), median(lengths)})
	}
	slices.SortFunc(counts.Flows, func(a, b TagFlow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	slices.SortFunc(counts.Stays, func(a, b TagStay) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Tag, b.Tag))
	})
	return counts
}

// median sorts the lengths. Of an even number it is the mean of the two in the middle.
func median(lengths []int64) int64 {
	slices.Sort(lengths)
	n := len(lengths)
	return (lengths[(n-1)/2] + lengths[n/2]) / 2
}
