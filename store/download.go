package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// What people take along are rows of the conversations that a list shows, in the order in which they were made. They
// are read part by part, each for itself: a slow browser must not keep the write-ahead log from being folded in. A part
// goes on where the one before ended, by id and by nothing else (NOT INDEXED, CROSS JOIN): along any other index SQLite
// would sort the whole for each.

// DownloadedMessage is a message with whom it was exchanged.
type DownloadedMessage struct {
	Message
	Conversation Conversation
	Author       string // who wrote it here, "" if nobody did or they are gone
}

// downloadable narrows the filter to the scope and returns its conditions on conversations c, but for the days if they
// are not the conversations' own; some tells whether they leave anything.
func downloadable(scope Scope, user int64, f Filter, ownDays bool) (where string, args []any, some bool) {
	if !ownDays {
		f.From, f.Until = "", ""
	}
	f.Text = ""
	f, some = f.within(scope)
	where, args = f.where(user)
	return where, args, some
}

// DownloadConversations returns up to limit conversations that fit the filter with ids above after, ascending.
func (s *Store) DownloadConversations(ctx context.Context, scope Scope, user int64, f Filter, after int64,
	limit int) ([]Conversation, error) {
	where, args, some := downloadable(scope, user, f, true)
	if !some {
		return nil, nil
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT `+conversationFields+` FROM conversations c NOT INDEXED CROSS`+
		conversationTables+`
		WHERE c.id > ?`+where+` ORDER BY c.id LIMIT ?`, slices.Concat([]any{user, after}, args, []any{limit})...)
	return collect(rows, err, scanConversation)
}

// DownloadMessages returns up to limit messages with ids above after, ascending, of conversations that fit the filter;
// its days are those of the messages. failed leaves only those that failed.
func (s *Store) DownloadMessages(ctx context.Context, scope Scope, user int64, f Filter, failed bool, after int64,
	limit int) ([]DownloadedMessage, error) {
	where, args, some := downloadable(scope, user, f, false)
	if !some {
		return nil, nil
	}
	if failed {
		where += ` AND m.state = 'failed'`
	}
	from, until := f.span()
	rows, err := s.reads.QueryContext(ctx, `SELECT m.id FROM messages m NOT INDEXED
		CROSS JOIN conversations c ON c.id = m.conversation_id
		WHERE m.id > ? AND m.at >= ? AND m.at < ?`+where+` ORDER BY m.id LIMIT ?`,
		slices.Concat([]any{after, from, until}, args, []any{limit})...)
	ids, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.downloaded(ctx, user, ids)
}

// downloaded reads the messages with the ids, ascending.
func (s *Store) downloaded(ctx context.Context, user int64, ids []int64) ([]DownloadedMessage, error) {
	these, args := in("id", ids)
	rows, err := s.reads.QueryContext(ctx, `SELECT `+messageColumns+`, coalesce((SELECT u.name FROM replies p
		JOIN users u ON u.id = p.user_id WHERE p.id = messages.id), '')
		FROM messages WHERE `+these, args...)
	messages, err := collect(rows, err, func(r row, m *DownloadedMessage) error {
		return scanMessage(trailing{r, &m.Author}, &m.Message)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(messages, func(a, b DownloadedMessage) int { return cmp.Compare(a.ID, b.ID) })
	conversations := map[int64]Conversation{}
	for _, m := range messages {
		conversations[m.ConversationID] = Conversation{}
	}
	those, args := in("c.id", slices.Collect(maps.Keys(conversations)))
	rows, err = s.reads.QueryContext(ctx, `SELECT `+conversationColumns+` WHERE `+those, append([]any{user}, args...)...)
	list, err := collect(rows, err, scanConversation)
	for _, c := range list {
		conversations[c.ID] = c
	}
	for i := range messages {
		messages[i].Conversation = conversations[messages[i].ConversationID]
	}
	// deleted meanwhile
	return slices.DeleteFunc(messages, func(m DownloadedMessage) bool { return m.Conversation.ID == 0 }), err
}

// trailing has one more column read after those that scanMessage reads.
type trailing struct {
	row
	more any
}

func (t trailing) Scan(into ...any) error { return t.row.Scan(append(into, t.more)...) }

// DownloadTagChanges returns up to limit tag changes with ids above after, ascending, that came through the filter's
// subusers, from or to one of its tags, on its days.
func (s *Store) DownloadTagChanges(ctx context.Context, scope Scope, f Filter, after int64,
	limit int) ([]ContactChange, error) {
	f, some := f.within(scope)
	if !some {
		return nil, nil
	}
	where, args := ``, []any(nil)
	if len(f.Subusers) > 0 {
		condition, more := in("subuser_id", f.Subusers)
		where, args = where+` AND `+condition, append(args, more...)
	}
	if len(f.Tags) > 0 {
		from, more := in("from_tag", f.Tags)
		to, _ := in("to_tag", f.Tags)
		where, args = where+` AND (`+from+` OR `+to+`)`, slices.Concat(args, more, more)
	}
	from, until := f.span()
	rows, err := s.reads.QueryContext(ctx, `SELECT id FROM tag_changes NOT INDEXED
		WHERE id > ? AND at >= ? AND at < ?`+where+` ORDER BY id LIMIT ?`,
		slices.Concat([]any{after, from, until}, args, []any{limit})...)
	ids, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	if err != nil {
		return nil, err
	}
	list, err := s.contactChanges(ctx, scope, ids)
	slices.SortFunc(list, func(a, b ContactChange) int { return cmp.Compare(a.ID, b.ID) })
	return list, err
}

// DownloadCounts is how many rows a download has.
type DownloadCounts struct{ Conversations, Messages, Failures int }

// CountDownload counts what the filter's conversations hold, on all days.
func (s *Store) CountDownload(ctx context.Context, scope Scope, user int64, f Filter) (n DownloadCounts, err error) {
	where, args, some := downloadable(scope, user, f, true)
	if !some {
		return n, nil
	}
	err = s.reads.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(c.inbound + c.outbound), 0),
		coalesce(sum(c.failed), 0) FROM conversations c WHERE 1`+where, args...).
		Scan(&n.Conversations, &n.Messages, &n.Failures)
	return n, err
}
