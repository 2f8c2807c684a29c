package store

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"tagline/store/text"
)

// Do runs a function as a write.
func (s *Store) Do(ctx context.Context, do func() error) error {
	return s.write(ctx, func(*tx) error { return do() })
}

// AddThen adds a contact in a write and then does the rest of it.
func (s *Store) AddThen(ctx context.Context, number string, then func() error) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.contact(number); err != nil {
			return err
		}
		return then()
	})
}

// Waiting is how many writes wait.
func (s *Store) Waiting() int { return s.db.Waiting() }

// Index is what the search index holds of messages and contacts, and what it should hold, each in words.
func (s *Store) Index(ctx context.Context) (holds, should map[string]string, err error) {
	holds, should = map[string]string{}, map[string]string{}
	err = s.write(ctx, func(t *tx) error {
		for _, kind := range []string{"message", "contact"} {
			if err := t.Exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.` + kind + `_words USING fts5vocab ('main', '` + kind + `_search', 'instance')`); err != nil {
				return err
			}
			rows, err := t.Query(`SELECT '` + kind + ` ' || doc || ' ' || col, term FROM temp.` + kind + `_words ORDER BY doc, col, offset`)
			words, err := collect(rows, err, func(r row, w *[2]string) error { return r.Scan(&w[0], &w[1]) })
			if err != nil {
				return err
			}
			for _, w := range words {
				holds[w[0]] += w[1] + " "
			}
		}
		rows, err := t.Query(unindexedMessages)
		messages, err := collect(rows, err, scanUnindexed)
		for _, m := range messages {
			should[fmt.Sprintf("message %d text", m.id)] = text.Indexed(m.text)
			should[fmt.Sprintf("message %d scope", m.id)] = scopeWord(m.subuser) + " "
		}
		if err != nil {
			return err
		}
		rows, err = t.Query(`SELECT k.id, k.phone_number, k.name, group_concat('s' || c.subuser_id, ' ') FROM contacts k JOIN conversations c ON c.contact_id = k.id
			GROUP BY k.id ORDER BY c.id`)
		_, err = collect(rows, err, func(r row, _ *struct{}) error {
			var id, number, name, scope string
			err := r.Scan(&id, &number, &name, &scope)
			should["contact "+id+" name"] = text.Indexed(name + " " + senderName(number))
			should["contact "+id+" digits"] = text.NumberEntry(number) + " "
			should["contact "+id+" scope"] = scope + " "
			return err
		})
		return err
	})
	maps.DeleteFunc(should, func(_, words string) bool { return strings.TrimSpace(words) == "" })
	return holds, should, err
}

// IndexSome lets the index take in a few at once, as when it is interrupted.
func (s *Store) IndexSome(ctx context.Context, n int) error {
	return s.write(ctx, func(t *tx) error { return t.index(n) })
}

// Plans explains how each question of a search is answered.
func (s *Store) Plans(ctx context.Context, match string) (map[string]string, error) {
	plans := map[string]string{}
	where, args := Scope{Subusers: []SubuserID{6, 7}}.where("c.subuser_id")
	query, of := messageQuery(match, 5)
	for name, q := range map[string]struct {
		query string
		args  []any
	}{
		"messages":      {query, of},
		"contacts":      {contactsFound, []any{match, 5}},
		"notes":         {notesFound, []any{match, 5}},
		"conversations": {`SELECT ` + conversationColumns + ` WHERE c.id IN (1, 2, 3) AND ` + where, append([]any{1}, args...)},
		"of contacts":   {`SELECT ` + conversationColumns + ` WHERE c.contact_id IN (1, 2, 3) AND ` + where, append([]any{1}, args...)},
		"behind":        {isBehind, nil},
	} {
		rows, err := s.reads.QueryContext(ctx, `EXPLAIN QUERY PLAN `+q.query, q.args...)
		lines, err := collect(rows, err, func(r row, line *string) error {
			var ignored int
			return r.Scan(&ignored, &ignored, &ignored, line)
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		plans[name] = strings.Join(lines, "\n")
	}
	return plans, nil
}

// SearchBehind tells whether the index has anything to take in.
func (s *Store) SearchBehind(ctx context.Context) (bool, error) { return s.searchBehind(ctx) }

// FillDirectly writes conversations of ten messages each into the tables, without reports, unless there are some
// already. text makes the words of a message, name that of a contact.
func (s *Store) FillDirectly(ctx context.Context, messages int, text func(n int) string, name func(n int) string) error {
	var have int
	if err := s.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM messages)`).Scan(&have); err != nil || have == 1 {
		return err
	}
	tags := []string{"", "Hot", "Warm", "Cold", "VIP"}
	const batch = 20_000
	for from := 0; from < messages; from += batch {
		err := s.write(ctx, func(t *tx) error {
			for n := from; n < min(from+batch, messages); n++ {
				id := int64(n%(messages/10) + 1)
				if n < messages/10 {
					tag := tags[n%len(tags)]
					if n == 5 {
						tag = "Rare"
					}
					if err := t.Exec(`INSERT INTO contacts (id, phone_number, name, tag) VALUES (?, ?, ?, ?)`, id, fmt.Sprintf("+1888%07d", n), name(n), tag); err != nil {
						return err
					}
					if err := t.Exec(`INSERT INTO conversations (id, subuser_id, contact_id, tag) VALUES (?, ?, ?, ?)`, id, n%50, id, tag); err != nil {
						return err
					}
				}
				at := int64(1700000000000 + n*1000)
				m := Message{ID: t.next(), ConversationID: id, Direction: In, State: Received, Text: text(n), ArrivedAt: at, At: at}
				if err := t.insertMessage(m); err != nil {
					return err
				}
				if err := t.Exec(`UPDATE conversations SET last_message_id = ?, last_text = ?, last_direction = 'in', last_state = 'received', last_at = ?, inbound = inbound + 1
					WHERE id = ?`, m.ID, m.Text, at, id); err != nil {
					return err
				}
			}
			return t.changed(Change{Number: t.number})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Path is where the database is.
func (s *Store) Path() string {
	var path string
	if err := s.reads.QueryRowContext(context.Background(), `SELECT file FROM pragma_database_list`).Scan(&path); err != nil {
		panic(err)
	}
	return path
}

// Mentions is what bodies that name a number are found with.
func Mentions(number string) func([]byte) bool { return mentions(number) }

// DeleteAudit tries to empty the audit log.
func (s *Store) DeleteAudit(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error { return t.Exec(`DELETE FROM audit`) })
}
