package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Nothing that cannot be undone happens on the word of one clock: one that is wrong for a minute would have a year of
// messages count as too old. So the store notes, hourly, what the clock has reached. Where the clock is far past that,
// nothing is removed for its age until an admin confirms the clock: it jumped, or the program was not running. A clock
// that goes back removes less, and the note stays, unless it stays back. What is stored meanwhile has a time that is
// too old: retention goes by the ids as well (see oldEnd).

const (
	// clockStep is how often it is noted what the clock has reached.
	clockStep = time.Hour
	// clockLeap is how far the clock may get past that and be believed.
	clockLeap = 48 * time.Hour
)

// ClockConfirmed is what the audit log says.
const ClockConfirmed Action = "clock confirmed"

// ErrClockMoved is returned where somebody confirms a clock that says something else by now; nothing was confirmed.
var ErrClockMoved = errors.New("the clock does not say that any more")

// Clock is what the clock says and what it is believed to have reached.
type Clock struct {
	Now     int64 // Unix ms
	Reached int64 // Unix ms; 0 while nothing is stored
}

// Ahead tells whether nothing is removed on the clock's word.
func (c Clock) Ahead() bool { return c.Reached != 0 && c.Now-c.Reached > clockLeap.Milliseconds() }

// Behind tells whether the clock says much less than what it has reached: it is wrong, or was.
func (c Clock) Behind() bool { return c.Reached-c.Now > clockLeap.Milliseconds() }

// clockNote is what is noted of the clock, as it is on disk.
type clockNote struct {
	reached  atomic.Int64 // Unix ms
	perishes atomic.Bool  // something is kept for a limited time
}

// Clock returns what the clock says. It is cheap enough for every page.
func (s *Store) Clock() Clock { return Clock{Now: s.now(), Reached: s.effects.clock.reached.Load()} }

// readClock reads what hangs on the clock.
func (s *Store) readClock(ctx context.Context) error {
	var reached int64
	var perishes bool
	err := s.reads.QueryRowContext(ctx, `SELECT reached_at, EXISTS (SELECT 1 FROM retention WHERE days > 0)
		FROM clock`).Scan(&reached, &perishes)
	s.effects.clock.reached.Store(reached)
	s.effects.clock.perishes.Store(perishes)
	return err
}

// FollowClock notes what the clock has reached, if that is believable and was not noted within the hour.
func (s *Store) FollowClock(ctx context.Context) error {
	c := s.Clock()
	if c.Ahead() || c.Reached != 0 && c.Now-c.Reached < clockStep.Milliseconds() {
		return nil
	}
	return s.setClock(ctx, func(*tx) (int64, error) { return c.Now, nil })
}

// TrustClock takes the clock's word where nothing hangs on it: as long as everything is kept for ever, nobody is asked.
// One that is behind is always taken: what it had reached would have any clock believed that is wrong by less.
func (s *Store) TrustClock(ctx context.Context) error {
	if s.Clock().Behind() {
		return s.takeClockBack(ctx)
	}
	return s.setClock(ctx, func(t *tx) (int64, error) {
		if t.clock.perishes.Load() {
			return 0, nil
		}
		return t.now, nil
	})
}

// ConfirmClock notes that an admin was shown what the clock says (Unix ms), and that it is right.
func (s *Store) ConfirmClock(ctx context.Context, shown int64) error {
	return s.setClock(ctx, func(t *tx) (int64, error) {
		if !t.clockAhead() {
			return 0, nil
		}
		if off := t.now - shown; off < -clockStep.Milliseconds() || off > clockLeap.Milliseconds() {
			return 0, ErrClockMoved
		}
		return t.now, t.audit(ctx, ClockConfirmed, "")
	})
}

// setClock notes what the clock has reached, which never becomes less.
func (s *Store) setClock(ctx context.Context, reach func(*tx) (int64, error)) error {
	var at int64
	if err := s.write(ctx, func(t *tx) (err error) {
		if at, err = reach(t); err != nil {
			return err
		}
		return t.Exec(`UPDATE clock SET reached_at = max(reached_at, ?)`, at)
	}); err != nil {
		return err
	}
	if note := &s.effects.clock.reached; at > note.Load() {
		note.Store(at)
		tell(s.effects.signals[retentionChanged]) // now, and not at the commit: retention goes by what is noted here
	}
	return nil
}

// takeClockBack notes that the clock has reached no more than it says.
func (s *Store) takeClockBack(ctx context.Context) error {
	var at int64
	if err := s.write(ctx, func(t *tx) error {
		at = t.now
		return t.Exec(`UPDATE clock SET reached_at = ?`, at)
	}); err != nil {
		return err
	}
	s.effects.clock.reached.Store(at)
	return nil
}

func (t *tx) clockAhead() bool { return Clock{t.now, t.clock.reached.Load()}.Ahead() }

// removalTime is the moment by which something is old enough to be removed: now, or, where the clock is not to be
// believed, a moment before which there is nothing.
func (t *tx) removalTime() int64 { return Clock{t.now, t.clock.reached.Load()}.removalTime() }

func (c Clock) removalTime() int64 {
	if c.Ahead() {
		return 0
	}
	return c.Now
}

// clockTrouble says in words for people that the clock is behind, or that nothing is removed, or "".
func (s *Store) clockTrouble() string {
	c := s.Clock()
	if c.Behind() {
		return fmt.Sprintf("This machine's clock says %s, but has been at %s already. Messages are stored, but with the "+
			"wrong time. Set the clock.", clockWords(c.Now), clockWords(c.Reached))
	}
	if !s.effects.clock.perishes.Load() || !c.Ahead() {
		return ""
	}
	return fmt.Sprintf("This machine's clock says %s, but the newest thing stored is of %s. Messages are stored, but "+
		"nothing old is removed until an admin confirms the clock on the page Privacy.",
		clockWords(c.Now), clockWords(c.Reached))
}

func clockWords(ms int64) string { return time.UnixMilli(ms).UTC().Format("2 January 2006, 15:04 UTC") }
