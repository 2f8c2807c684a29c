package store

import "tagline/store/text"

// searchNotes is how many notes a search shows.
const searchNotes = 8

// FoundNote is a note that was searched for, with its conversation.
type FoundNote struct {
	Conversation Conversation
	Note         Note
}

const notesFound = `SELECT n.id, n.conversation_id, n.user_id, coalesce(u.name, ''), n.text, n.at
	FROM note_search s CROSS JOIN notes n ON n.id = s.rowid LEFT JOIN users u ON u.id = n.user_id
	WHERE s.note_search MATCH ? AND n.deleted_at IS NULL ORDER BY s.rowid DESC LIMIT ?`

// notes finds the newest notes that hold all terms.
func (x *search) notes(subusers []SubuserID) error {
	rows, err := x.store.reads.QueryContext(x.ctx, notesFound, x.terms.MessageMatch(scopeWords(subusers)), searchPage)
	notes, err := collect(rows, err, func(r row, n *Note) error {
		return r.Scan(&n.ID, &n.ConversationID, &n.UserID, &n.Author, &n.Text, &n.At)
	})
	if err != nil {
		return err
	}
	ids := make([]int64, len(notes))
	for i, n := range notes {
		ids[i] = n.ConversationID
	}
	if err := x.learn(ids); err != nil {
		return err
	}
	for _, n := range notes {
		if !x.terms.In(n.Text) {
			continue
		}
		if c := x.known[n.ConversationID]; c.ID != 0 && len(x.found.Notes) < searchNotes {
			x.found.Notes = append(x.found.Notes, FoundNote{c, n})
		}
	}
	return nil
}

// indexNote takes a note in as it is now, or out if it is gone.
func (t *tx) indexNote(id int64) error {
	if err := t.Exec(`DELETE FROM note_search WHERE rowid = ?`, id); err != nil {
		return err
	}
	var note string
	var subuser SubuserID
	err := found(t.Row(`SELECT n.text, c.subuser_id FROM notes n JOIN conversations c ON c.id = n.conversation_id
		WHERE n.id = ? AND n.deleted_at IS NULL`, id).Scan(&note, &subuser))
	if err == ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return t.Exec(`INSERT INTO note_search (rowid, text, scope) VALUES (?, ?, ?)`, id,
		text.Indexed(note), scopeWord(subuser))
}
