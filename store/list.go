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
func (s *Store) Conversations(ctx context.Context, scope Scope, user int64, f Filter, after Position, limit int) (
	list []Conversation, more bool, err error,
) {
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
		parts = append(parts, `SELECT `+at+` AS at, c.id AS id FROM `+from+`
			WHERE `+w.where+` AND (`+at+`, c.id)`+beyond+where)
		args = append(append(append(args, w.args...), after.At, after.ID), whereArgs...)
	}
	return `SELECT ` + conversationFields + ` FROM (` + strings.Join(parts, ` UNION ALL `) + `
			ORDER BY 1` + order + `, 2` + order + ` LIMIT ?) page
		CROSS JOIN conversations c ON c.id = page.id` + conversationTables + `
		ORDER BY page.at` + order + `, page.id` + order, append(args, limit, user)
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
		return `(EXISTS (SELECT 1 FROM unread e
				WHERE e.user_id = ? AND e.subuser_id = c.subuser_id AND e.conversation_id = c.id)
			OR c.inbound > 0 AND c.id > coalesce((SELECT e.listed_to FROM user_counts e
				WHERE e.user_id = ? AND e.subuser_id = c.subuser_id), 0))`
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
