package store

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
)

// A list is a walk along the one index that holds the fewest conversations among which all that fit must be; what else
// the filter asks is looked up row by row on the way. So no list reads more rows than its narrowest part has, and most
// read little more than they show.

// Conversations returns up to limit conversations that fit the filter and stand after the position, in the filter's
// order, and whether there are more. The zero Position means the beginning.
func (s *Store) Conversations(ctx context.Context, scope Scope, user int64, f Filter, after Position, limit int) (list []Conversation, more bool, err error) {
	f, any := f.within(scope)
	if !any {
		return nil, false, nil
	}
	from, err := s.narrowest(ctx, user, f)
	if err != nil {
		return nil, false, err
	}
	query, args := from.list(user, f, after, limit+1)
	rows, err := s.reads.QueryContext(ctx, query, args...)
	list, err = s.withDrafts(ctx, user)(collect(rows, err, scanConversation))
	if len(list) > limit {
		list, more = list[:limit], true
	}
	return list, more, err
}

// within narrows the filter to what the scope includes; it tells whether that leaves anything.
func (f Filter) within(scope Scope) (narrowed Filter, any bool) {
	if scope.All {
		return f, true
	}
	if len(f.Subusers) == 0 {
		f.Subusers = scope.Subusers
		return f, len(f.Subusers) > 0
	}
	f.Subusers = slices.DeleteFunc(slices.Clone(f.Subusers), func(id SubuserID) bool { return !scope.Sees(id) })
	return f, len(f.Subusers) > 0
}

// list returns the statement for a page of the list, and its arguments. SQLite merges the walks while it takes them, so
// none goes further than the page does.
func (s source) list(user int64, f Filter, after Position, limit int) (string, []any) {
	order, beyond := ` DESC`, ` < (?, ?)`
	if f.Ascends() {
		order, beyond = ` ASC`, ` > (?, ?)`
	}
	after = f.start(after)
	rest := f
	if s.sorted {
		rest.View = ViewAll // it holds no others
	}
	where, whereArgs := rest.where(user)
	at := `c.last_at`
	if f.Sort == SortWaiting {
		at = `c.waiting_since`
	}
	var parts []string
	var args []any
	for _, w := range s.walks {
		from := cmp.Or(w.from, s.from)
		parts = append(parts, `SELECT `+at+` AS at, c.id AS id FROM `+from+` WHERE `+w.where+` AND (`+at+`, c.id)`+beyond+where)
		args = append(append(append(args, w.args...), after.At, after.ID), whereArgs...)
	}
	return `SELECT ` + conversationFields + ` FROM (` + strings.Join(parts, ` UNION ALL `) + ` ORDER BY 1` + order + `, 2` + order + ` LIMIT ?) page
		CROSS JOIN conversations c ON c.id = page.id` + conversationTables + ` ORDER BY page.at` + order + `, page.id` + order,
		append(args, limit, user)
}

// start is where a walk begins: after the position, or at the first day that fits where that is further on. The zero
// Position means the beginning.
func (f Filter) start(after Position) Position {
	from, until := f.span()
	switch {
	case f.Sort == SortWaiting:
		if after == (Position{}) {
			return Position{At: beginning}
		}
	case f.Ascends():
		if after == (Position{}) || after.At < from {
			return Position{At: from - 1, ID: math.MaxInt64}
		}
	case after == (Position{}) || after.At >= until:
		return Position{At: until}
	}
	return after
}

// where is what the filter asks besides the order, each condition after an AND.
func (f Filter) where(user int64) (string, []any) {
	where := ` AND c.last_message_id <> 0 AND ` + f.View.condition()
	var args []any
	add := func(condition string, more ...any) {
		where, args = where+` AND `+condition, append(args, more...)
	}
	switch f.View {
	case ViewUnread:
		args = append(args, user, user)
	case ViewMine:
		args = append(args, user)
	}
	if len(f.Subusers) > 0 {
		condition, more := in("c.subuser_id", f.Subusers)
		add(condition, more...)
	}
	if len(f.Tags) > 0 {
		condition, more := in("c.tag", f.Tags)
		add(condition, more...)
	}
	if len(f.SIMCards) > 0 {
		condition, more := in("c.sim_card_id", f.SIMCards)
		add(condition, more...)
	}
	if from, until := f.span(); from != beginning || until != end {
		add(`c.last_at >= ? AND c.last_at < ?`, from, until)
	}
	if f.Sort == SortWaiting {
		add(ViewUnanswered.condition())
	}
	return where, args
}

// condition is the view in SQL; View.fits says the same in Go.
func (v View) condition() string {
	switch v {
	case ViewUnread:
		return `(EXISTS (SELECT 1 FROM unread e WHERE e.user_id = ? AND e.subuser_id = c.subuser_id AND e.conversation_id = c.id)
			OR c.inbound > 0 AND c.id > coalesce((SELECT e.listed_to FROM user_counts e WHERE e.user_id = ? AND e.subuser_id = c.subuser_id), 0))`
	case ViewUnanswered:
		return `c.done = 0 AND c.last_direction = 'in'`
	case ViewFailed:
		return `c.open_failures > 0`
	case ViewDone:
		return `c.done = 1`
	case ViewMine:
		return `c.done = 0 AND c.assignee_id = ?`
	case ViewSnoozed:
		return `c.done = 2`
	case ViewAll:
		return `1`
	default:
		return `c.done = 0`
	}
}

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
		walks = append(walks, walk{`c.subuser_id = ? AND c.id > ? AND c.inbound > 0`, []any{p.subuser, p.after}, `conversations c INDEXED BY conversations_all`})
	}
	return walks
}

// narrowest returns the source with the fewest rows.
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
		walked(min(n.all, unreadSpread*n.all/max(n.unread, 1)), `conversations c INDEXED BY conversations_at`, walk{where: `1`})
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
		add(n.mine, `conversations c INDEXED BY conversations_assignee`, `c.assignee_id <> 0 AND c.assignee_id = ? AND c.done = 0`, user)
	}
	if len(f.Subusers) > 0 {
		walked(n.subusers, `conversations c INDEXED BY conversations_subuser`, f.View.walks(`c.subuser_id = ? AND `, boxed(f.Subusers))...)
	}
	if len(f.Tags) > 0 {
		walked(n.tags, `conversations c INDEXED BY conversations_tag`, f.View.walks(`c.tag = ? AND `, boxed(f.Tags))...)
	}
	if len(f.SIMCards) > 0 {
		walked(n.simCards, `conversations c INDEXED BY conversations_sim_card`, f.View.walks(`c.sim_card_id = ? AND `, boxed(f.SIMCards))...)
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
	err := s.reads.QueryRowContext(ctx, `SELECT coalesce(sum(open + done + snoozed), 0), coalesce(sum(unanswered), 0), coalesce(sum(failed), 0),
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
