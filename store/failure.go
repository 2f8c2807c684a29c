package store

import (
	"context"
	"errors"
	"maps"
	"strconv"
)

// Dismiss closes the failures of messages, or opens them again, and returns how many it changed. So it does with those
// of which it is not known whether they went out. Messages outside the scope, and all others, are passed over; if none
// is left it is ErrNotFound.
func (s *Store) Dismiss(ctx context.Context, scope Scope, dismissed bool, messages ...int64) (changed int, err error) {
	var failed []int64
	for _, id := range messages {
		where, args := scope.where("c.subuser_id")
		err := s.reads.QueryRowContext(ctx, `SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id
			WHERE m.id = ? AND m.state IN ('failed', 'unknown') AND `+where, append([]any{id}, args...)...).Scan(&id)
		if err = found(err); errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		failed = append(failed, id)
	}
	if len(failed) == 0 {
		return 0, ErrNotFound
	}
	err = s.write(ctx, func(t *tx) error {
		changed = 0
		var conversations []int64
		for _, id := range failed {
			conversation, err := t.dismiss(id, dismissed)
			if err != nil {
				return err
			}
			if conversation != 0 {
				changed++
				conversations = append(conversations, conversation)
			}
		}
		if changed == 0 {
			return nil
		}
		action := FailuresRestored
		if dismissed {
			action = FailuresDismissed
		}
		return t.audit(ctx, action, strconv.Itoa(changed)+" in "+conversationWords(conversations...))
	})
	return changed, err
}

// dismiss returns whose conversation's failure it changed, or 0. It is noted on the message and on the reports it is
// concluded from: a report that arrives later changes nothing.
func (t *tx) dismiss(message int64, dismissed bool) (int64, error) {
	var conversation int64
	var subuser SubuserID
	var counts bool
	err := found(t.Row(`UPDATE messages SET dismissed_at = CASE WHEN ?2 THEN coalesce(failed_at, arrived_at) END
		WHERE id = ?1 AND state IN ('failed', 'unknown') AND (dismissed_at IS NOT NULL) <> ?2
		RETURNING conversation_id, (SELECT subuser_id FROM conversations WHERE id = conversation_id), state = 'failed'
		AND retry < 2`, message, dismissed).
		Scan(&conversation, &subuser, &counts))
	if errors.Is(err, ErrNotFound) {
		return 0, nil // it is so already, or the message is another by now
	}
	if err != nil {
		return 0, err
	}
	var sum tally
	var at *int64
	if counts {
		sum.openFailures = 1
	}
	if dismissed {
		sum.openFailures, at = -sum.openFailures, &t.now
	}
	if err := t.Exec(`UPDATE reports SET dismissed_at = ?
		WHERE message_id = ? AND kind <> 'sent'`, at, message); err != nil {
		return 0, err
	}
	closed, err := t.closeRetried(conversation)
	if err != nil {
		return 0, err
	}
	if err := t.summarise(conversation, sum.plus(closed)); err != nil {
		return 0, err
	}
	return conversation, t.changed(Change{Number: t.next(), ConversationID: conversation, Subuser: subuser})
}

// openFailuresShown bounds how many failures of one conversation stand in the list of failures.
const openFailuresShown = 20

// OpenFailures returns the open failures of each conversation, the newest first, at most openFailuresShown of each.
func (s *Store) OpenFailures(ctx context.Context, scope Scope, conversations ...int64) (map[int64][]Message, error) {
	if len(conversations) == 0 {
		return nil, nil
	}
	all, err := s.openFailures(ctx, scope, conversations, len(conversations)*openFailuresShown)
	if err != nil {
		return nil, err
	}
	failures := map[int64][]Message{}
	for _, m := range all {
		if len(failures[m.ConversationID]) < openFailuresShown {
			failures[m.ConversationID] = append(failures[m.ConversationID], m)
		}
	}
	if len(all) < len(conversations)*openFailuresShown || len(conversations) == 1 {
		return failures, nil
	}
	// Some have so many that others may be left out: ask for each.
	for _, id := range conversations {
		one, err := s.OpenFailures(ctx, scope, id)
		if err != nil {
			return nil, err
		}
		maps.Copy(failures, one)
	}
	return failures, nil
}

// openFailures returns the newest open failures of the conversations together.
func (s *Store) openFailures(ctx context.Context, scope Scope, conversations []int64, limit int) ([]Message, error) {
	where, args := scope.where("subuser_id")
	these, ids := in("conversation_id", conversations)
	rows, err := s.reads.QueryContext(ctx, `SELECT `+messageColumns+` FROM messages INDEXED BY messages_open_failures
		WHERE `+these+` AND state = 'failed' AND dismissed_at IS NULL AND retry < 2
			AND EXISTS (SELECT 1 FROM conversations WHERE id = conversation_id AND `+where+`)
		ORDER BY at DESC, id DESC LIMIT ?`, append(append(ids, args...), limit)...)
	failures, err := collect(rows, err, scanMessage)
	if err != nil || len(failures) == 0 {
		return failures, err
	}
	return s.withHeld(ctx, failures)
}

// withHeld adds to failures which of them are held, and why.
func (s *Store) withHeld(ctx context.Context, failures []Message) ([]Message, error) {
	at, ids := map[int64]int{}, make([]int64, len(failures))
	for i, m := range failures {
		at[m.ID], ids[i] = i, m.ID
	}
	these, args := in("id", ids)
	rows, err := s.reads.QueryContext(ctx, `SELECT id, reason FROM replies WHERE state = 'held' AND `+these, args...)
	_, err = collect(rows, err, func(r row, _ *struct{}) error {
		var id int64
		reply := Reply{Held: true}
		err := r.Scan(&id, &reply.Reason)
		failures[at[id]].Reply = &reply
		return err
	})
	return failures, err
}

// NextFailure returns the open failure nearest to the position among those that stand above it, or below it, or
// ErrNotFound if there is none. The zero Position is the end of the thread, from which it looks up.
func (s *Store) NextFailure(ctx context.Context, scope Scope, conversation int64, from Position,
	below bool) (int64, error) {
	if _, err := s.Conversation(ctx, scope, 0, conversation); err != nil {
		return 0, err
	}
	return s.nextFailure(ctx, conversation, from, below)
}

func (s *Store) nextFailure(ctx context.Context, conversation int64, from Position, below bool) (int64, error) {
	beyond, order := `<`, `DESC`
	if below {
		beyond, order = `>`, `ASC`
	} else if from == (Position{}) {
		from = Position{At: end}
	}
	var id int64
	err := s.reads.QueryRowContext(ctx, `SELECT id FROM messages INDEXED BY messages_open_failures
		WHERE conversation_id = ? AND state = 'failed' AND dismissed_at IS NULL AND retry < 2 AND (at, id) `+beyond+` (?, ?)
		ORDER BY at `+order+`, id `+order+` LIMIT 1`, conversation, from.At, from.ID).Scan(&id)
	return id, found(err)
}
