package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// unstoredMost is how many sign-ins and sign-outs are remembered at most while they cannot be stored.
const unstoredMost = 1000

// unstored are sign-ins and sign-outs that could not be stored because the disk is full or fails. They hold in this
// process as if they had been, so that people can read meanwhile, and are written with the first transaction that
// works.
type unstored struct {
	some atomic.Bool // whether there are any: nearly always there are none

	mu      sync.Mutex
	begun   map[string]begun // sessions by their SHA-256
	ended   map[string]bool  // sessions that are stored, and over
	steps   map[int64]int64  // the last step of a person's second factor that was taken
	codes   map[string]used  // recovery codes that were taken, by their SHA-256
	writing []string         // what the transaction under way stores
}

// used is who took a recovery code.
type used struct {
	user int64
	by   Actor
}

type begun struct {
	user    int64
	halfway bool
	from    Actor
	at      int64 // Unix ms
	expires int64 // Unix ms
}

// Failing tells from what a write returned whether nothing at all can be stored at the moment. Health says why.
func (s *Store) Failing(err error) bool { return s.db.Failing(err) }

// begin remembers a session. It is false where there are too many.
func (u *unstored) begin(sum []byte, b begun) bool {
	return u.remember(func() { u.begun[string(sum)] = b })
}

// end remembers that a session is over.
func (u *unstored) end(sum []byte) bool {
	return u.remember(func() {
		if _, ours := u.begun[string(sum)]; ours {
			delete(u.begun, string(sum))
			return
		}
		u.ended[string(sum)] = true
	})
}

func (u *unstored) remember(what func()) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.begun)+len(u.ended)+len(u.codes) >= unstoredMost {
		return false
	}
	if u.begun == nil {
		u.begun, u.ended, u.steps, u.codes = map[string]begun{}, map[string]bool{}, map[int64]int64{}, map[string]used{}
	}
	what()
	u.some.Store(true)
	return true
}

// takeStep remembers the step of a person's code, if that is later than all before.
func (u *unstored) takeStep(user, step int64) (taken bool) {
	return u.remember(func() {
		if taken = u.steps[user] < step; taken {
			u.steps[user] = step
		}
	}) && taken
}

// takeCode remembers that a recovery code was taken, once.
func (u *unstored) takeCode(sum []byte, by used) (taken bool) {
	return u.remember(func() {
		if _, before := u.codes[string(sum)]; !before {
			u.codes[string(sum)], taken = by, true
		}
	}) && taken
}

// session returns a session that is not stored, and whether one that is may be over.
func (u *unstored) session(sum []byte) (b begun, is, over bool) {
	if !u.some.Load() {
		return b, false, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	b, is = u.begun[string(sum)]
	return b, is, u.ended[string(sum)]
}

// write stores what is remembered.
func (u *unstored) write(t *tx) error {
	if !u.some.Load() {
		return nil
	}
	u.mu.Lock()
	sessions, ended, steps, codes := maps.Clone(u.begun), maps.Clone(u.ended), maps.Clone(u.steps), maps.Clone(u.codes)
	u.mu.Unlock()
	u.writing = slices.AppendSeq(slices.AppendSeq(slices.Collect(maps.Keys(sessions)), maps.Keys(ended)), maps.Keys(codes))
	for sum, b := range sessions {
		ctx := As(context.Background(), b.from)
		if err := t.createSession(ctx, []byte(sum), b); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	for sum := range ended {
		if err := t.endSessions(`sum = ?`, []byte(sum)); err != nil {
			return err
		}
	}
	for sum, c := range codes {
		if err := t.takeCode(As(context.Background(), c.by), c.user, []byte(sum)); err != nil &&
			!errors.Is(err, ErrNotFound) {
			return err
		}
	}
	for user, step := range steps {
		if err := t.Exec(`UPDATE users SET totp_step = ?1
			WHERE id = ?2 AND totp_key <> '' AND totp_step < ?1`, step, user); err != nil {
			return err
		}
	}
	t.After(u.written)
	return nil
}

// written forgets what the transaction has stored.
func (u *unstored) written() {
	if len(u.writing) == 0 {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, sum := range u.writing {
		delete(u.begun, sum)
		delete(u.ended, sum)
		delete(u.codes, sum)
	}
	u.writing = nil
	if len(u.begun)+len(u.ended)+len(u.codes) == 0 {
		clear(u.steps)
		u.some.Store(false)
	}
}

// unstoredUser returns whose session it is that could not be stored, or ErrNotFound.
func (s *Store) unstoredUser(ctx context.Context, b begun, halfway bool) (User, error) {
	if now := s.now(); b.halfway != halfway || b.expires <= now || b.at <= now-s.options.SessionIdle.Milliseconds() {
		return User{}, ErrNotFound
	}
	var u User
	err := u.scan(s.reads.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u JOIN preferences p ON p.user_id = u.id
		WHERE u.id = ? AND u.disabled_at = 0`, b.user))
	if err == nil {
		u.Subusers, err = s.grants(ctx, u.ID)
	}
	return u, found(err)
}

// beginUnstored has a session hold that could not be stored.
func (s *Store) beginUnstored(ctx context.Context, sum []byte, user int64, halfway bool,
	expires time.Time, failed error) error {
	b := begun{user: user, halfway: halfway, from: actor(ctx), at: s.now(), expires: expires.UnixMilli()}
	if _, err := s.unstoredUser(ctx, b, halfway); err != nil {
		return err
	}
	if !s.effects.unstored.begin(sum, b) {
		return failed
	}
	return nil
}
