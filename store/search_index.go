package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"tagline/store/sqlite"
	"tagline/store/text"
)

const (
	// smallBatch and largeBatch are how many are taken in by one write: others wait for it, if there are others.
	smallBatch = 12
	largeBatch = 256
	// indexYield is how much longer than a write of the index others have the writer to themselves, while there are
	// some.
	indexYield = 8
)

// IndexSearch brings the search index up to date. That is done behind the writes, because it would cost each of them a
// third of its time, and through the one writer: what is done is in the database with how far it came, so that a crash
// can leave the index behind but never out of step. One that is damaged is built anew.
func (s *Store) IndexSearch(ctx context.Context) error {
	err := s.catchUp(ctx)
	if sqlite.VirtualTableDamaged(err) {
		s.options.Log.Warn("the search index is damaged and built anew", "error", err)
		if err = s.write(ctx, (*tx).unindex); err == nil {
			err = s.catchUp(ctx)
		}
	}
	return err
}

// catchUp takes in everything that was committed. Under load it falls behind rather than hold webhooks up, and makes up
// for it as soon as nobody else writes.
func (s *Store) catchUp(ctx context.Context) error {
	for batch := smallBatch; ; {
		behind, err := s.searchBehind(ctx)
		if err != nil || !behind {
			return err
		}
		before := s.effects.written.Load()
		var took time.Duration
		if err := s.write(ctx, func(t *tx) error {
			began := time.Now()
			defer func() { took = time.Since(began) }()
			return t.index(batch)
		}); err != nil {
			return err
		}
		batch = largeBatch
		if s.effects.written.Load() > before+1 {
			batch = smallBatch
			if !sqlite.Sleep(ctx, indexYield*took) {
				return ctx.Err()
			}
		}
	}
}

// unindex empties the index, so that everything is taken in again.
func (t *tx) unindex() error {
	for _, statement := range []string{
		`INSERT INTO message_search (message_search) VALUES ('delete-all')`,
		`INSERT INTO contact_search (contact_search) VALUES ('delete-all')`,
		`INSERT INTO note_search (note_search) VALUES ('delete-all')`,
		`UPDATE search_positions SET id = 0`,
		`DELETE FROM search_again`,
		`INSERT INTO search_again (kind, id) SELECT DISTINCT 'contact', contact_id FROM conversations`,
		`INSERT INTO search_again (kind, id) SELECT 'note', id FROM notes WHERE deleted_at IS NULL`,
	} {
		if err := t.Exec(statement); err != nil {
			return err
		}
	}
	return t.flushIndex()
}

const isBehind = `SELECT EXISTS (SELECT 1 FROM search_again)
	OR EXISTS (SELECT 1 FROM messages WHERE id > (SELECT id FROM search_positions WHERE kind = 'message'))`

// searchBehind tells whether there is anything to take in.
func (s *Store) searchBehind(ctx context.Context) (behind bool, err error) {
	err = s.reads.QueryRowContext(ctx, isBehind).Scan(&behind)
	return behind, err
}

// index takes in up to limit entries: first what has to be looked at again, then what is new.
func (t *tx) index(limit int) error {
	n, err := t.indexAgain(limit)
	if err == nil && n < limit {
		err = t.indexNew(limit - n)
	}
	if err != nil {
		return err
	}
	return t.flushIndex()
}

// flushIndex has FTS5 write what it holds back until the commit: if that fails, it must fail here and take nothing else
// down. A savepoint makes it do so.
func (t *tx) flushIndex() error {
	if err := t.Exec(`SAVEPOINT flushed`); err != nil {
		return err
	}
	return t.Exec(`RELEASE flushed`)
}

func (t *tx) indexAgain(limit int) (int, error) {
	type behind struct {
		kind string
		id   int64
	}
	rows, err := t.Query(`SELECT kind, id FROM search_again LIMIT ?`, limit)
	list, err := collect(rows, err, func(r row, b *behind) error { return r.Scan(&b.kind, &b.id) })
	for _, b := range list {
		if err == nil {
			err = t.Exec(`DELETE FROM search_again WHERE kind = ? AND id = ?`, b.kind, b.id)
		}
		if err != nil {
			return 0, err
		}
		switch b.kind {
		case "message":
			err = t.indexMessageAgain(b.id)
		case "contact":
			err = t.indexContact(b.id)
		case "note":
			err = t.indexNote(b.id)
		}
	}
	return len(list), err
}

// unindexedMessage is a message on its way into the index.
type unindexedMessage struct {
	id      int64
	text    string
	subuser SubuserID
}

const unindexedMessages = `SELECT m.id, m.text, c.subuser_id FROM messages m
	JOIN conversations c ON c.id = m.conversation_id `

func scanUnindexed(r row, m *unindexedMessage) error { return r.Scan(&m.id, &m.text, &m.subuser) }

func (t *tx) indexNew(limit int) error {
	rows, err := t.Query(unindexedMessages+`WHERE m.id > (SELECT id FROM search_positions WHERE kind = 'message')
		ORDER BY m.id LIMIT ?`, limit)
	list, err := collect(rows, err, scanUnindexed)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, m := range list {
		if err := t.indexMessage(m); err != nil {
			return err
		}
	}
	return t.Exec(`UPDATE search_positions SET id = ? WHERE kind = 'message'`, list[len(list)-1].id)
}

func (t *tx) indexMessage(m unindexedMessage) error {
	return t.Exec(`INSERT INTO message_search (rowid, text, scope) VALUES (?, ?, ?)`,
		m.id, text.Indexed(m.text), scopeWord(m.subuser))
}

func (t *tx) indexMessageAgain(id int64) error {
	if err := t.Exec(`DELETE FROM message_search WHERE rowid = ?`, id); err != nil {
		return err
	}
	var m unindexedMessage
	err := found(scanUnindexed(t.Row(unindexedMessages+`WHERE m.id = ?`, id), &m))
	if err == ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return t.indexMessage(m)
}

func (t *tx) indexContact(id int64) error {
	if err := t.Exec(`DELETE FROM contact_search WHERE rowid = ?`, id); err != nil {
		return err
	}
	var number, name string
	err := found(t.Row(`SELECT phone_number, name FROM contacts WHERE id = ? AND NOT deleted`, id).Scan(&number, &name))
	if err == ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	rows, err := t.Query(`SELECT subuser_id FROM conversations WHERE contact_id = ?`, id)
	scopes, err := collect(rows, err, func(r row, word *string) error {
		var subuser SubuserID
		err := r.Scan(&subuser)
		*word = scopeWord(subuser)
		return err
	})
	if err != nil {
		return err
	}
	return t.Exec(`INSERT INTO contact_search (rowid, name, digits, scope) VALUES (?, ?, ?, ?)`,
		id, text.Indexed(name+" "+senderName(number)), text.NumberEntry(number), strings.Join(scopes, " "))
}

// senderName is a number that is a name: an alphanumeric sender.
func senderName(number string) string {
	if strings.ContainsFunc(number, func(r rune) bool { return r < '0' && r != '+' || r > '9' }) {
		return number
	}
	return ""
}

// scopeWords are subusers in the index; nil stays nil.
func scopeWords(subusers []SubuserID) (words []string) {
	if subusers != nil {
		words = make([]string, len(subusers))
	}
	for i, id := range subusers {
		words[i] = scopeWord(id)
	}
	return words
}

// scopeWord is a subuser in the index.
func scopeWord(id SubuserID) string {
	return "s" + strings.Replace(strconv.FormatInt(int64(id), 10), "-", "n", 1)
}
