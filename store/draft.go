package store

import "context"

// Draft is what a user has begun to write in a conversation. Pages that wrote without knowing of each other have one
// each.
type Draft struct {
	Text    string
	Version int64  // another one each time the text changes, never used before
	Page    string // that wrote it last, "" where that is not known
}

// draftsKept is how many drafts a user has in one conversation at most; the one that has not changed for longest goes
// first.
const draftsKept = 10

// KeepDraft keeps what a page has in its form, in place of the draft that it had before, which the version says (0 is
// none), or of the one that it wrote last. Where another page has changed that draft meanwhile, both stay. Nothing ("")
// is no draft. It returns the version of what was kept, and the other drafts that there are.
func (s *Store) KeepDraft(ctx context.Context, scope Scope, user, conversation int64,
	d Draft) (version int64, others []Draft, err error) {
	err = s.each(ctx, scope, user, []int64{conversation}, func(t *tx, c Conversation) (changed bool, err error) {
		if version, changed, err = t.keepDraft(user, c.ID, d); err != nil {
			return false, err
		}
		rows, err := t.Query(`SELECT text, version FROM drafts WHERE conversation_id = ? AND user_id = ? AND version <> ?
			ORDER BY id`, c.ID, user, version)
		others, err = collect(rows, err, scanDraft)
		return changed, err
	})
	if err != nil {
		return 0, nil, err
	}
	return version, others, nil
}

func scanDraft(r row, d *Draft) error { return r.Scan(&d.Text, &d.Version) }

func (t *tx) keepDraft(user, conversation int64, d Draft) (version int64, changed bool, err error) {
	if d.Text == "" {
		changed, err = t.dropDraft(user, conversation, d)
		return 0, changed, err
	}
	var own int64 // the draft that the page had
	if err := gone(found(t.Row(`SELECT id FROM drafts
		WHERE conversation_id = ?1 AND user_id = ?2 AND (version = ?3 OR page = ?4 AND ?4 <> '')
		ORDER BY version <> ?3, id LIMIT 1`, conversation, user, d.Version, d.Page).Scan(&own))); err != nil {
		return 0, false, err
	}
	err = found(t.Row(`SELECT version FROM drafts WHERE conversation_id = ? AND user_id = ? AND text = ?
		ORDER BY id LIMIT 1`, conversation, user, d.Text).Scan(&version))
	if err == nil { // two pages have come to the same
		n, err := t.Affected(`DELETE FROM drafts WHERE id = ? AND version <> ?`, own, version)
		return version, n > 0, err
	}
	if err != ErrNotFound {
		return 0, false, err
	}
	version = t.next()
	if own != 0 {
		return version, true, t.Exec(`UPDATE drafts SET text = ?, version = ?, page = ? WHERE id = ?`,
			d.Text, version, d.Page, own)
	}
	if err := t.Exec(`INSERT INTO drafts (conversation_id, user_id, text, version, page)
		VALUES (?, ?, ?, ?, ?)`, conversation, user, d.Text, version, d.Page); err != nil {
		return 0, false, err
	}
	return version, true, t.Exec(`DELETE FROM drafts
		WHERE id IN (SELECT id FROM drafts WHERE conversation_id = ? AND user_id = ?
		ORDER BY version DESC LIMIT -1 OFFSET ?)`,
		conversation, user, draftsKept)
}

// dropDraft takes away the draft of that version or page, and what has the same text. Version 0 is no draft's: a page
// that knows of none takes away no other page's.
func (t *tx) dropDraft(user, conversation int64, d Draft) (bool, error) {
	n, err := t.Affected(`DELETE FROM drafts WHERE conversation_id = ?1 AND user_id = ?2
		AND (version = ?3 OR page = ?4 AND ?4 <> ''
		OR trim(text, char(9, 10, 13, 32)) = ?5)`, conversation, user, d.Version, d.Page, d.Text)
	return n > 0, err
}

// Drafts returns what the user has begun to write in a conversation: first what stands in the form, then what other
// pages wrote.
func (s *Store) Drafts(ctx context.Context, scope Scope, user, conversation int64) ([]Draft, error) {
	where, args := scope.where("c.subuser_id")
	rows, err := s.reads.QueryContext(ctx, `SELECT d.text, d.version FROM drafts d
		JOIN conversations c ON c.id = d.conversation_id
		WHERE d.conversation_id = ? AND d.user_id = ? AND `+where+` ORDER BY d.id`,
		append([]any{conversation, user}, args...)...)
	return collect(rows, err, scanDraft)
}

// withDrafts adds what the user has begun to write to each conversation.
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
		rows, err := s.reads.QueryContext(ctx, `SELECT conversation_id, text FROM drafts WHERE user_id = ? AND `+these+
			` ORDER BY id DESC`, append([]any{user}, args...)...)
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

// DraftsBy returns what stands in each user's form in a conversation; nothing outside of the scope.
func (s *Store) DraftsBy(ctx context.Context, scope Scope, conversation int64) (map[int64]string, error) {
	where, args := scope.where("c.subuser_id")
	type line struct {
		user int64
		text string
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT d.user_id, d.text FROM drafts d
		JOIN conversations c ON c.id = d.conversation_id
		WHERE d.conversation_id = ? AND `+where+` ORDER BY d.id DESC`, append([]any{conversation}, args...)...)
	lines, err := collect(rows, err, func(r row, l *line) error { return r.Scan(&l.user, &l.text) })
	drafts := make(map[int64]string, len(lines))
	for _, l := range lines {
		drafts[l.user] = l.text
	}
	return drafts, err
}
