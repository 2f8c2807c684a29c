package store

import (
	"context"
	"time"
)

// Session is one sign-in of a person, in one browser.
type Session struct {
	ID        int64
	Device    string // what the browser calls itself
	Address   string
	CreatedAt int64 // Unix ms
	SeenAt    int64 // Unix ms, to some minutes
	Own       bool  // the one that asks
}

// CreateSession notes that whoever presents the id with this SHA-256 is the person, until it expires; halfway they have
// yet to give a second factor, and are nobody until then. While nothing can be stored it is remembered and stored
// later. From where is known of who acts (As). Sessions that are over are forgotten on the way. Who may not sign in is
// ErrNotFound.
func (s *Store) CreateSession(ctx context.Context, sum []byte, user int64, halfway bool, expires time.Time) error {
	err := s.write(ctx, func(t *tx) error {
		over := t.removalTime()
		if err := t.Exec(`DELETE FROM sessions WHERE expires_at <= ? OR seen_at <= ?`, over,
			over-s.options.SessionIdle.Milliseconds()); err != nil {
			return err
		}
		return t.createSession(ctx, sum, begun{user: user, halfway: halfway, from: actor(ctx), at: t.now,
			expires: expires.UnixMilli()})
	})
	if s.Failing(err) {
		return s.beginUnstored(ctx, sum, user, halfway, expires, err)
	}
	return err
}

func (t *tx) createSession(ctx context.Context, sum []byte, b begun) error {
	n, err := t.Affected(`INSERT INTO sessions (sum, user_id, halfway, device, address, created_at, seen_at, expires_at)
		SELECT ?1, id, ?2, ?3, ?4, ?5, ?5, ?6 FROM users
		WHERE id = ?7 AND disabled_at = 0`, sum, b.halfway, b.from.Device, b.from.Address, b.at, b.expires, b.user)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil || b.halfway {
		return err
	}
	return t.audit(ctx, SignedIn, "")
}

// DeleteSession ends a session at once.
func (s *Store) DeleteSession(ctx context.Context, sum []byte) error {
	err := s.write(ctx, func(t *tx) error {
		return t.endSessions(`sum = ?`, sum)
	})
	if s.Failing(err) && s.effects.unstored.end(sum) {
		s.effects.accesses.changeAll()
		return nil
	}
	return err
}

// EndSession ends one of the person's own sessions; anybody else's is ErrNotFound.
func (s *Store) EndSession(ctx context.Context, user, id int64) error {
	return s.write(ctx, func(t *tx) error {
		var own bool
		if err := t.Row(`SELECT EXISTS (SELECT 1 FROM sessions WHERE id = ? AND user_id = ?)`, id,
			user).Scan(&own); err != nil {
			return err
		}
		if !own {
			return ErrNotFound
		}
		if err := t.audit(ctx, SessionEnded, ""); err != nil {
			return err
		}
		return t.endSessions(`id = ?`, id)
	})
}

// EndOtherSessions ends the person's sessions but for the one with this SHA-256.
func (s *Store) EndOtherSessions(ctx context.Context, user int64, but []byte) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.audit(ctx, SessionEnded, "all others"); err != nil {
			return err
		}
		return t.endSessions(`user_id = ? AND sum <> ?`, user, but)
	})
}

// endSessions ends those that meet the condition and tells their pages.
func (t *tx) endSessions(condition string, args ...any) error {
	rows, err := t.Query(`DELETE FROM sessions WHERE `+condition+` RETURNING user_id`, args...)
	users, err := collect(rows, err, func(r row, user *int64) error { return r.Scan(user) })
	if err != nil || len(users) == 0 {
		return err
	}
	return t.changed(Change{Number: t.next(), PersonID: users[0]})
}

// Sessions returns the person's sessions, the one that asks (its SHA-256 is own) first, then the last seen.
func (s *Store) Sessions(ctx context.Context, user int64, own []byte) ([]Session, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, device, address, created_at, seen_at, sum IS ?1 FROM sessions
		WHERE user_id = ?2 AND NOT halfway AND expires_at > ?3 AND seen_at > ?4
		ORDER BY sum IS ?1 DESC, seen_at DESC, id DESC`, own, user, s.now(), s.idleSince())
	return collect(rows, err, func(r row, one *Session) error {
		return r.Scan(&one.ID, &one.Device, &one.Address, &one.CreatedAt, &one.SeenAt, &one.Own)
	})
}

// TouchSession notes that the session is in use, so that it does not end for being idle.
func (s *Store) TouchSession(ctx context.Context, sum []byte) error {
	return s.write(ctx, func(t *tx) error { return t.Exec(`UPDATE sessions SET seen_at = ? WHERE sum = ?`, t.now, sum) })
}

// SessionUser returns whose session it is, as they are now, or ErrNotFound.
func (s *Store) SessionUser(ctx context.Context, sum []byte) (User, error) {
	return s.sessionUser(ctx, sum, false)
}

// MFAPendingUser returns who has given a password and has yet to give a second factor, or ErrNotFound.
func (s *Store) MFAPendingUser(ctx context.Context, sum []byte) (User, error) {
	return s.sessionUser(ctx, sum, true)
}

func (s *Store) sessionUser(ctx context.Context, sum []byte, halfway bool) (User, error) {
	begun, unstored, over := s.effects.unstored.session(sum)
	if over {
		return User{}, ErrNotFound
	}
	var u User
	err := u.scan(s.reads.QueryRowContext(ctx, `SELECT `+userColumns+` FROM sessions s JOIN users u ON u.id = s.user_id
		JOIN preferences p ON p.user_id = u.id WHERE s.sum = ? AND s.halfway = ? AND `+sessionLasts,
		sum, halfway, s.now(), s.idleSince()))
	if unstored && found(err) == ErrNotFound {
		return s.unstoredUser(ctx, begun, halfway)
	}
	if err == nil {
		u.Subusers, err = s.grants(ctx, u.ID)
	}
	return u, found(err)
}

// SessionEnds returns when the session is over if it is not used any more.
func (s *Store) SessionEnds(ctx context.Context, sum []byte) (time.Time, error) {
	if begun, unstored, _ := s.effects.unstored.session(sum); unstored {
		return time.UnixMilli(begun.expires), nil
	}
	var at int64
	err := s.reads.QueryRowContext(ctx, `SELECT min(expires_at, seen_at + ?) FROM sessions WHERE sum = ?`,
		s.options.SessionIdle.Milliseconds(), sum).Scan(&at)
	return time.UnixMilli(at), found(err)
}

// sessionLasts is the condition that a session s of the user u is not over: with the time now, and idleSince.
const sessionLasts = `s.expires_at > ? AND s.seen_at > ? AND u.disabled_at = 0`

// idleSince is when a session must have been used last to be over now, Unix ms.
func (s *Store) idleSince() int64 { return s.now() - s.options.SessionIdle.Milliseconds() }
