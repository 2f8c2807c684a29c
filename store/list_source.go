package store

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// source is an index that holds all conversations that fit a filter, in the order of the list unless it is sorted.
type source struct {
	rows   int // how many it holds, about
	from   string
	walks  []walk // along parts of the index, which are merged
	sorted bool   // for each page
}

// walk is one part of an index, or of another one.
type walk struct {
	where string
	args  []any
	from  string
}

const unreadSource = `unread n CROSS JOIN conversations c ON c.id = n.conversation_id`

// unreadSpread is how many times as many conversations are looked at as would be if what is unread were spread evenly,
// times a page.
const unreadSpread = 10 * 50

// unreadWalks are what is listed as unread, and what is unread without that (see unread.go).
func unreadWalks(user int64, subusers []SubuserID, unlisted []unlistedPart) []walk {
	listed := walk{where: `n.user_id = ?`, args: []any{user}}
	if len(subusers) > 0 {
		condition, args := in("n.subuser_id", subusers)
		listed.where, listed.args = listed.where+` AND `+condition, append(listed.args, args...)
	}
	walks := []walk{listed}
	for _, p := range unlisted {
		walks = append(walks, walk{`c.subuser_id = ? AND c.id > ? AND c.inbound > 0`, []any{p.subuser, p.after},
			`conversations c INDEXED BY conversations_all`})
	}
	return walks
}

// narrowest returns the source with the fewest rows. SQLite does not choose as well with ANALYZE: measured with
// 100,000 conversations, a page of all of them took 23 ms in place of 0.5, and one of the longest waiting with a tag 77
// in place of 0.1.
func (s *Store) narrowest(ctx context.Context, user int64, f Filter) (source, error) {
	n, err := s.sizes(ctx, user, f)
	if err != nil {
		return source{}, err
	}
	return narrowestOf(user, f, n), nil
}

func narrowestOf(user int64, f Filter, n sizes) source {
	return slices.MinFunc(sources(user, f, n), func(a, b source) int { return cmp.Compare(a.cost(f), b.cost(f)) })
}

// mostWalks is below the 500 parts that SQLite takes in one statement.
const mostWalks = 400

// cost ranks sources. Many walks are no gain over one along most of the same rows, and only a short source is sorted
// faster than a long one that is in order is walked.
func (s source) cost(f Filter) int {
	if len(s.walks) > mostWalks {
		return math.MaxInt
	}
	cost := s.rows + 100*len(s.walks)
	switch {
	case f.Sort == SortWaiting && s.from != waitingSource:
		cost *= 30
	case s.sorted:
		cost *= 2
	}
	return cost
}

const waitingSource = `conversations c INDEXED BY conversations_waiting`

// sources are the indexes that hold all that fits.
func sources(user int64, f Filter, n sizes) []source {
	var all []source
	walked := func(rows int, from string, walks ...walk) {
		all = append(all, source{rows: rows, from: from, walks: walks})
	}
	add := func(rows int, from, where string, args ...any) {
		walked(rows, from, walk{where: where, args: args})
	}
	switch f.View {
	case ViewUnread: // the page is full long before the end, unless what is unread is rare
		spread := unreadSpread * n.all / max(n.unread, 1)
		walked(min(n.all, spread), `conversations c INDEXED BY conversations_at`, walk{where: `1`})
	case ViewAll:
		walked(n.all, `conversations c INDEXED BY conversations_at`, walk{where: `1`})
	default:
		walked(n.all, `conversations c INDEXED BY conversations_newest`, f.View.walks(``, []any(nil))...)
	}
	if f.Sort == SortWaiting {
		add(n.unanswered, waitingSource, ViewUnanswered.condition())
	}
	switch f.View {
	case ViewUnread:
		all = append(all, source{n.unread, unreadSource, unreadWalks(user, f.Subusers, n.unlisted), true})
	case ViewUnanswered:
		add(n.unanswered, `conversations c INDEXED BY conversations_unanswered`, ViewUnanswered.condition())
	case ViewFailed:
		add(n.failed, `conversations c INDEXED BY conversations_failed`, ViewFailed.condition())
	case ViewMine:
		add(n.mine, `conversations c INDEXED BY conversations_assignee`,
			`c.assignee_id <> 0 AND c.assignee_id = ? AND c.done = 0`, user)
	}
	if len(f.Subusers) > 0 {
		walked(n.subusers, `conversations c INDEXED BY conversations_subuser`,
			f.View.walks(`c.subuser_id = ? AND `, boxed(f.Subusers))...)
	}
	if len(f.Tags) > 0 {
		walked(n.tags, `conversations c INDEXED BY conversations_tag`, f.View.walks(`c.tag = ? AND `, boxed(f.Tags))...)
	}
	if len(f.SIMCards) > 0 {
		walked(n.simCards, `conversations c INDEXED BY conversations_sim_card`,
			f.View.walks(`c.sim_card_id = ? AND `, boxed(f.SIMCards))...)
	}
	return all
}

// walks are the parts of an index on (column, done, last_at, id), one for each value and each state of done that the
// view includes.
func (v View) walks(where string, values []any) []walk {
	states := []int{0}
	switch v {
	case ViewDone:
		states = []int{1}
	case ViewSnoozed:
		states = []int{2}
	case ViewFailed, ViewUnread:
		states = []int{0, 1, 2}
	}
	var all []walk
	for _, done := range states {
		if where == "" {
			all = append(all, walk{where: `c.done = ?`, args: []any{done}})
		}
		for _, value := range values {
			all = append(all, walk{where: where + `c.done = ?`, args: []any{value, done}})
		}
	}
	return all
}

func boxed[T any](values []T) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}

// sizes are how many conversations the sources of a filter hold, done ones and others together.
type sizes struct {
	all, unanswered, failed, unread, mine, subusers, tags, simCards int

	unlisted []unlistedPart // of the person's unread conversations
}

func (s *Store) sizes(ctx context.Context, user int64, f Filter) (sizes, error) {
	subusers, args := in("subuser_id", f.Subusers)
	tags, more := in("tag", f.Tags)
	simCards, last := in("sim_card_id", f.SIMCards)
	args = append(append(args, more...), last...)
	var n sizes
	err := s.reads.QueryRowContext(ctx, `SELECT coalesce(sum(open + done + snoozed), 0), coalesce(sum(unanswered), 0),
			coalesce(sum(failed), 0),
			coalesce(sum((open + done + snoozed) * (`+subusers+`)), 0),
			(SELECT coalesce(sum(open + done), 0) FROM tag_totals WHERE `+tags+`),
			(SELECT coalesce(sum(conversations), 0) FROM subuser_sim_cards WHERE `+simCards+`),
			(SELECT coalesce(sum(mine), 0) FROM user_counts WHERE user_id = ?)
		FROM subuser_counts`, append(args, user)...).
		Scan(&n.all, &n.unanswered, &n.failed, &n.subusers, &n.tags, &n.simCards, &n.mine)
	if err == nil && f.View == ViewUnread {
		n.unread, n.unlisted, err = s.unreadSizes(ctx, user, f.Subusers)
	}
	return n, err
}
