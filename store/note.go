package store

import (
	"context"
	"slices"
	"time"
)

// deletedNotesKept is for how long deleting a note can be undone.
const deletedNotesKept = time.Hour

// Note is what a person wrote to colleagues about a conversation. It is never sent.
type Note struct {
	ID             int64
	ConversationID int64
	UserID         int64
	Author         string // the person's name, "" if they are gone
	Text           string
	At             int64 // Unix ms
}

// AddNote keeps a note. A conversation outside the scope is ErrNotFound.
func (s *Store) AddNote(ctx context.Context, scope Scope, user, conversation int64, text string) (Note, error) {
	return s.AddNoteOnce(ctx, scope, user, conversation, text, nil)
}

// AddNoteOnce does that with a note from a form: once tells one sending of it from every other. The second adds
// nothing.
func (s *Store) AddNoteOnce(ctx context.Context, scope Scope, user, conversation int64, text string,
	once []byte) (Note, error) {
	c, err := s.Conversation(ctx, scope, 0, conversation)
	if err != nil {
		return Note{}, err
	}
	n := Note{ConversationID: c.ID, UserID: user, Text: text}
	err = s.write(ctx, func(t *tx) error {
		if first, err := t.takeForm(user, once); err != nil || !first {
			return err
		}
		n.ID, n.At = t.next(), t.now
		if err := t.Exec(`INSERT INTO notes (id, conversation_id, user_id, text, at)
			VALUES (?, ?, ?, ?, ?)`, n.ID, c.ID, user, text, n.At); err != nil {
			return err
		}
		return t.changed(Change{Number: n.ID, ConversationID: c.ID, Subuser: c.Subuser})
	})
	return n, err
}

// DeleteNote takes a note of the person's own away; anybody else's is ErrNotFound. RestoreNote brings it back for as
// long as deletedNotesKept.
func (s *Store) DeleteNote(ctx context.Context, scope Scope, user, conversation, id int64) error {
	return s.changeNote(ctx, scope, conversation, NoteDeleted, func(t *tx) (int64, error) {
		if err := t.Exec(`DELETE FROM notes WHERE deleted_at < ?`,
			t.removalTime()-deletedNotesKept.Milliseconds()); err != nil {
			return 0, err
		}
		return t.Affected(`UPDATE notes SET deleted_at = ? WHERE id = ? AND conversation_id = ? AND user_id = ?
			AND deleted_at IS NULL`,
			t.now, id, conversation, user)
	})
}

// RestoreNote brings back a note that the person deleted; any other is ErrNotFound.
func (s *Store) RestoreNote(ctx context.Context, scope Scope, user, conversation, id int64) error {
	return s.changeNote(ctx, scope, conversation, NoteRestored, func(t *tx) (int64, error) {
		return t.Affected(`UPDATE notes SET deleted_at = NULL WHERE id = ? AND conversation_id = ? AND user_id = ?
			AND deleted_at >= ?`,
			id, conversation, user, t.now-deletedNotesKept.Milliseconds())
	})
}

// changeNote runs do, which returns how many notes it changed; none is ErrNotFound.
func (s *Store) changeNote(ctx context.Context, scope Scope, conversation int64, action Action,
	do func(t *tx) (int64, error)) error {
	c, err := s.Conversation(ctx, scope, 0, conversation)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		n, err := do(t)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := t.audit(ctx, action, conversationWords(c.ID)); err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), ConversationID: c.ID, Subuser: c.Subuser})
	})
}

const noteColumns = `n.id, n.conversation_id, n.user_id, coalesce(u.name, ''), n.text, n.at FROM notes n
	LEFT JOIN users u ON u.id = n.user_id`

func scanNote(r row, n *Note) error {
	return r.Scan(&n.ID, &n.ConversationID, &n.UserID, &n.Author, &n.Text, &n.At)
}

// Notes returns the newest of the conversation's notes in [from, until), Unix ms, ascending, at most limit; 0 is no
// bound. more tells whether there are others.
func (s *Store) Notes(ctx context.Context, scope Scope, conversation, from, until int64,
	limit int) (notes []Note, more bool, err error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return nil, false, err
	}
	return s.notes(ctx, conversation, from, until, limit)
}

func (s *Store) notes(ctx context.Context, conversation, from, until int64,
	limit int) (notes []Note, more bool, err error) {
	from, until = bounds(from, until)
	rows, err := s.reads.QueryContext(ctx, `SELECT `+noteColumns+` WHERE n.conversation_id = ? AND n.at >= ? AND n.at < ?
		AND n.deleted_at IS NULL
		ORDER BY n.at DESC, n.id DESC LIMIT ?`, conversation, from, until, limit+1)
	notes, err = collect(rows, err, scanNote)
	if len(notes) > limit {
		notes, more = notes[:limit], true
	}
	slices.Reverse(notes)
	return notes, more, err
}

// NotesFrom returns the oldest of them instead, likewise ascending.
func (s *Store) NotesFrom(ctx context.Context, scope Scope, conversation, from, until int64,
	limit int) (notes []Note, more bool, err error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return nil, false, err
	}
	from, until = bounds(from, until)
	rows, err := s.reads.QueryContext(ctx, `SELECT `+noteColumns+` WHERE n.conversation_id = ? AND n.at >= ? AND n.at < ?
		AND n.deleted_at IS NULL
		ORDER BY n.at, n.id LIMIT ?`, conversation, from, until, limit+1)
	notes, err = collect(rows, err, scanNote)
	if len(notes) > limit {
		notes, more = notes[:limit], true
	}
	return notes, more, err
}

// NewestNotes returns up to limit notes of the conversation, the newest first, and how many it has.
func (s *Store) NewestNotes(ctx context.Context, scope Scope, conversation int64,
	limit int) (notes []Note, total int, err error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return nil, 0, err
	}
	return s.newestNotes(ctx, conversation, limit)
}

func (s *Store) newestNotes(ctx context.Context, conversation int64, limit int) (notes []Note, total int, err error) {
	if err := s.reads.QueryRowContext(ctx, `SELECT count(*) FROM notes
		WHERE conversation_id = ? AND deleted_at IS NULL`, conversation).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT `+noteColumns+`
		WHERE n.conversation_id = ? AND n.deleted_at IS NULL ORDER BY n.at DESC, n.id DESC LIMIT ?`, conversation, limit)
	notes, err = collect(rows, err, scanNote)
	return notes, total, err
}

// Note returns a note of the conversation, or ErrNotFound.
func (s *Store) Note(ctx context.Context, scope Scope, conversation, id int64) (n Note, err error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return n, err
	}
	err = found(scanNote(s.reads.QueryRowContext(ctx,
		`SELECT `+noteColumns+` WHERE n.id = ? AND n.conversation_id = ? AND n.deleted_at IS NULL`, id, conversation), &n))
	return n, err
}

// NoteAt returns when a note of the conversation was written, Unix ms, or ErrNotFound.
func (s *Store) NoteAt(ctx context.Context, scope Scope, conversation, id int64) (at int64, err error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return 0, err
	}
	err = s.reads.QueryRowContext(ctx, `SELECT at FROM notes
		WHERE id = ? AND conversation_id = ? AND deleted_at IS NULL`, id, conversation).Scan(&at)
	return at, found(err)
}
