package store

import (
	"context"
	"math"
	"reflect"
	"slices"
)

// Direction tells who wrote a message.
type Direction string

// The directions.
const (
	In  Direction = "in"  // from the contact
	Out Direction = "out" // to the contact
)

// State is what is known of a message. There is no "delivered": TextLink has no such event.
type State string

// The states.
const (
	Received State = "received"
	Queued   State = "queued"   // written here, not tried yet
	Sending  State = "sending"  // the call to TextLink is out
	Accepted State = "accepted" // TextLink has it, and has not told of a dispatch yet
	Unknown  State = "unknown"  // the call was out and nobody knows how it ended
	Sent     State = "sent"     // dispatched
	Failed   State = "failed"
)

// Retry tells what became of a message that was tried again.
type Retry int

// The stages of a retry.
const (
	NotRetried Retry = iota
	Retrying         // a later attempt is under way
	Retried          // a later attempt went out, or failed in its place
)

// Message is one SMS. For outbound ones it is what all reports about it together say.
type Message struct {
	ID             int64
	ConversationID int64
	Direction      Direction
	State          State
	Text           string
	Timestamp      *int64 // TextLink's own time, Unix ms; nil if it sent none
	Doubtful       bool   // the timestamp cannot be true; the message is sorted by arrival
	ArrivedAt      int64  // when the first report arrived, Unix ms
	// where it stands in the thread: Timestamp unless absent, doubtful or after ArrivedAt, else ArrivedAt; Unix ms
	At         int64
	SIMCardID  *int64
	Portal     *bool // sent from TextLink's own console
	CustomID   string
	TextlinkID int64  // 0 when unknown
	FailedAt   *int64 // when the failure arrived, Unix ms
	Dismissed  bool   // somebody dismissed the failure, or left it at not knowing
	Retry      Retry  // whether later attempts were made
	Reply      *Reply // of one that was written here, in what threads are read with; else nil
}

// OpenFailure tells whether the message failed, nobody dismissed that, and no later attempt took its place.
func (m Message) OpenFailure() bool { return m.State == Failed && !m.Dismissed && m.Retry != Retried }

const messageColumns = `id, conversation_id, direction, state, text, timestamp, doubtful, arrived_at, at, sim_card_id,
	portal, custom_id, textlink_id, failed_at, dismissed_at IS NOT NULL, retry`

func scanMessage(r row, m *Message) error {
	return r.Scan(&m.ID, &m.ConversationID, &m.Direction, &m.State, &m.Text, &m.Timestamp,
		&m.Doubtful, &m.ArrivedAt, &m.At,
		&m.SIMCardID, &m.Portal, &m.CustomID, &m.TextlinkID, &m.FailedAt, &m.Dismissed, &m.Retry)
}

// MessagesBefore returns up to limit messages of a conversation that stand before the position, ascending, and
// whether there are more before them. The zero Position means the end.
func (s *Store) MessagesBefore(ctx context.Context, scope Scope, conversation int64, before Position,
	limit int) (messages []Message, more bool, err error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return nil, false, err
	}
	if before == (Position{}) {
		before = Position{At: math.MaxInt64}
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE conversation_id = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`,
		conversation, before.At, before.ID, limit+1)
	messages, err = s.withReplies(ctx, conversation)(collect(rows, err, scanMessage))
	if len(messages) > limit {
		messages, more = messages[:limit], true
	}
	slices.Reverse(messages)
	return messages, more, err
}

// MessagesFrom returns the messages of a conversation from the position on, ascending.
func (s *Store) MessagesFrom(ctx context.Context, scope Scope, conversation int64, from Position) ([]Message, error) {
	return s.MessagesBetween(ctx, scope, conversation, from, Position{At: math.MaxInt64})
}

// MessagesBetween returns the messages of a conversation from one position up to another, both included, ascending.
func (s *Store) MessagesBetween(ctx context.Context, scope Scope, conversation int64,
	from, until Position) ([]Message, error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return nil, err
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE conversation_id = ? AND (at, id) >= (?, ?) AND (at, id) <= (?, ?) ORDER BY at, id`,
		conversation, from.At, from.ID, until.At, until.ID)
	return s.withReplies(ctx, conversation)(collect(rows, err, scanMessage))
}

// Message returns a message as its thread has it, or ErrNotFound.
func (s *Store) Message(ctx context.Context, scope Scope, id int64) (m Message, err error) {
	if err = found(scanMessage(s.reads.QueryRowContext(ctx, `SELECT `+messageColumns+` FROM messages WHERE id = ?`, id),
		&m)); err == nil {
		_, err = s.Conversation(ctx, scope, 0, m.ConversationID)
	}
	if err != nil {
		return Message{}, err
	}
	return m, nil
}

// MessagePosition returns where the message stands in the conversation, or ErrNotFound.
func (s *Store) MessagePosition(ctx context.Context, scope Scope, conversation, id int64) (Position, error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return Position{}, err
	}
	p := Position{ID: id}
	err := s.reads.QueryRowContext(ctx, `SELECT at FROM messages WHERE id = ? AND conversation_id = ?`,
		id, conversation).Scan(&p.At)
	return p, found(err)
}

// MessagesAround returns some messages of a conversation from a little before the position on, ascending, and whether
// there are others before and after them.
func (s *Store) MessagesAround(ctx context.Context, scope Scope, conversation int64, from Position,
	before, limit int) (messages []Message, older, later bool, err error) {
	messages, older, err = s.MessagesBefore(ctx, scope, conversation, from, before)
	if err != nil {
		return nil, false, false, err
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE conversation_id = ? AND (at, id) >= (?, ?) ORDER BY at, id LIMIT ?`, conversation, from.At, from.ID, limit+1)
	after, err := s.withReplies(ctx, conversation)(collect(rows, err, scanMessage))
	if len(after) > limit {
		after, later = after[:limit], true
	}
	return append(messages, after...), older, later, err
}

// FirstUnread returns the position of the first of the last unread inbound messages, or ErrNotFound if there are
// fewer.
func (s *Store) FirstUnread(ctx context.Context, scope Scope, conversation int64, unread int) (Position, error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return Position{}, err
	}
	if unread == 0 {
		return Position{}, ErrNotFound
	}
	var p Position
	err := s.reads.QueryRowContext(ctx, `SELECT at, id FROM messages WHERE conversation_id = ? AND direction = 'in'
		ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?`, conversation, unread-1).Scan(&p.At, &p.ID)
	return p, found(err)
}

// Position is where the message stands in its thread.
func (m Message) Position() Position { return Position{m.At, m.ID} }

func (t *tx) insertMessage(m Message) error {
	return t.Exec(`INSERT INTO messages (id, conversation_id, direction, state, text, timestamp, doubtful, arrived_at, at,
			sim_card_id, portal, custom_id, textlink_id, failed_at, dismissed_at, retry)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, m.ConversationID, m.Direction, m.State, m.Text, m.Timestamp, m.Doubtful, m.ArrivedAt, m.At,
		m.SIMCardID, m.Portal, m.CustomID, m.TextlinkID, m.FailedAt, m.dismissedAt(), m.Retry)
}

// dismissedAt is the column behind Dismissed. When somebody dismissed a failure stands with its report.
func (m Message) dismissedAt() *int64 {
	if m.Dismissed && m.FailedAt == nil {
		return &m.ArrivedAt
	}
	if !m.Dismissed {
		return nil
	}
	return m.FailedAt
}

// addMessage keeps an outbound message that has nothing to do with those before it.
func (t *tx) addMessage(c conclusion) error {
	if err := t.insertMessage(c.message); err != nil {
		return err
	}
	return t.summarise(c.message.ConversationID, tallyOf(c.message))
}

// messagesOf returns the messages that the reports belong to now, by id.
func (t *tx) messagesOf(reports []*report) (map[int64]Message, error) {
	messages := map[int64]Message{}
	for _, r := range reports {
		if _, have := messages[r.messageID]; have {
			continue
		}
		var m Message
		err := found(scanMessage(t.Row(`SELECT `+messageColumns+` FROM messages WHERE id = ?`, r.messageID), &m))
		if err == ErrNotFound {
			continue // the fresh report's own, not made yet
		}
		if err != nil {
			return nil, err
		}
		messages[m.ID] = m
	}
	return messages, nil
}

// replaceMessages puts the concluded messages in the place of those before and tells whether that changed anything.
func (t *tx) replaceMessages(conversation int64, before map[int64]Message,
	after []conclusion) (changed bool, err error) {
	var sum tally
	for _, c := range after {
		old, had := before[c.message.ID]
		delete(before, c.message.ID)
		c.message.Retry = old.Retry
		if had && reflect.DeepEqual(old, c.message) {
			continue
		}
		changed = true
		sum = sum.plus(tallyOf(c.message))
		if had {
			sum = sum.minus(tallyOf(old))
			err = t.Exec(`DELETE FROM messages WHERE id = ?`, old.ID)
		}
		if err == nil {
			err = t.insertMessage(c.message)
		}
		if err != nil {
			return false, err
		}
	}
	for _, old := range before {
		changed = true
		sum = sum.minus(tallyOf(old))
		if err := t.Exec(`DELETE FROM messages WHERE id = ?`, old.ID); err != nil {
			return false, err
		}
	}
	for _, c := range after {
		if err := t.assign(c); err != nil {
			return false, err
		}
	}
	if !changed {
		return false, nil
	}
	closed, err := t.closeRetried(conversation)
	if err != nil {
		return false, err
	}
	return true, t.summarise(conversation, sum.plus(closed))
}

// assign notes on each report which message it belongs to, and its text where that is not the message's.
func (t *tx) assign(c conclusion) error {
	for _, r := range c.reports {
		var text *string
		if r.text != c.message.Text {
			text = &r.text
		}
		if err := t.Exec(`UPDATE reports SET message_id = ?1, text = ?2
			WHERE id = ?3 AND (message_id <> ?1 OR text IS NOT ?2)`,
			c.message.ID, text, r.id); err != nil {
			return err
		}
	}
	return nil
}
