package store

import (
	"context"
	"slices"
	"sync"
)

// keptScopes is of how many scopes the tags' counts are kept: more than a team has.
const keptScopes = 200

// keptTagCounts keeps tags' counts in memory: somebody who sees many subusers sees the sum of thousands of rows on
// every page.
type keptTagCounts struct {
	mu sync.Mutex
	of map[string]tagCountsAt // by Scope.Key
}

// tagCountsAt are at least as new as the version.
type tagCountsAt struct {
	version int64
	tags    []TagCount
}

// countTags returns the tags of the subusers in the scope, by name. The versions are the subusers' as they are now.
// Each grows, and every subuser comes with one more, so that their sum stays the same only while all of them do.
func (s *Store) countTags(ctx context.Context, scope Scope, versions map[SubuserID]int64) ([]TagCount, error) {
	sum := int64(len(versions))
	for _, version := range versions {
		sum += version
	}
	k, key := &s.tagCounts, scope.Key()
	k.mu.Lock()
	kept, there := k.of[key]
	k.mu.Unlock()
	if there && kept.version == sum {
		return slices.Clone(kept.tags), nil
	}
	tags, err := s.readTags(ctx, scope)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil || len(k.of) >= keptScopes {
		k.of = map[string]tagCountsAt{}
	}
	k.of[key] = tagCountsAt{sum, tags}
	return slices.Clone(tags), nil
}

func (s *Store) readTags(ctx context.Context, scope Scope) ([]TagCount, error) {
	query, args := `SELECT tag, open FROM tag_totals WHERE tag <> '' AND open + done > 0 ORDER BY tag`, []any(nil)
	if !scope.All {
		query, args = scope.where("subuser_id")
		query = `SELECT tag, sum(open) FROM tag_counts
			WHERE tag <> '' AND open + done > 0 AND ` + query + ` GROUP BY tag ORDER BY tag`
	}
	rows, err := s.reads.QueryContext(ctx, query, args...)
	return collect(rows, err, func(r row, c *TagCount) error { return r.Scan(&c.Tag, &c.Count) })
}
