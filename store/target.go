package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// What the audit log says of targets.
const (
	TargetAdded   Action = "target added"
	TargetChanged Action = "target changed"
	TargetDeleted Action = "target deleted"
	TargetPaused  Action = "target paused"
	TargetResumed Action = "target resumed"
	SentAgain     Action = "webhooks sent again"
)

// Target is another tool that accepted webhooks are passed on to.
type Target struct {
	ID         int64
	Name       string
	URL        string
	Kinds      []Kind      // which webhooks
	Subusers   []SubuserID // whose; none is everybody's
	Secret     string      // that it expects in the body; "" for none
	SigningKey string      // "whsec_" and base64 (Standard Webhooks)
	Nearby     bool        // it may be on a network of one's own, and be spoken to in clear

	PausedAt     int64  // Unix ms; 0 while it works
	PausedWhy    string // "" if somebody did it
	FailingSince int64  // the first failure after the last success, Unix ms; 0 while none fails
	Waiting      int    // bodies that it is still to get
	taken        int64  // the last delivery that was looked at for it
}

// wants tells whether the delivery is for the target.
func (g Target) wants(d Delivery) bool {
	return slices.Contains(g.Kinds, d.Kind) && (len(g.Subusers) == 0 || slices.Contains(g.Subusers, d.Subuser))
}

const targetColumns = `id, name, url, kinds, subusers, secret, signing_key, nearby, paused_at, paused_why,
	failing_since, taken`

// waitingColumn counts what waits for a target: for people, not for every look.
const waitingColumn = `, (SELECT count(*) FROM forwards WHERE target_id = targets.id)`

func scanTarget(r row, g *Target) error {
	var kinds, subusers []byte
	if err := r.Scan(&g.ID, &g.Name, &g.URL, &kinds, &subusers, &g.Secret, &g.SigningKey, &g.Nearby, &g.PausedAt,
		&g.PausedWhy, &g.FailingSince, &g.taken, &g.Waiting); err != nil {
		return err
	}
	if err := json.Unmarshal(kinds, &g.Kinds); err != nil {
		return err
	}
	return json.Unmarshal(subusers, &g.Subusers)
}

// lists are the target's kinds and subusers as they are kept.
func (g Target) lists() (kinds, subusers string, err error) {
	k, err := json.Marshal(append([]Kind{}, g.Kinds...))
	if err != nil {
		return "", "", err
	}
	s, err := json.Marshal(append([]SubuserID{}, g.Subusers...))
	return string(k), string(s), err
}

// Targets returns all targets by name. They are for admins, like the log of webhooks: they are not divided by scope.
func (s *Store) Targets(ctx context.Context) ([]Target, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT `+targetColumns+waitingColumn+
		` FROM targets ORDER BY name COLLATE NOCASE, id`)
	return collect(rows, err, scanTarget)
}

// StuckTargets returns those that were paused because they took nothing.
func (s *Store) StuckTargets(ctx context.Context) ([]Target, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT `+targetColumns+`, 0 FROM targets WHERE paused_why <> '' ORDER BY id`)
	return collect(rows, err, scanTarget)
}

// Target returns one, or ErrNotFound.
func (s *Store) Target(ctx context.Context, id int64) (g Target, err error) {
	err = found(scanTarget(s.reads.QueryRowContext(ctx,
		`SELECT `+targetColumns+waitingColumn+` FROM targets WHERE id = ?`, id), &g))
	return g, err
}

// readTargets notes whether anything is passed on, so that webhooks wake nobody where nothing is.
func (s *Store) readTargets(ctx context.Context) error {
	var any bool
	err := s.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM targets)`).Scan(&any)
	s.effects.forwards.Store(any)
	return err
}

// AddTarget adds one that gets what arrives from now on, and returns its id. Of one that is there already, the same in
// everything, it returns the id: a twin would get everything once more.
func (s *Store) AddTarget(ctx context.Context, g Target) (id int64, err error) {
	kinds, subusers, err := g.lists()
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(t *tx) error {
		err := found(t.Row(`SELECT id FROM targets WHERE name = ? AND url = ? AND kinds = ? AND subusers = ? AND secret = ?
			AND nearby = ?`,
			g.Name, g.URL, kinds, subusers, g.Secret, g.Nearby).Scan(&id))
		if err != ErrNotFound {
			return err
		}
		if err := t.Row(`INSERT INTO targets (name, url, kinds, subusers, secret, signing_key, nearby, taken)
			VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM deliveries)) RETURNING id`,
			g.Name, g.URL, kinds, subusers, g.Secret, g.SigningKey, g.Nearby).Scan(&id); err != nil {
			return err
		}
		t.forwards.Store(true)
		return t.audit(ctx, TargetAdded, g.Name)
	})
	return id, err
}

// ChangeTarget puts what people choose of a target in the place of what was chosen; its signing key stays.
func (s *Store) ChangeTarget(ctx context.Context, g Target) error {
	kinds, subusers, err := g.lists()
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := foundOne(t.Affected(`UPDATE targets SET name = ?, url = ?, kinds = ?, subusers = ?, secret = ?, nearby = ?
			WHERE id = ?`,
			g.Name, g.URL, kinds, subusers, g.Secret, g.Nearby, g.ID)); err != nil {
			return err
		}
		return t.audit(ctx, TargetChanged, g.Name)
	})
}

// DeleteTarget takes a target away with what waits for it and its log.
func (s *Store) DeleteTarget(ctx context.Context, id int64) error {
	return s.write(ctx, func(t *tx) error {
		name, err := t.targetName(id)
		if err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM forwards WHERE target_id = ?`, `DELETE FROM forward_attempts WHERE target_id = ?`,
			`DELETE FROM targets WHERE id = ?`,
		} {
			if err := t.Exec(statement, id); err != nil {
				return err
			}
		}
		return t.audit(ctx, TargetDeleted, name)
	})
}

// PauseTarget lets what is for a target wait.
func (s *Store) PauseTarget(ctx context.Context, id int64) error {
	return s.write(ctx, func(t *tx) error {
		name, err := t.targetName(id)
		if err == nil {
			err = t.Exec(`UPDATE targets SET paused_at = ?, paused_why = '' WHERE id = ? AND paused_at = 0`, t.now, id)
		}
		if err != nil {
			return err
		}
		return t.audit(ctx, TargetPaused, name)
	})
}

// ResumeTarget sends a target what waited for it, from now on. All of it is tried as often as if it were new.
func (s *Store) ResumeTarget(ctx context.Context, id int64) error {
	return s.write(ctx, func(t *tx) error {
		name, err := t.targetName(id)
		if err != nil {
			return err
		}
		if err := t.Exec(`UPDATE targets SET paused_at = 0, paused_why = '', failing_since = 0
			WHERE id = ?`, id); err != nil {
			return err
		}
		if err := t.Exec(`UPDATE forwards SET attempts = 0 WHERE target_id = ? AND attempts > 0`, id); err != nil {
			return err
		}
		if err := t.hasten(id); err != nil {
			return err
		}
		return t.audit(ctx, TargetResumed, name)
	})
}

func (t *tx) targetName(id int64) (name string, err error) {
	err = found(t.Row(`SELECT name FROM targets WHERE id = ?`, id).Scan(&name))
	return name, err
}

// hasten makes what is to be tried again due at once.
func (t *tx) hasten(target int64) error {
	t.notify(forwardsQueued)
	return t.Exec(`UPDATE forwards SET due_at = ?1 WHERE target_id = ?2 AND due_at > ?1`, t.now, target)
}

// HastenForwards has tried at once what is to be tried again later than after the longest rest there is: the clock was
// ahead when that was noted.
func (s *Store) HastenForwards(ctx context.Context, longest time.Duration) error {
	rows, err := s.reads.QueryContext(ctx, `SELECT id FROM targets g
		WHERE EXISTS (SELECT 1 FROM forwards WHERE target_id = g.id AND due_at > ?)`,
		s.now()+longest.Milliseconds())
	targets, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	if err != nil || len(targets) == 0 {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		for _, id := range targets {
			if err := t.hasten(id); err != nil {
				return err
			}
		}
		return nil
	})
}
