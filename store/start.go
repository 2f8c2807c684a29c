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

// StartConversation puts a message to a number into the outbox and returns the conversation that it stands in: that of
// the subuser with the number if there is one, else a new one. A subuser outside of the scope is ErrNotFound. A form
// that is sent twice, which the same CustomID or Key tells, adds nothing the second time; ErrOtherCall says that the
// key came with another call. To a number that opted out it is ErrOptedOut unless that was confirmed: who may see none
// of its conversations learns that much, rather than write to them.
func (s *Store) StartConversation(ctx context.Context, scope Scope, start Start) (conversation int64, err error) {
	if !scope.Sees(start.Subuser) {
		return 0, ErrNotFound
	}
	err = s.write(ctx, func(t *tx) error {
		if conversation, err = t.answered(start.User, start.Key); !errors.Is(err, ErrNotFound) {
			return err
		}
		if _, conversation, err = t.repeated(start.User, start.CustomID); !errors.Is(err, ErrNotFound) {
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
		if err := t.keepKey(start.User, start.Key, conversation); err != nil {
			return err
		}
		return t.changed(Change{Number: id, ConversationID: conversation, Subuser: start.Subuser})
	})
	return conversation, err
}
