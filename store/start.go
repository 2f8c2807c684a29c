package store

import (
	"context"
	"errors"
)

// Start is the first reply to a number, through one subuser. Its Conversation is found here, or made.
type Start struct {
	NewReply
	Subuser     SubuserID
	PhoneNumber string // E.164
}

// StartConversation puts a message to a number into the outbox and returns the conversation that it stands in: that of the
// subuser with the number if there is one, else a new one. A subuser outside of the scope is ErrNotFound. A form that is sent
// twice, which the same CustomID tells, adds nothing the second time. To a number that opted out it is
// ErrOptedOut unless that was confirmed: who may see none of its conversations learns that much, rather than write to them.
func (s *Store) StartConversation(ctx context.Context, scope Scope, start Start) (conversation int64, err error) {
	if !scope.Sees(start.Subuser) {
		return 0, ErrNotFound
	}
	err = s.write(ctx, func(t *tx) error {
		if conversation, err = t.started(start); !errors.Is(err, ErrNotFound) {
			return err
		}
		contact, err := t.contact(start.PhoneNumber)
		if err == nil {
			conversation, err = t.conversation(start.Subuser, contact)
		}
		if err != nil {
			return err
		}
		reply := start.NewReply
		reply.Conversation = conversation
		id, err := t.addReply(ctx, reply, 0)
		if err != nil {
			return err
		}
		return t.changed(Change{Number: id, ConversationID: conversation, Subuser: start.Subuser})
	})
	return conversation, err
}

// started is where the person's message with this CustomID stands already.
func (t *tx) started(start Start) (conversation int64, err error) {
	err = found(t.row(`SELECT p.conversation_id FROM replies p JOIN conversations c ON c.id = p.conversation_id
		WHERE p.custom_id = ? AND p.user_id = ? AND c.subuser_id = ?`, start.CustomID, start.User, start.Subuser).Scan(&conversation))
	return conversation, err
}
