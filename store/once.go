package store

import (
	"context"
	"errors"
	"time"
)

// What is posted twice is done once. A reply carries the id of its sending (CustomID): a second one with it, of the
// same user in the same conversation, is the first. A call of the API carries a key of the program's own.

// takeForm notes that a form is taken, and tells whether it is for the first time; nil always is.
func (t *tx) takeForm(user int64, sum []byte) (first bool, err error) {
	if sum == nil {
		return true, nil
	}
	n, err := t.Affected(`INSERT INTO taken_forms (user_id, sum, at) VALUES (?, ?, ?)
		ON CONFLICT DO NOTHING`, user, sum, t.keptFrom())
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.Exec(`DELETE FROM taken_forms
		WHERE (user_id, sum) IN (SELECT user_id, sum FROM taken_forms WHERE at <= ? ORDER BY at LIMIT 10)`,
		t.removalTime()-keysKept.Milliseconds())
}

// keysKept is for how long a key of the API stands for the call that it came with first, and a form for what it did.
// While the clock is not believed (see removalTime) none gets too old: a clock that jumps ahead must not send a message
// twice.
const keysKept = 24 * time.Hour

// keptFrom is when a key or form counts as taken: one that is taken while the clock is behind would be over once the
// clock is right again.
func (t *tx) keptFrom() int64 { return max(t.now, t.clock.reached.Load()) }

// ErrOtherCall says that the key came with another call before.
var ErrOtherCall = errors.New("the key belongs to another call")

// IdempotencyKey tells one call of the API from every other of the user's; the zero value from none.
type IdempotencyKey struct {
	Key string
	Sum []byte // SHA-256 of what is asked for
}

// repeated returns the reply that was written with the same id before, and its conversation, or ErrNotFound.
func (t *tx) repeated(user int64, customID string) (id, conversation int64, err error) {
	err = found(t.Row(`SELECT id, conversation_id FROM replies
		WHERE custom_id = ? AND user_id = ?`, customID, user).Scan(&id, &conversation))
	return id, conversation, err
}

const answeredQuery = `SELECT conversation_id, sum = ? FROM idempotency_keys WHERE user_id = ? AND key = ? AND at > ?`

// answered returns the conversation that a call with the key was answered with before, or ErrNotFound. With another
// call it is ErrOtherCall.
func (t *tx) answered(user int64, k IdempotencyKey) (conversation int64, err error) {
	if k.Key == "" {
		return 0, ErrNotFound
	}
	return k.conversation(t.Row(answeredQuery, k.Sum, user, k.Key, t.removalTime()-keysKept.Milliseconds()))
}

func (k IdempotencyKey) conversation(r row) (conversation int64, err error) {
	var same bool
	if err = found(r.Scan(&conversation, &same)); err == nil && !same {
		err = ErrOtherCall
	}
	return conversation, err
}

// keepKey notes what a call with the key was answered with, and forgets some of the keys that are over.
func (t *tx) keepKey(user int64, k IdempotencyKey, conversation int64) error {
	if k.Key == "" {
		return nil
	}
	if err := t.Exec(`INSERT INTO idempotency_keys (user_id, key, sum, at, conversation_id) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET sum = excluded.sum, at = excluded.at, conversation_id = excluded.conversation_id`,
		user, k.Key, k.Sum, t.keptFrom(), conversation); err != nil {
		return err
	}
	return t.Exec(`DELETE FROM idempotency_keys
		WHERE (user_id, key) IN (SELECT user_id, key FROM idempotency_keys WHERE at <= ? ORDER BY at LIMIT 10)`,
		t.removalTime()-keysKept.Milliseconds())
}

// AnsweredCall returns the conversation that a call with the key was answered with within a day, or ErrNotFound. With
// another call it is ErrOtherCall.
func (s *Store) AnsweredCall(ctx context.Context, user int64, k IdempotencyKey) (conversation int64, err error) {
	return k.conversation(s.reads.QueryRowContext(ctx, answeredQuery, k.Sum, user, k.Key,
		s.Clock().removalTime()-keysKept.Milliseconds()))
}
