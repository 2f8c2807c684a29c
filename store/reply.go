package store

import (
	"context"
	"errors"
	"time"
)

// kindReply is the kind of the report that a reply is of its own message; the others come by webhook.
const kindReply Kind = "reply"

// Reply is what a person wrote here, as one attempt to send it.
type Reply struct {
	UserID    int64
	Author    string // the person's name, "" if they are gone
	SIMCardID *int64 // that was asked for; nil leaves it to TextLink
	Waiting   bool   // TextLink has it, and the phone is busy or offline
	Held      bool   // it was not sent by itself; somebody may
	Reason    string // why it was refused or held, or why it is not known how it ended
	Answered  int64  // when TextLink answered, Unix ms; 0 before
	AttemptOf int64  // the message that this tries again, 0 if it is the first attempt
	Attempt   int    // 1 for the first
}

// NewReply is a reply to write.
type NewReply struct {
	User, Conversation int64
	Text               string
	TextKey            []byte // identity of the text
	SIMCardID          *int64
	CustomID           string // its own; one that was used before is the same reply once more
	Key                IdempotencyKey
	Seen               int64 // the last message that the writer had seen; 0 if nobody asks
	DespiteOptOut      bool  // the writer knows that the contact opted out
	KeepDraft          bool  // it was not written where the writer's draft is
	Draft              Draft // that it was; of version 0 where that is not known
}

// The errors of replies that were not written.
var (
	// ErrNewer says that somebody else has answered since the last message that the writer had seen.
	ErrNewer = errors.New("somebody has answered meanwhile")
	// ErrUnderWay says that the message is being tried again already, or need not be.
	ErrUnderWay = errors.New("there is a later attempt")
)

// AddReply puts a reply into the outbox and returns its id, which is that of its message. One that is there already,
// which its CustomID or its Key tells, adds nothing; ErrOtherCall says that the key came with another call.
func (s *Store) AddReply(ctx context.Context, scope Scope, n NewReply) (id int64, err error) {
	c, err := s.Conversation(ctx, scope, 0, n.Conversation)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(t *tx) error {
		if _, err := t.answered(n.User, n.Key); err != ErrNotFound {
			return err
		}
		if id, _, err = t.repeated(n.User, n.CustomID); err != ErrNotFound {
			return err
		}
		if err := t.checkSeen(n); err != nil {
			return err
		}
		if id, err = t.addReply(ctx, n, 0); err != nil {
			return err
		}
		if !n.KeepDraft {
			if _, err := t.dropDraft(n.User, c.ID, n.Draft); err != nil {
				return err
			}
		}
		if err := t.keepKey(n.User, n.Key, c.ID); err != nil {
			return err
		}
		if err := t.audit(ctx, Replied, conversationWords(c.ID)); err != nil {
			return err
		}
		return t.changed(Change{Number: id, ConversationID: c.ID, Subuser: c.Subuser})
	})
	return id, err
}

// checkSeen refuses a reply whose writer has not seen another person's newer one.
func (t *tx) checkSeen(n NewReply) error {
	if n.Seen == 0 {
		return nil
	}
	var newer bool
	err := t.Row(`SELECT EXISTS (SELECT 1 FROM messages m LEFT JOIN replies p ON p.id = m.id
		WHERE m.conversation_id = ? AND m.direction = 'out' AND m.id > ?
		AND coalesce(p.user_id, 0) <> ?)`, n.Conversation, n.Seen, n.User).Scan(&newer)
	if err == nil && newer {
		err = ErrNewer
	}
	return err
}

// Retry tries messages again that failed, or of which it is not known whether they went out: each is a new reply with
// the same text, on the SIM card if one is named, else on that of the message. customID makes an id that was never
// used. It returns how many it put into the outbox. What lies outside the scope is passed over; if nothing is left it
// is ErrNotFound. Messages that need no other attempt, or have one, are passed over as well; if all are it is
// ErrUnderWay. So are those to contacts who opted out, which it counts; if nothing else is left it is ErrOptedOut.
func (s *Store) Retry(ctx context.Context, scope Scope, user int64, simCardID *int64, customID func() string,
	messages ...int64) (retried, optedOut int, err error) {
	return s.retry(ctx, scope, NewReply{User: user, SIMCardID: simCardID}, customID, messages)
}

// RetryDespiteOptOut does that with one message whose contact opted out, which the person knows.
func (s *Store) RetryDespiteOptOut(ctx context.Context, scope Scope, user int64, simCardID *int64,
	customID func() string, message int64) error {
	_, _, err := s.retry(ctx, scope, NewReply{User: user, SIMCardID: simCardID, DespiteOptOut: true},
		customID, []int64{message})
	return err
}

// retry puts replies like n into the outbox that try the messages again.
func (s *Store) retry(ctx context.Context, scope Scope, n NewReply, customID func() string,
	messages []int64) (retried, optedOut int, err error) {
	seen := 0
	err = s.write(ctx, func(t *tx) error {
		retried, optedOut, seen = 0, 0, 0
		var tried []int64
		for _, id := range messages {
			n.CustomID = customID()
			did, visible, err := t.retry(ctx, scope, n, id)
			if errors.Is(err, ErrOptedOut) {
				optedOut++
				seen++
				continue
			}
			if err != nil {
				return err
			}
			if visible {
				seen++
			}
			if did {
				retried++
				tried = append(tried, id)
			}
		}
		switch {
		case seen == 0:
			return ErrNotFound
		case retried == 0 && optedOut > 0:
			return ErrOptedOut
		case retried == 0:
			return ErrUnderWay
		}
		return t.audit(ctx, TriedAgain, numbered("message", tried))
	})
	return retried, optedOut, err
}

// Overdue is after how long without a sent webhook a message that TextLink accepted may be tried again.
const Overdue = 10 * time.Minute

// Overdue tells whether TextLink accepted the message a while ago and has told nothing since.
func (m Message) Overdue(now int64) bool {
	return m.State == Accepted && m.Reply != nil && now-m.Reply.Answered >= Overdue.Milliseconds()
}

func (t *tx) retry(ctx context.Context, scope Scope, n NewReply, id int64) (did, visible bool, err error) {
	var m Message
	var subuser SubuserID
	var answered int64
	err = found(t.Row(`SELECT m.conversation_id, c.subuser_id, m.state, m.text, m.retry, m.sim_card_id, r.text_key,
		coalesce(p.answered_at, 0)
		FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN reports r ON r.id = m.id
		LEFT JOIN replies p ON p.id = m.id
		WHERE m.id = ? AND m.direction = 'out'`, id).
		Scan(&m.ConversationID, &subuser, &m.State, &m.Text, &m.Retry, &m.SIMCardID, &n.TextKey, &answered))
	if errors.Is(err, ErrNotFound) || err == nil && !scope.Sees(subuser) {
		return false, false, nil
	}
	m.Reply = &Reply{Answered: answered}
	if err != nil || m.Retry != NotRetried || m.State != Failed && m.State != Unknown && !m.Overdue(t.now) {
		return false, true, err
	}
	if n.SIMCardID == nil {
		n.SIMCardID = m.SIMCardID
	}
	n.Conversation, n.Text = m.ConversationID, m.Text
	root, err := t.firstAttempt(id)
	if err != nil {
		return false, true, err
	}
	reply, err := t.addReply(ctx, n, root)
	if err != nil {
		return false, true, err
	}
	return true, true, t.changed(Change{Number: reply, ConversationID: m.ConversationID, Subuser: subuser})
}

// firstAttempt is the message that the message tries again, or itself.
func (t *tx) firstAttempt(message int64) (id int64, err error) {
	err = found(t.Row(`SELECT attempt_of FROM replies WHERE id = ?`, message).Scan(&id))
	if id == 0 && (err == nil || err == ErrNotFound) {
		return message, nil
	}
	return id, err
}

// addReply keeps a reply, as a report and a message too. Nothing goes out to who opted out past it.
func (t *tx) addReply(ctx context.Context, n NewReply, attemptOf int64) (int64, error) {
	if err := t.allowReply(ctx, n); err != nil {
		return 0, err
	}
	r := &report{
		id: t.next(), conversationID: n.Conversation, kind: kindReply, textKey: n.TextKey, text: n.Text,
		arrivedAt: t.now, simCardID: n.SIMCardID, customID: n.CustomID, reply: &attempt{state: replyQueued},
	}
	r.messageID = r.id
	if err := t.Exec(`INSERT INTO replies (id, conversation_id, user_id, text, sim_card_id, custom_id, attempt_of, state)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, r.id, r.conversationID, n.User, n.Text, n.SIMCardID, n.CustomID, attemptOf,
		replyQueued); err != nil {
		return 0, err
	}
	if err := t.Exec(`INSERT INTO reports (id, message_id, conversation_id, kind, text_key, doubtful, arrived_at,
		sim_card_id, custom_id, textlink_id, recent)
		VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, 0, 0)`, r.id, r.id, r.conversationID, r.kind, r.textKey, r.arrivedAt,
		r.simCardID, r.customID); err != nil {
		return 0, err
	}
	m := conclude([]*report{r}).message
	if err := t.insertMessage(m); err != nil {
		return 0, err
	}
	closed, err := t.closeRetried(n.Conversation)
	if err != nil {
		return 0, err
	}
	t.notify(repliesQueued)
	return r.id, t.summarise(n.Conversation, tallyOf(m).plus(closed))
}

// LastMessage is the id of the message of a conversation that arrived last, 0 if it has none.
func (s *Store) LastMessage(ctx context.Context, scope Scope, conversation int64) (id int64, err error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return 0, err
	}
	err = s.reads.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM messages WHERE conversation_id = ?`,
		conversation).Scan(&id)
	return id, err
}

// withReplies adds to messages of a conversation what is known of those that were written here.
func (s *Store) withReplies(ctx context.Context, conversation int64) func([]Message, error) ([]Message, error) {
	return func(messages []Message, err error) ([]Message, error) {
		if err != nil || len(messages) == 0 {
			return messages, err
		}
		at := map[int64]int{}
		first, last := messages[0].ID, messages[0].ID
		for i, m := range messages {
			at[m.ID], first, last = i, min(first, m.ID), max(last, m.ID)
		}
		// Only with "<> 0" does the index of attempts apply; else every reply ever written is read for each attempt.
		rows, err := s.reads.QueryContext(ctx, `SELECT p.id, p.user_id, coalesce(u.name, ''), p.sim_card_id, p.waiting,
				p.state = 'held', p.reason, coalesce(p.answered_at, 0),
				coalesce((SELECT message_id FROM reports WHERE id = p.attempt_of), 0),
				CASE p.attempt_of WHEN 0 THEN 1 ELSE 1 + (SELECT count(*) FROM replies o INDEXED BY replies_attempts
					WHERE o.attempt_of = p.attempt_of AND o.attempt_of <> 0 AND o.id <= p.id) END
			FROM replies p LEFT JOIN users u ON u.id = p.user_id
			WHERE p.conversation_id = ? AND p.id BETWEEN ? AND ?`, conversation, first, last)
		_, err = collect(rows, err, func(r row, _ *struct{}) error {
			var id int64
			var reply Reply
			err := r.Scan(&id, &reply.UserID, &reply.Author, &reply.SIMCardID, &reply.Waiting, &reply.Held, &reply.Reason,
				&reply.Answered, &reply.AttemptOf, &reply.Attempt)
			if i, shown := at[id]; shown {
				messages[i].Reply = &reply
			}
			return err
		})
		return messages, err
	}
}
