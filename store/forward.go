package store

import (
	"context"
	"math"
	"time"
)

const (
	// takenAtOnce is how many deliveries one write looks at: webhooks wait for it.
	takenAtOnce = 100
	// forwardPatience is how long a target may do nothing but fail until it is paused.
	forwardPatience = 24 * time.Hour
	// forwardHush is how long a target must have failed for all that waits to be tried at once when it takes something
	// again.
	forwardHush = time.Minute
	// attemptsKept is for how long attempts are in the log.
	attemptsKept = 30 * 24 * time.Hour
)

// Forward is a body on its way to a target.
type Forward struct {
	TargetID int64
	Delivery Delivery
	Attempts int // that failed so far
}

// ForwardAttempt is one call of a target, and how it ended.
type ForwardAttempt struct {
	ID         int64
	DeliveryID int64 // 0 for a sample
	Kind       Kind
	At         int64  // Unix ms
	Took       int64  // ms
	Status     int    // of HTTP; 0 where no answer came
	Error      string // for people; "" if it was taken
	Answer     []byte // the beginning of the answer
	GaveUp     bool   // it is not tried again by itself
}

// Forwarding is told after commits that brought something to pass on.
func (s *Store) Forwarding() <-chan struct{} { return s.effects.signals[forwardsQueued] }

// TakeForwards puts the deliveries that no target has been offered yet into the targets' queues, in the order in which
// they came, and returns the targets, without what waits for them, and whether there may be more. A crash before it
// leaves them in the log of deliveries, from which the next start takes them.
func (s *Store) TakeForwards(ctx context.Context) (targets []Target, more bool, err error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT `+targetColumns+`, 0 FROM targets`)
	if targets, err = collect(rows, err, scanTarget); err != nil {
		return nil, false, err
	}
	for _, g := range targets {
		rows, err := s.reads.QueryContext(ctx, `SELECT id, kind, arrived_at, outcome, subuser_id, phone_number, x''
			FROM deliveries WHERE id > ? ORDER BY id LIMIT ?`, g.taken, takenAtOnce)
		fresh, err := collect(rows, err, scanDelivery)
		if err != nil {
			return nil, false, err
		}
		if len(fresh) == 0 {
			continue
		}
		more = more || len(fresh) == takenAtOnce
		if _, err := s.writeBehind(ctx, func(t *tx) error { return t.takeForwards(g, fresh) }); err != nil {
			return nil, false, err
		}
	}
	return targets, more, nil
}

func (t *tx) takeForwards(g Target, fresh []Delivery) error {
	n, err := t.Affected(`UPDATE targets SET taken = ?1 WHERE id = ?2 AND taken < ?1`, fresh[len(fresh)-1].ID, g.ID)
	if err != nil || n == 0 {
		return err // it was taken away, or they were taken already
	}
	for _, d := range fresh {
		if !g.wants(d) {
			continue
		}
		if err := t.addForward(g.ID, d.ID, d.PhoneNumber); err != nil {
			return err
		}
	}
	return nil
}

// addForward puts a delivery into a target's queue, unless it is there. It is due if nothing of its number waits before
// it.
func (t *tx) addForward(target, delivery int64, number string) error {
	if err := t.Exec(`INSERT INTO forwards (target_id, delivery_id, phone_number) SELECT ?1, ?2, ?3
		WHERE EXISTS (SELECT 1 FROM deliveries WHERE id = ?2)
		ON CONFLICT DO NOTHING`, target, delivery, number); err != nil {
		return err
	}
	return t.promote(target, number)
}

// promote makes the first that waits of a number due, if none of it is.
func (t *tx) promote(target int64, number string) error {
	return t.Exec(`UPDATE forwards SET due_at = ?1 WHERE target_id = ?2 AND due_at IS NULL
		AND delivery_id = (SELECT delivery_id FROM forwards WHERE target_id = ?2 AND phone_number COLLATE NOCASE = ?3
		ORDER BY delivery_id LIMIT 1)
		AND NOT EXISTS (SELECT 1 FROM forwards WHERE target_id = ?2 AND phone_number COLLATE NOCASE = ?3
		AND due_at IS NOT NULL)`, t.now, target, number)
}

// DueForwards returns up to limit bodies that a target is to be called with now, the longest due first. A target that
// is paused has none.
func (s *Store) DueForwards(ctx context.Context, target int64, limit int) ([]Forward, error) {
	if err := s.adoptCopy(ctx); err != nil {
		return nil, err
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT f.target_id, f.attempts, d.id, d.kind, d.arrived_at, d.outcome,
		d.subuser_id, d.phone_number, d.body
		FROM forwards f JOIN deliveries d ON d.id = f.delivery_id WHERE f.target_id = ? AND f.due_at <= ?
		AND EXISTS (SELECT 1 FROM targets WHERE id = f.target_id AND paused_at = 0)
		ORDER BY f.due_at, f.delivery_id LIMIT ?`, target, s.now(), limit)
	return collect(rows, err, func(r row, f *Forward) error {
		d := &f.Delivery
		return r.Scan(&f.TargetID, &f.Attempts, &d.ID, &d.Kind, &d.ArrivedAt, &d.Outcome, &d.Subuser, &d.PhoneNumber, &d.Body)
	})
}

// NextForward is when the next body becomes due, Unix ms, math.MaxInt64 if none does.
func (s *Store) NextForward(ctx context.Context) (at int64, err error) {
	err = s.reads.QueryRowContext(ctx, `SELECT coalesce(min((SELECT min(due_at) FROM forwards
		WHERE target_id = targets.id AND due_at > ?)), ?)
		FROM targets WHERE paused_at = 0`, s.now(), int64(math.MaxInt64)).Scan(&at)
	return at, err
}

// EndForward notes how a call ended. A body that was taken leaves the queue; one that was not is tried again after the
// time, or, where that is 0, no more by itself. A target that did nothing but fail for a day is paused, which paused
// tells.
func (s *Store) EndForward(ctx context.Context, f Forward, a ForwardAttempt,
	again time.Duration) (paused bool, err error) {
	err = s.write(ctx, func(t *tx) error {
		a.GaveUp = a.Error != "" && again == 0
		if err := t.noteAttempt(f.TargetID, a); err != nil {
			return err
		}
		switch {
		case a.Error == "":
			if err := t.reached(f.TargetID); err != nil {
				return err
			}
			return t.dropForward(f.TargetID, f.Delivery.ID)
		case again == 0:
			err = t.dropForward(f.TargetID, f.Delivery.ID)
		default:
			err = t.Exec(`UPDATE forwards SET attempts = attempts + 1, due_at = ? WHERE target_id = ? AND delivery_id = ?`,
				t.now+again.Milliseconds(), f.TargetID, f.Delivery.ID)
		}
		if err == nil {
			paused, err = t.missed(f.TargetID)
		}
		return err
	})
	if err != nil {
		return false, err // the write may still be under way: paused is not ours to read
	}
	return paused, nil
}

// NoteSample puts the call of a target with a sample into its log.
func (s *Store) NoteSample(ctx context.Context, target int64, a ForwardAttempt) error {
	return s.write(ctx, func(t *tx) error { return t.noteAttempt(target, a) })
}

// noteAttempt adds to the log, as long as there is what it is about, and drops some of what is old.
func (t *tx) noteAttempt(target int64, a ForwardAttempt) error {
	if err := t.Exec(`INSERT INTO forward_attempts (target_id, delivery_id, kind, at, took, status, error, answer, gave_up)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE EXISTS (SELECT 1 FROM targets WHERE id = ?1)
		AND (?2 = 0 OR EXISTS (SELECT 1 FROM deliveries WHERE id = ?2))`,
		target, a.DeliveryID, a.Kind, a.At, a.Took, a.Status, a.Error, append([]byte{}, a.Answer...), a.GaveUp); err != nil {
		return err
	}
	return t.Exec(`DELETE FROM forward_attempts
		WHERE at < ? AND id IN (SELECT id FROM forward_attempts
		ORDER BY id LIMIT 3)`, t.removalTime()-attemptsKept.Milliseconds())
}

// reached notes that a target took something. If it had been failing, the rest is tried at once.
func (t *tx) reached(target int64) error {
	var since int64
	if err := found(t.Row(`SELECT failing_since FROM targets WHERE id = ?`, target).Scan(&since)); err != nil ||
		since == 0 {
		return gone(err)
	}
	if err := t.Exec(`UPDATE targets SET failing_since = 0 WHERE id = ?`, target); err != nil {
		return err
	}
	if t.now-since < forwardHush.Milliseconds() {
		return nil
	}
	return t.hasten(target)
}

// missed notes that a target did not take something.
func (t *tx) missed(target int64) (paused bool, err error) {
	// A clock that was ahead when it noted the first failure would have it wait for ever.
	if err := t.Exec(`UPDATE targets SET failing_since = ?1
		WHERE id = ?2 AND (failing_since = 0 OR failing_since > ?1)`, t.now, target); err != nil {
		return false, err
	}
	n, err := t.Affected(`UPDATE targets SET paused_at = ?1, paused_why = 'It took nothing for a day.'
		WHERE id = ?2 AND paused_at = 0 AND failing_since <= ?3`,
		t.now, target, t.removalTime()-forwardPatience.Milliseconds())
	return n > 0, err
}

// gone makes nothing of something that is not there any more.
func gone(err error) error {
	if err == ErrNotFound {
		return nil
	}
	return err
}

// dropForward takes a body out of a target's queue and makes the next of its number due.
func (t *tx) dropForward(target, delivery int64) error {
	var number string
	err := found(t.Row(`DELETE FROM forwards WHERE target_id = ? AND delivery_id = ?
		RETURNING phone_number`, target, delivery).Scan(&number))
	if err != nil {
		return gone(err)
	}
	return t.promote(target, number)
}

// forgetForwards takes a delivery that goes out of every queue and log.
func (t *tx) forgetForwards(delivery int64) error {
	rows, err := t.Query(`SELECT target_id FROM forwards WHERE delivery_id = ?`, delivery)
	targets, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	for _, target := range targets {
		if err == nil {
			err = t.dropForward(target, delivery)
		}
	}
	if err != nil {
		return err
	}
	return t.Exec(`DELETE FROM forward_attempts WHERE delivery_id = ?`, delivery)
}

// ForwardAttempts returns up to limit of a target's attempts with an id above after and below before (0: from the
// newest), the newest first.
func (s *Store) ForwardAttempts(ctx context.Context, target, after, before int64, limit int) ([]ForwardAttempt, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT id, delivery_id, kind, at, took, status, error, answer, gave_up
		FROM forward_attempts WHERE target_id = ? AND id > ? AND id < ?
		ORDER BY id DESC LIMIT ?`, target, after, before, limit)
	return collect(rows, err, func(r row, a *ForwardAttempt) error {
		return r.Scan(&a.ID, &a.DeliveryID, &a.Kind, &a.At, &a.Took, &a.Status, &a.Error, &a.Answer, &a.GaveUp)
	})
}

// ForwardAgain puts deliveries back into a target's queue, whatever came of them before, and returns how many are there
// now. Those that are not in the log of webhooks any more are left out.
func (s *Store) ForwardAgain(ctx context.Context, target int64, deliveries []int64) (n int, err error) {
	err = s.write(ctx, func(t *tx) error {
		n = 0
		name, err := t.targetName(target)
		if err != nil {
			return err
		}
		for _, id := range deliveries {
			var number string
			err := found(t.Row(`SELECT phone_number FROM deliveries WHERE id = ?`, id).Scan(&number))
			if err == ErrNotFound {
				continue
			}
			if err == nil {
				err = t.addForward(target, id, number)
			}
			if err != nil {
				return err
			}
			n++
		}
		if err := t.hasten(target); err != nil {
			return err
		}
		return t.audit(ctx, SentAgain, name)
	})
	return n, err
}

// ForwardSince has a target get everything again that it wants and that arrived at a time (Unix ms) or later. It is put
// back in the order in which it came, as the queue is filled.
func (s *Store) ForwardSince(ctx context.Context, target, since int64) error {
	first, _, err := s.span(ctx, DeliveryFilter{From: since})
	if err == nil {
		err = found(s.reads.QueryRowContext(ctx, `SELECT id FROM deliveries WHERE id >= ? AND arrived_at >= ?
			ORDER BY id LIMIT 1`, first, since).Scan(&first))
	}
	if err != nil {
		return gone(err)
	}
	return s.write(ctx, func(t *tx) error {
		name, err := t.targetName(target)
		if err != nil {
			return err
		}
		if err := t.Exec(`UPDATE targets SET taken = min(taken, ?) WHERE id = ?`, first-1, target); err != nil {
			return err
		}
		t.notify(forwardsQueued)
		return t.audit(ctx, SentAgain, name)
	})
}
