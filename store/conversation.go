package store

import "context"

// Conversation is the summary row of one thread: a contact as one subuser knows it. It is kept up to date in the
// transaction of every change, so that lists never aggregate.
type Conversation struct {
	ID      int64
	Subuser SubuserID
	Contact Contact

	LastText      string    // the newest message's text, shortened to previewLength characters
	LastDirection Direction // In or Out
	LastState     State     // of the newest message
	LastAt        int64     // when it was sent, Unix ms
	LastMessageID int64

	Inbound      int   // messages received
	Outbound     int   // messages sent, failed ones included
	Failed       int   // messages that failed
	OpenFailures int   // failures that nobody dismissed
	Unread       int   // inbound messages this person has not seen; 0 where no person asks
	Done         bool  // closed; the next inbound message opens it again
	SnoozedUntil int64 // out of the inbox until then, Unix ms, or until an inbound message; 0 unless snoozed
	Assignee     int64 // whose it is, 0 for nobody's
	AssigneeName string
	SIMCardID    int64 // of the last message that named one, 0 if none of the last simCardWithin did
	WaitingSince int64 // the first message after our last answer, Unix ms; 0 where we had the last word
	FirstAt      int64
	OptedAt      int64  // when the contact opted out, Unix ms; 0 where that is not to be seen here
	OptedBy      int64  // the message of this conversation in which they did, or 0
	Draft        string // what this person has begun to write
}

// Open tells whether it is neither done nor snoozed.
func (c Conversation) Open() bool { return !c.Done && c.SnoozedUntil == 0 }

// Unanswered tells whether the contact had the last word.
func (c Conversation) Unanswered() bool { return c.LastDirection == In }

// tally is how many messages of each sort come to a conversation, or go.
type tally struct{ inbound, outbound, failed, openFailures int }

func tallyOf(m Message) tally {
	if m.Direction == In {
		return tally{inbound: 1}
	}
	n := tally{outbound: 1}
	if m.State == Failed {
		n.failed = 1
	}
	if m.OpenFailure() {
		n.openFailures = 1
	}
	return n
}

func (n tally) plus(m tally) tally {
	return tally{n.inbound + m.inbound, n.outbound + m.outbound, n.failed + m.failed, n.openFailures + m.openFailures}
}

func (n tally) minus(m tally) tally {
	return tally{n.inbound - m.inbound, n.outbound - m.outbound, n.failed - m.failed, n.openFailures - m.openFailures}
}

// simCardWithin is how many of the last messages are looked at for a SIM card.
const simCardWithin = 10

// summarise brings a conversation's summary up to date after its messages changed by the tally. A message coming in
// opens a conversation that was done or snoozed, and is unread for everybody who may see it.
func (t *tx) summarise(conversation int64, n tally) error {
	var inbound int
	var subuser SubuserID
	var read, untold bool
	err := found(t.Row(`UPDATE conversations SET
			inbound = inbound + ?2, outbound = outbound + ?3, failed = failed + ?4, open_failures = open_failures + ?5,
			done = CASE WHEN ?2 > 0 THEN 0 ELSE done END, snoozed_until = CASE WHEN ?2 > 0 THEN 0 ELSE snoozed_until END,
			last_message_id = m.id, last_text = substr(m.text, 1, ?6), last_direction = m.direction,
			last_state = m.state, last_at = m.at,
			sim_card_id = (SELECT sim_card_id
				FROM (SELECT sim_card_id FROM messages WHERE conversation_id = ?1 ORDER BY at DESC, id DESC LIMIT ?7)
				WHERE sim_card_id IS NOT NULL LIMIT 1),
			first_at = (SELECT at FROM messages WHERE conversation_id = ?1 ORDER BY at, id LIMIT 1),
			waiting_since = CASE WHEN m.direction = 'out' THEN 0 ELSE coalesce((
				SELECT q.at FROM messages q, (SELECT at, id FROM messages WHERE conversation_id = ?1 AND direction = 'out'
					ORDER BY at DESC, id DESC LIMIT 1) answer
				WHERE q.conversation_id = ?1 AND q.at >= answer.at AND (q.at > answer.at OR q.id > answer.id)
				ORDER BY q.at, q.id LIMIT 1),
				(SELECT at FROM messages WHERE conversation_id = ?1 ORDER BY at, id LIMIT 1)) END
		FROM (SELECT * FROM messages WHERE conversation_id = ?1 ORDER BY at DESC, id DESC LIMIT 1) m
		WHERE conversations.id = ?1
		RETURNING inbound, subuser_id, EXISTS (SELECT 1 FROM read_by WHERE conversation_id = ?1),
			(inbound = ?2 OR people <> coalesce((SELECT s.people FROM subuser_counts s
					WHERE s.subuser_id = conversations.subuser_id), 0))
				AND EXISTS (SELECT 1 FROM user_counts f
					WHERE f.subuser_id = conversations.subuser_id AND f.listed_to >= ?1)`,
		conversation, n.inbound, n.outbound, n.failed, n.openFailures, previewLength, simCardWithin).
		Scan(&inbound, &subuser, &read, &untold))
	switch {
	case err == ErrNotFound: // no message is left
		return nil
	case err == nil && n.inbound > 0 && (read || untold):
		return t.receivedMore(conversation, subuser, inbound-n.inbound, untold)
	case err == nil && n.inbound < 0:
		return t.receivedFewer(conversation, -n.inbound, inbound)
	}
	return err
}

const conversationFields = `c.id, c.subuser_id, k.id, k.phone_number, k.name, k.tag,
	c.last_text, c.last_direction, c.last_state, c.last_at, c.last_message_id,
	c.inbound, c.outbound, c.failed, c.open_failures, ` + unreadCount + `,
	c.done = 1, c.snoozed_until, c.assignee_id, coalesce(a.name, ''),
	coalesce(c.sim_card_id, 0), c.waiting_since, c.first_at,
	k.opted_out, iif(k.opted_out AND k.opt_conversation IN (0, c.id), k.opt_at, 0),
	iif(k.opted_out AND k.opt_conversation = c.id, k.opt_message, 0),
	k.asked_tag, k.asked_reason`

// conversationTables join what the fields come from to c, but for contacts that were deleted; the one argument is the
// person who asks.
const conversationTables = ` JOIN contacts k ON k.id = c.contact_id AND NOT k.deleted LEFT JOIN users u ON u.id = ?` +
	unreadTables + ` LEFT JOIN users a ON a.id = c.assignee_id`

const conversationColumns = conversationFields + ` FROM conversations c` + conversationTables

func scanConversation(r row, c *Conversation) error {
	return r.Scan(&c.ID, &c.Subuser, &c.Contact.ID, &c.Contact.PhoneNumber, &c.Contact.Name, &c.Contact.Tag, &c.LastText,
		&c.LastDirection, &c.LastState, &c.LastAt, &c.LastMessageID, &c.Inbound, &c.Outbound, &c.Failed, &c.OpenFailures,
		&c.Unread, &c.Done, &c.SnoozedUntil, &c.Assignee, &c.AssigneeName, &c.SIMCardID, &c.WaitingSince, &c.FirstAt,
		&c.Contact.OptedOut, &c.OptedAt, &c.OptedBy, &c.Contact.AskedTag, &c.Contact.AskedReason)
}

// Conversation returns one conversation as the person sees it, or ErrNotFound.
func (s *Store) Conversation(ctx context.Context, scope Scope, user, id int64) (Conversation, error) {
	where, args := scope.where("c.subuser_id")
	var c Conversation
	err := scanConversation(s.reads.QueryRowContext(ctx, `SELECT `+conversationColumns+` WHERE c.id = ? AND `+where,
		append([]any{user, id}, args...)...), &c)
	one, err := s.withDrafts(ctx, user)([]Conversation{c}, found(err))
	return one[0], err
}

// ConversationsOf returns the contact's conversations that the scope includes.
func (s *Store) ConversationsOf(ctx context.Context, scope Scope, user, contact int64) ([]Conversation, error) {
	where, args := scope.beside("c.subuser_id")
	rows, err := s.reads.QueryContext(ctx, `SELECT `+conversationColumns+` WHERE c.contact_id = ? AND `+where,
		append([]any{user, contact}, args...)...)
	return s.withDrafts(ctx, user)(collect(rows, err, scanConversation))
}

// OtherConversations returns up to limit other conversations of the conversation's contact that the scope includes and
// that have messages, the newest first.
func (s *Store) OtherConversations(ctx context.Context, scope Scope, user int64, of Conversation, limit int) (
	[]Conversation, error,
) {
	where, args := scope.beside("c.subuser_id")
	rows, err := s.reads.QueryContext(ctx, `SELECT `+conversationColumns+`
		WHERE c.contact_id = ? AND c.id <> ? AND c.last_message_id <> 0 AND `+where+`
		ORDER BY c.last_at DESC, c.id DESC LIMIT ?`, append(append([]any{user, of.Contact.ID, of.ID}, args...), limit)...)
	return s.withDrafts(ctx, user)(collect(rows, err, scanConversation))
}

// ConversationOfMessage returns the conversation that holds the message, or ErrNotFound.
func (s *Store) ConversationOfMessage(ctx context.Context, scope Scope, user, message int64) (Conversation, error) {
	var id int64
	err := s.reads.QueryRowContext(ctx, `SELECT conversation_id FROM messages WHERE id = ?`, message).Scan(&id)
	if err != nil {
		return Conversation{}, found(err)
	}
	return s.Conversation(ctx, scope, user, id)
}
