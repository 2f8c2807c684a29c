package store

import (
	"context"
	"fmt"
	"maps"
	"math"

	"tagline/store/sqlite"
)

// RetentionChanged is what the audit log says.
const RetentionChanged Action = "retention changed"

// Perishable is what can be kept for a limited time.
type Perishable string

// What can be.
const (
	PerishableDeliveries Perishable = "deliveries"
	PerishableMessages   Perishable = "messages"
	PerishableTagChanges Perishable = "tag_changes"
	PerishableAudit      Perishable = "audit"
)

// Perishables are all of it.
var Perishables = []Perishable{PerishableDeliveries, PerishableMessages, PerishableTagChanges, PerishableAudit}

// Retention is for how long one kind is kept, and what came of it.
type Retention struct {
	Days    int   // 0 is for ever
	RanAt   int64 // when it was last looked through, Unix ms; 0 for never
	Removed int   // how many were removed then
	More    bool  // that run left some for the next one
}

// One run removes a part of what is there, so that there is time to notice what should not go.
const (
	removedPart = 10    // one in so many
	removedMost = 1_000 // or as many, whichever is more
)

// expiry is the moment before which everything goes that is kept for so many days, Unix ms; 0 where nothing does.
func expiry(days int, now int64) int64 {
	if days <= 0 {
		return 0
	}
	return now - int64(days)*day
}

const day = 24 * 60 * 60 * 1000

// Retentions returns for how long what is kept.
func (s *Store) Retentions(ctx context.Context) (map[Perishable]Retention, error) {
	kept := map[Perishable]Retention{}
	rows, err := s.reads.QueryContext(ctx, `SELECT kind, days, ran_at, removed, more FROM retention`)
	_, err = collect(rows, err, func(r row, _ *struct{}) error {
		var kind Perishable
		var one Retention
		err := r.Scan(&kind, &one.Days, &one.RanAt, &one.Removed, &one.More)
		kept[kind] = one
		return err
	})
	return kept, err
}

// SetRetention says for how many days what is kept from now on; 0 is for ever.
func (s *Store) SetRetention(ctx context.Context, days map[Perishable]int) error {
	err := s.write(ctx, func(t *tx) error {
		said := ""
		for _, kind := range Perishables {
			n, err := t.Affected(`UPDATE retention SET days = ?1, ran_at = 0, removed = 0, more = 0
				WHERE kind = ?2 AND days <> ?1`, days[kind], kind)
			if err != nil {
				return err
			}
			if n > 0 {
				said += fmt.Sprintf(", %s %d", kind, days[kind])
			}
		}
		if said == "" {
			return nil
		}
		t.notify(retentionChanged)
		return t.audit(ctx, RetentionChanged, "days"+said[1:])
	})
	if err != nil {
		return err
	}
	return s.readClock(ctx)
}

// What may go. A message that may still be on its way stays, and a contact's last tag change, which says what tag it
// has.
const (
	deliveriesExpired = `arrived_at < ?1`
	messagesExpired   = `at < ?1 AND arrived_at < ?1 AND state NOT IN ('queued', 'sending', 'unknown') AND retry <> 1`
	tagChangesExpired = `at < ?1 AND id < (SELECT max(l.id) FROM tag_changes l
		WHERE l.contact_id = tag_changes.contact_id)`
	auditExpired = `at < ?1`
)

// agedBy is the time by which one of a kind becomes old.
var agedBy = map[Perishable]string{PerishableDeliveries: "arrived_at", PerishableMessages: "arrived_at",
	PerishableTagChanges: "at", PerishableAudit: "at"}

// oldEnd is the id before which everything is that is older than a moment, if it came in the order of its ids: as many
// lie before it as have an older time. What is newer by its id and older by its time came while the clock was behind,
// and is kept until it is old by both.
func (s *Store) oldEnd(ctx context.Context, kind Perishable, before int64) (id int64, err error) {
	err = s.reads.QueryRowContext(ctx, fmt.Sprintf(`SELECT coalesce((SELECT id FROM %[1]s ORDER BY id
		LIMIT 1 OFFSET (SELECT count(*) FROM %[1]s WHERE %[2]s < ?1)),
		?2)`, kind, agedBy[kind]), before, int64(math.MaxInt64)).Scan(&id)
	return id, err
}

// Bounded are the days that hold: the body of a webhook is kept no longer than the messages and tag changes that came
// of it, whose words stand in it.
func Bounded(days map[Perishable]int) map[Perishable]int {
	bounded := maps.Clone(days)
	for _, made := range []Perishable{PerishableMessages, PerishableTagChanges} {
		bounded[PerishableDeliveries] = shorter(bounded[PerishableDeliveries], days[made])
	}
	return bounded
}

// shorter is the shorter of two times in days, of which 0 is for ever.
func shorter(a, b int) int {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

// Expired counts what would go if it were kept for so many days.
func (s *Store) Expired(ctx context.Context, days map[Perishable]int) (map[Perishable]int, error) {
	days = Bounded(days)
	expired := map[Perishable]int{}
	for kind, query := range map[Perishable]string{
		PerishableDeliveries: `SELECT count(*) FROM deliveries WHERE ` + deliveriesExpired,
		PerishableMessages:   `SELECT count(*) FROM messages WHERE ` + messagesExpired,
		PerishableTagChanges: `SELECT count(*) FROM tag_changes WHERE ` + tagChangesExpired,
		PerishableAudit:      `SELECT count(*) FROM audit WHERE ` + auditExpired,
	} {
		before := expiry(days[kind], s.now())
		if before == 0 {
			continue
		}
		end, err := s.oldEnd(ctx, kind, before)
		if err != nil {
			return nil, err
		}
		var n int
		if err := s.reads.QueryRowContext(ctx, query+` AND id < ?2`, before, end).Scan(&n); err != nil {
			return nil, err
		}
		expired[kind] = n
	}
	return expired, nil
}

// Expire removes what has become older than it is to be kept, a little at a time and not more than a part of what there
// is, and returns how many were removed. Conversations in which nothing is left go too, and contacts of whom nothing is
// known any more. While the clock is not to be believed nothing goes.
func (s *Store) Expire(ctx context.Context) (map[Perishable]int, error) {
	clock := s.Clock()
	if clock.Ahead() {
		return nil, nil
	}
	kept, err := s.Retentions(ctx)
	if err != nil {
		return nil, err
	}
	days := map[Perishable]int{}
	for kind, r := range kept {
		days[kind] = r.Days
	}
	days = Bounded(days)
	removed, all := map[Perishable]int{}, 0
	for _, kind := range Perishables {
		before := expiry(days[kind], clock.Now)
		if before == 0 {
			continue
		}
		if err := s.write(ctx, func(t *tx) error {
			return t.Exec(`UPDATE retention SET ran_at = ? WHERE kind = ?`, clock.Now, kind)
		}); err != nil {
			return removed, err
		}
		most, err := s.removedAtOnce(ctx, kind)
		if err != nil {
			return removed, err
		}
		if removed[kind], err = s.expire(ctx, kind, before, most); err != nil {
			return removed, err
		}
		all += removed[kind]
		if err := s.write(ctx, func(t *tx) error {
			return t.Exec(`UPDATE retention SET removed = ?1, more = ?2 WHERE kind = ?3`, removed[kind],
				removed[kind] >= most, kind)
		}); err != nil {
			return removed, err
		}
	}
	if all == 0 {
		return removed, nil
	}
	return removed, s.cleanDisk(ctx)
}

// removedAtOnce is how many of a kind go in one run.
func (s *Store) removedAtOnce(ctx context.Context, kind Perishable) (most int, err error) {
	err = s.reads.QueryRowContext(ctx, `SELECT count(*) FROM `+string(kind)).Scan(&most)
	return max(removedMost, most/removedPart), err
}

func (s *Store) expire(ctx context.Context, kind Perishable, before int64, most int) (removed int, err error) {
	end, err := s.oldEnd(ctx, kind, before)
	if err != nil {
		return 0, err
	}
	remove := map[Perishable]func(ctx context.Context, before, end int64, most int) (int, error){
		PerishableDeliveries: s.expireRows(`SELECT id FROM deliveries WHERE `+deliveriesExpired+
			` AND id > ?2 AND id < ?4 ORDER BY id LIMIT ?3`, func(t *tx, _ int64, ids []int64) (int, error) {
			return t.dropDeliveries(ids, nil)
		}),
		PerishableMessages: s.expireRows(`SELECT id FROM messages WHERE `+messagesExpired+
			` AND id > ?2 AND id < ?4 ORDER BY id LIMIT ?3`, (*tx).dropMessages),
		PerishableTagChanges: s.expireRows(`SELECT DISTINCT contact_id FROM tag_changes WHERE `+tagChangesExpired+
			` AND contact_id > ?2 AND id < ?4 ORDER BY contact_id LIMIT ?3`,
			func(t *tx, before int64, contacts []int64) (int, error) {
				return t.dropOldTagChanges(before, end, contacts)
			}),
		PerishableAudit: s.expireRows(`SELECT id FROM audit WHERE `+auditExpired+
			` AND id > ?2 AND id < ?4 ORDER BY id LIMIT ?3`, func(t *tx, _ int64, ids []int64) (int, error) {
			these, args := in("id", ids)
			n, err := t.Affected(`DELETE FROM audit WHERE `+these, args...)
			return int(n), err
		}),
	}
	return remove[kind](ctx, before, end, most)
}

// expireRows finds a few ids at a time beside the writes, and has each few removed in a write of their own, until most
// are.
func (s *Store) expireRows(query string,
	remove func(t *tx, before int64, ids []int64) (int, error)) func(context.Context, int64, int64, int) (int, error) {
	return func(ctx context.Context, before, end int64, most int) (removed int, err error) {
		for last := int64(0); removed < most; {
			rows, err := s.reads.QueryContext(ctx, query, before, last, min(erasedAtOnce, most-removed), end)
			ids, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
			if err != nil || len(ids) == 0 {
				return removed, err
			}
			last = ids[len(ids)-1]
			var n int
			took, err := s.writeBehind(ctx, func(t *tx) (err error) { n, err = remove(t, before, ids); return err })
			if err != nil {
				return removed, err
			}
			removed += n
			if err := sqlite.Yield(ctx, took); err != nil {
				return removed, err
			}
		}
		return removed, nil
	}
}
