package store

import "context"

// KeepDraft keeps what the person has begun to write in a conversation; nothing ("") is no draft.
func (s *Store) KeepDraft(ctx context.Context, scope Scope, user, conversation int64, text string) error {
	return s.each(ctx, scope, user, []int64{conversation}, func(t *tx, c Conversation) (bool, error) {
		if text == "" {
			return t.dropDraft(user, c.ID)
		}
		n, err := t.affected(`INSERT INTO drafts (conversation_id, user_id, text) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET text = excluded.text WHERE text <> excluded.text`, c.ID, user, text)
		return n > 0, err
	})
}

func (t *tx) dropDraft(user, conversation int64) (bool, error) {
	n, err := t.affected(`DELETE FROM drafts WHERE conversation_id = ? AND user_id = ?`, conversation, user)
	return n > 0, err
}

// withDrafts adds what the person has begun to write to each conversation.
func (s *Store) withDrafts(ctx context.Context, user int64) func([]Conversation, error) ([]Conversation, error) {
	return func(conversations []Conversation, err error) ([]Conversation, error) {
		if err != nil || user == 0 || len(conversations) == 0 {
			return conversations, err
		}
		at, ids := map[int64]int{}, make([]int64, len(conversations))
		for i, c := range conversations {
			at[c.ID], ids[i] = i, c.ID
		}
		these, args := in("conversation_id", ids)
		rows, err := s.reads.QueryContext(ctx, `SELECT conversation_id, text FROM drafts WHERE user_id = ? AND `+these, append([]any{user}, args...)...)
		_, err = collect(rows, err, func(r row, _ *struct{}) error {
			var id int64
			var text string
			err := r.Scan(&id, &text)
			conversations[at[id]].Draft = text
			return err
		})
		return conversations, err
	}
}

// DraftsBy returns what each person has begun to write in a conversation; nothing outside of the scope.
func (s *Store) DraftsBy(ctx context.Context, scope Scope, conversation int64) (map[int64]string, error) {
	where, args := scope.where("c.subuser_id")
	type line struct {
		user int64
		text string
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT d.user_id, d.text FROM drafts d JOIN conversations c ON c.id = d.conversation_id
		WHERE d.conversation_id = ? AND `+where, append([]any{conversation}, args...)...)
	lines, err := collect(rows, err, func(r row, l *line) error { return r.Scan(&l.user, &l.text) })
	drafts := make(map[int64]string, len(lines))
	for _, l := range lines {
		drafts[l.user] = l.text
	}
	return drafts, err
}
