package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
)

// tagTally keeps in memory what stands in tag_counts and tag_totals. Somebody who sees many subusers sees thousands of
// numbers on every page; only those of subusers where one changed are read again.
type tagTally struct {
	mu  sync.Mutex
	all keptTags // over all subusers
	of  map[SubuserID]keptTags
}

// keptTags are tags with their counts, at least as new as the version.
type keptTags struct {
	version int64
	tags    []TagCount
}

// countTags returns the tags of the subusers in the scope, by name. versions are the subusers' as they are now.
func (s *Store) countTags(ctx context.Context, scope Scope, versions map[SubuserID]int64) ([]TagCount, error) {
	if scope.All {
		return s.countAllTags(ctx, versions)
	}
	t := &s.tagTally
	t.mu.Lock()
	var changed []SubuserID
	kept := make(map[SubuserID]keptTags, len(versions))
	for id, version := range versions {
		if have, there := t.of[id]; there && have.version == version {
			kept[id] = have
		} else {
			changed = append(changed, id)
		}
	}
	t.mu.Unlock()
	if len(changed) > 0 {
		read, err := s.readTags(ctx, changed, versions)
		if err != nil {
			return nil, err
		}
		maps.Copy(kept, read)
		t.mu.Lock()
		maps.Copy(t.of, read)
		t.mu.Unlock()
	}
	return addUp(kept), nil
}

// countAllTags is countTags for who sees everything. Every version grows, and every subuser comes with one more, so that
// their sum stays the same only while all of them do.
func (s *Store) countAllTags(ctx context.Context, versions map[SubuserID]int64) ([]TagCount, error) {
	sum := int64(len(versions))
	for _, version := range versions {
		sum += version
	}
	t := &s.tagTally
	t.mu.Lock()
	kept := t.all
	t.mu.Unlock()
	if kept.version != sum {
		rows, err := s.reads.QueryContext(ctx, `SELECT tag, open FROM tag_totals WHERE tag <> '' AND open + done > 0 ORDER BY tag`)
		tags, err := collect(rows, err, func(r row, c *TagCount) error { return r.Scan(&c.Tag, &c.Count) })
		if err != nil {
			return nil, err
		}
		kept = keptTags{sum, tags}
		t.mu.Lock()
		t.all = kept
		t.mu.Unlock()
	}
	return slices.Clone(kept.tags), nil
}

func (s *Store) readTags(ctx context.Context, subusers []SubuserID, versions map[SubuserID]int64) (map[SubuserID]keptTags, error) {
	where, args := in("subuser_id", subusers)
	type line struct {
		subuser SubuserID
		TagCount
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT subuser_id, tag, open FROM tag_counts WHERE tag <> '' AND open + done > 0 AND `+where, args...)
	lines, err := collect(rows, err, func(r row, l *line) error { return r.Scan(&l.subuser, &l.Tag, &l.Count) })
	read := make(map[SubuserID]keptTags, len(subusers))
	for _, id := range subusers {
		read[id] = keptTags{version: versions[id]}
	}
	for _, l := range lines {
		read[l.subuser] = keptTags{versions[l.subuser], append(read[l.subuser].tags, l.TagCount)}
	}
	return read, err
}

func addUp(kept map[SubuserID]keptTags) []TagCount {
	sums := map[string]int{}
	for _, k := range kept {
		for _, c := range k.tags {
			sums[c.Tag] += c.Count
		}
	}
	if len(sums) == 0 {
		return nil
	}
	all := make([]TagCount, 0, len(sums))
	for tag, n := range sums {
		all = append(all, TagCount{tag, n})
	}
	slices.SortFunc(all, func(a, b TagCount) int { return cmp.Compare(a.Tag, b.Tag) })
	return all
}
