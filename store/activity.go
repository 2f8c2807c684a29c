package store

import (
	"context"
	"time"
)

// activityHours is how many hours an Activity goes back, the one under way included.
const activityHours = 24

// Activity is what one webhook did lately.
type Activity struct {
	Kind     Kind
	LastSeen int64              // Unix ms, 0 if it never arrived
	Hours    [activityHours]int // bodies per hour; the last is the hour under way
	Outcomes map[Outcome]int    // the same bodies by outcome
}

// hourOf is the hour that a moment (Unix ms) lies in.
func hourOf(ms int64) int64 { return ms / time.Hour.Milliseconds() }

// Activity returns what each webhook did in the 24 hours until now, in the order of Kinds.
func (s *Store) Activity(ctx context.Context, now time.Time) ([]Activity, error) {
	seen, err := s.LastSeen(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Activity, len(Kinds))
	place := map[Kind]*Activity{}
	for i, kind := range Kinds {
		all[i] = Activity{Kind: kind, LastSeen: seen[kind], Outcomes: map[Outcome]int{}}
		place[kind] = &all[i]
	}
	last := hourOf(now.UnixMilli())
	first := last - activityHours + 1
	type count struct {
		hour    int64
		kind    Kind
		outcome Outcome
		n       int
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT hour, kind, outcome, count FROM delivery_hours
		WHERE hour BETWEEN ? AND ?`, first, last)
	counts, err := collect(rows, err, func(r row, c *count) error { return r.Scan(&c.hour, &c.kind, &c.outcome, &c.n) })
	for _, c := range counts {
		if a := place[c.kind]; a != nil {
			a.Hours[c.hour-first] += c.n
			a.Outcomes[c.outcome] += c.n
		}
	}
	return all, err
}

// LastSeen returns when each webhook last arrived, Unix ms; those that never did are missing.
func (s *Store) LastSeen(ctx context.Context) (map[Kind]int64, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT kind, seen_at FROM hooks`)
	type hook struct {
		kind Kind
		at   int64
	}
	hooks, err := collect(rows, err, func(r row, h *hook) error { return r.Scan(&h.kind, &h.at) })
	seen := make(map[Kind]int64, len(hooks))
	for _, h := range hooks {
		seen[h.kind] = h.at
	}
	return seen, err
}

// activeWeek is how far before its silence a webhook must have been active to be missed.
const activeWeek = 7 * 24 * time.Hour

// Quiet returns the webhooks from which nothing came for longer than after, although something did in the week before
// that time; each with when it was last seen (Unix ms). Test samples show that a webhook works, so they end a silence,
// but they don't make it active. One that has been silent for longer than that week is taken for disused.
func (s *Store) Quiet(ctx context.Context, now time.Time, after time.Duration) (map[Kind]int64, error) {
	silent := now.Add(-after).UnixMilli()
	seen, err := s.LastSeen(ctx)
	for kind, at := range seen {
		if at >= silent {
			delete(seen, kind)
		}
	}
	if err != nil || len(seen) == 0 {
		return nil, err
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT DISTINCT kind FROM delivery_hours
		WHERE hour BETWEEN ? AND ? AND outcome <> 'test' AND count > 0`,
		hourOf(now.Add(-after-activeWeek).UnixMilli()), hourOf(silent))
	active, err := collect(rows, err, func(r row, kind *Kind) error { return r.Scan(kind) })
	quiet := map[Kind]int64{}
	for _, kind := range active {
		if at, silent := seen[kind]; silent {
			quiet[kind] = at
		}
	}
	return quiet, err
}

// count adds the delivery to its hour.
func (t *tx) count(d *Delivery) error {
	return t.Exec(`INSERT INTO delivery_hours (hour, kind, outcome, count, first_id, last_id)
		VALUES (?1, ?2, ?3, 1, ?4, ?4)
		ON CONFLICT DO UPDATE SET count = count + 1, first_id = min(first_id, excluded.first_id),
		last_id = max(last_id, excluded.last_id)`,
		hourOf(d.ArrivedAt), d.Kind, d.Outcome, d.ID)
}

// uncount takes away a delivery that was counted with another outcome.
func (t *tx) uncount(d *Delivery, before Outcome) error {
	return t.Exec(`UPDATE delivery_hours SET count = count - 1 WHERE hour = ? AND kind = ? AND outcome = ?`,
		hourOf(d.ArrivedAt), d.Kind, before)
}
