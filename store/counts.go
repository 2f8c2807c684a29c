package store

import (
	"context"
	"maps"
)

// Counts are the numbers beside views, subusers and tags, for one person.
type Counts struct {
	Views    map[View]int
	Subusers []SubuserCount // ascending by id, Main first
	Tags     []TagCount     // by name
}

// SubuserCount is how many open conversations a subuser has, and how many failures in them are open.
type SubuserCount struct {
	Subuser      SubuserID
	Count        int
	OpenFailures int
}

// TagCount is how many open conversations have a contact with the tag.
type TagCount struct {
	Tag   string
	Count int
}

// Counts returns the numbers beside views, subusers and tags for one person. They are kept by triggers (see
// schema.sql); what is added up here is at most a row for each subuser in the scope, and in memory for each of its
// tags.
func (s *Store) Counts(ctx context.Context, scope Scope, user int64) (Counts, error) {
	counts, err := s.CommonCounts(ctx, scope)
	if err != nil {
		return counts, err
	}
	own, err := s.OwnCounts(ctx, scope, user)
	return counts.With(own), err
}

// CommonCounts are those that are the same for everybody with the scope.
func (s *Store) CommonCounts(ctx context.Context, scope Scope) (Counts, error) {
	counts := Counts{Views: map[View]int{}}
	versions, err := s.countSubusers(ctx, scope, &counts)
	if err == nil {
		counts.Tags, err = s.countTags(ctx, scope, versions)
	}
	return counts, err
}

// OwnCounts are the numbers beside the views that are one person's own.
type OwnCounts struct{ Unread, Mine int }

// With returns common counts as the person sees them.
func (c Counts) With(own OwnCounts) Counts {
	c.Views = maps.Clone(c.Views)
	c.Views[ViewUnread], c.Views[ViewMine] = own.Unread, own.Mine
	return c
}

// countSubusers also returns the version of each subuser's tags.
func (s *Store) countSubusers(ctx context.Context, scope Scope, counts *Counts) (
	versions map[SubuserID]int64, err error,
) {
	where, args := scope.where("subuser_id")
	type line struct {
		SubuserCount
		done, snoozed, unanswered, failed int
		version                           int64
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT subuser_id, open, done, snoozed, unanswered, failed,
			open_failures, tags_version
		FROM subuser_counts WHERE `+where+` ORDER BY subuser_id`, args...)
	lines, err := collect(rows, err, func(r row, l *line) error {
		return r.Scan(&l.Subuser, &l.Count, &l.done, &l.snoozed, &l.unanswered, &l.failed, &l.OpenFailures, &l.version)
	})
	versions = make(map[SubuserID]int64, len(lines))
	for _, l := range lines {
		counts.Views[ViewInbox] += l.Count
		counts.Views[ViewDone] += l.done
		counts.Views[ViewSnoozed] += l.snoozed
		counts.Views[ViewUnanswered] += l.unanswered
		counts.Views[ViewFailed] += l.failed
		counts.Subusers = append(counts.Subusers, l.SubuserCount)
		versions[l.Subuser] = l.version
	}
	return versions, err
}

// OwnCounts returns the person's own counts of what the scope includes.
func (s *Store) OwnCounts(ctx context.Context, scope Scope, user int64) (own OwnCounts, err error) {
	where, args := scope.where("s.subuser_id")
	err = s.reads.QueryRowContext(ctx, `SELECT coalesce(sum(`+unreadConversations+`), 0), coalesce(sum(f.mine), 0)
		FROM subuser_counts s LEFT JOIN user_counts f ON f.user_id = ? AND f.subuser_id = s.subuser_id WHERE `+where,
		append([]any{user}, args...)...).Scan(&own.Unread, &own.Mine)
	return own, err
}
