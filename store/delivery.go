package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"strings"

	"tagline/textutil"
)

// Kind is one of TextLink's four webhooks.
type Kind string

// The kinds.
const (
	KindReceived Kind = "received"
	KindSent     Kind = "sent"
	KindFailed   Kind = "failed"
	KindTag      Kind = "tag"
)

// Kinds lists the four in the order TextLink's console shows them.
var Kinds = []Kind{KindReceived, KindSent, KindFailed, KindTag}

// Outcome is what became of an accepted webhook body.
type Outcome string

// The outcomes.
const (
	Stored    Outcome = "stored"    // said something new
	Duplicate Outcome = "duplicate" // said what was known
	Unparsed  Outcome = "unparsed"  // could not be understood; kept as it came
	Test      Outcome = "test"      // TextLink's Test webhooks sample
)

// Outcomes lists all of them.
var Outcomes = []Outcome{Stored, Duplicate, Unparsed, Test}

// Delivery is one accepted webhook body, with the secret blanked.
type Delivery struct {
	ID          int64
	Kind        Kind
	ArrivedAt   int64 // Unix ms
	Outcome     Outcome
	Subuser     SubuserID // Main where the body names none, NoSubuser where what it names cannot be read
	PhoneNumber string    // "" where the body has none that can be read
	Body        []byte
	Keys        []int64 // those it came with whose use is to be noted
	LooksLike   Kind    // whose body it is by its fields, "" where that can't be told; known on arrival only

	number int64 // of the change that tells of it
}

// late tells whether the delivery is concluded from after others that arrived later.
func (d *Delivery) late() bool { return d.number != d.ID }

// change tells that the delivery arrived, or was processed again.
func (d *Delivery) change() Change {
	c := Change{Number: d.number, Subuser: d.Subuser, Hook: d.Kind, DeliveryID: d.ID}
	if d.late() {
		c.Hook = ""
	}
	return c
}

// DeliveryFilter says which deliveries to list; its zero value says all.
type DeliveryFilter struct {
	Kind        Kind
	Outcome     Outcome
	Subuser     *SubuserID
	Numbers     []string // the phone number is one of them
	From, Until int64    // arrived in [From, Until), Unix ms; 0 is no bound
}

// Fits tells whether the filter lists the delivery.
func (f DeliveryFilter) Fits(d Delivery) bool {
	return (f.Kind == "" || f.Kind == d.Kind) &&
		(f.Outcome == "" || f.Outcome == d.Outcome) &&
		(f.Subuser == nil || *f.Subuser == d.Subuser) &&
		(len(f.Numbers) == 0 || slices.ContainsFunc(f.Numbers, d.of)) &&
		(f.From == 0 || d.ArrivedAt >= f.From) && (f.Until == 0 || d.ArrivedAt < f.Until)
}

// of tells whether the delivery names the number.
func (d *Delivery) of(number string) bool { return textutil.SameNumber(d.PhoneNumber, number) }

// where returns the filter as an SQL condition, for ids in [floor, before).
func (f DeliveryFilter) where(floor, before int64) (string, []any) {
	conditions, args := []string{"id >= ? AND id < ?"}, []any{floor, before}
	add := func(condition string, arg any) {
		conditions = append(conditions, condition)
		args = append(args, arg)
	}
	if f.Kind != "" {
		add("kind = ?", f.Kind)
	}
	if f.Outcome != "" {
		add("outcome = ?", f.Outcome)
	}
	if f.Outcome != "" && f.Outcome != Stored {
		conditions = append(conditions, "outcome <> 'stored'") // in so many words, or the partial index is not used
	}
	if f.Subuser != nil {
		add("subuser_id = ?", *f.Subuser)
	}
	if len(f.Numbers) > 0 {
		contacts, numbers := in("k.phone_number COLLATE NOCASE", f.Numbers)
		deliveries, _ := in("phone_number COLLATE NOCASE", f.Numbers)
		conditions = append(conditions, ofNumber(contacts, deliveries))
		args = slices.Concat(args, numbers, numbers)
	}
	if f.From != 0 {
		add("arrived_at >= ?", f.From)
	}
	if f.Until != 0 {
		add("arrived_at < ?", f.Until)
	}
	return strings.Join(conditions, " AND "), args
}

// ofNumber finds the deliveries of a number. Those that made a report are found by it, the others by the partial index,
// whose condition must be repeated.
func ofNumber(contacts, deliveries string) string {
	return `id IN (SELECT id FROM reports WHERE conversation_id IN
		(SELECT c.id FROM contacts k JOIN conversations c ON c.contact_id = k.id WHERE ` + contacts + `)
	UNION SELECT id FROM deliveries WHERE ` + deliveries + ` AND (kind = 'tag' OR outcome <> 'stored'))`
}

// indexed tells whether an index leads to what fits.
func (f DeliveryFilter) indexed() bool {
	return len(f.Numbers) > 0 || f.Outcome != "" && f.Outcome != Stored
}

// lookedAt is how many deliveries one read goes through where no index leads to those that fit.
const lookedAt = 20_000

const deliveryColumns = `id, kind, arrived_at, outcome, subuser_id, phone_number, body`

func scanDelivery(r row, d *Delivery) error {
	return r.Scan(&d.ID, &d.Kind, &d.ArrivedAt, &d.Outcome, &d.Subuser, &d.PhoneNumber, &d.Body)
}

// Deliveries returns up to limit deliveries that fit and have an id below before (0: from the newest), newest first.
// next is where to go on, 0 at the end; there may be a next after fewer than limit, even none, because one read does
// not go through the whole log. The log is for admins: it is not divided by scope.
func (s *Store) Deliveries(ctx context.Context, f DeliveryFilter, before int64,
	limit int) (list []Delivery, next int64, err error) {
	first, last, err := s.span(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	if before == 0 || before > last {
		before = last + 1
	}
	floor, more := first, false
	if !f.indexed() {
		if floor, more, err = s.floor(ctx, first, before); err != nil {
			return nil, 0, err
		}
	}
	where, args := f.where(floor, before)
	rows, err := s.reads.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries
		WHERE `+where+` ORDER BY id DESC LIMIT ?`, append(args, limit+1)...)
	list, err = collect(rows, err, scanDelivery)
	switch {
	case len(list) > limit:
		list = list[:limit]
		next = list[limit-1].ID
	case more:
		next = floor
	}
	return list, next, err
}

// span returns the ids between which all deliveries stand that can fit, by the hours they arrived in.
func (s *Store) span(ctx context.Context, f DeliveryFilter) (first, last int64, err error) {
	fromHour, toHour := int64(0), int64(math.MaxInt64)
	if f.From != 0 {
		fromHour = hourOf(f.From)
	}
	if f.Until != 0 {
		toHour = hourOf(f.Until)
	}
	err = s.reads.QueryRowContext(ctx, `SELECT coalesce(min(first_id), 1), coalesce(max(last_id), 0) FROM delivery_hours
		WHERE hour BETWEEN ? AND ? AND (?3 = '' OR kind = ?3) AND (?4 = '' OR outcome = ?4) AND count > 0`,
		fromHour, toHour, f.Kind, f.Outcome).Scan(&first, &last)
	return first, last, err
}

// floor returns the id at which a read from before downwards has gone through enough, and whether there are more
// deliveries below it.
func (s *Store) floor(ctx context.Context, first, before int64) (floor int64, more bool, err error) {
	err = s.reads.QueryRowContext(ctx, `SELECT id FROM deliveries WHERE id >= ? AND id < ?
		ORDER BY id DESC LIMIT 1 OFFSET ?`,
		first, before, lookedAt).Scan(&floor)
	if errors.Is(err, sql.ErrNoRows) {
		return first, false, nil
	}
	return floor, floor > first, err
}

// Delivery returns one delivery of the log, or ErrNotFound.
func (s *Store) Delivery(ctx context.Context, id int64) (Delivery, error) {
	var d Delivery
	err := scanDelivery(s.reads.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = ?`, id), &d)
	return d, found(err)
}

// UnparsedAfter returns up to limit deliveries after the id that were not understood, ascending.
func (s *Store) UnparsedAfter(ctx context.Context, id int64, limit int) ([]Delivery, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries
		WHERE outcome = 'unparsed' AND outcome <> 'stored' AND id > ? ORDER BY id LIMIT ?`, id, limit)
	return collect(rows, err, scanDelivery)
}

// CountUnparsed returns how many deliveries were not understood.
func (s *Store) CountUnparsed(ctx context.Context) (int, error) {
	var n int
	err := s.reads.QueryRowContext(ctx, `SELECT count(*) FROM deliveries
		WHERE outcome = 'unparsed' AND outcome <> 'stored'`).Scan(&n)
	return n, err
}
