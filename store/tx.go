package store

import (
	"context"
	"sync/atomic"
	"time"

	"tagline/store/sqlite"
)

// tx is a transaction under way: SQL, the time, and change numbers.
type tx struct {
	*sqlite.Tx
	*effects
	now int64 // Unix ms, the same for all of a batch
}

// effects are what writes change beside the database.
type effects struct {
	repeatWindow time.Duration
	published    func(Change)
	number       int64                      // the latest change number given out; of the transaction under way
	signals      [signalCount]chan struct{} // told after commits
	committed    chan struct{}              // told after commits
	written      atomic.Int64               // how many writes there were
	forwards     atomic.Bool                // there may be somebody to whom webhooks are passed on

	accesses accesses
	unstored unstored
	clock    clockNote
}

func newEffects(options Options) *effects {
	e := &effects{repeatWindow: options.RepeatWindow, published: options.Published, committed: make(chan struct{}, 1)}
	for one := range e.signals {
		e.signals[one] = make(chan struct{}, 1)
	}
	return e
}

// write runs do in a transaction and returns once that is on disk, or nothing of it. When ctx ends first the outcome
// is open: the write may still happen.
func (s *Store) write(ctx context.Context, do func(*tx) error) error {
	return s.db.Write(ctx, func(t *sqlite.Tx) error { return s.effects.run(t, do) })
}

// writeBehind is write, but waits until there is room for it. It returns how long the writer was busy with it.
func (s *Store) writeBehind(ctx context.Context, do func(*tx) error) (took time.Duration, err error) {
	return s.db.WriteBehind(ctx, func(t *sqlite.Tx) error { return s.effects.run(t, do) })
}

// inBatches has do remove a few rows in a write of its own again and again, until it finds none.
func (s *Store) inBatches(ctx context.Context, do func(*tx) (int, error)) error {
	return s.db.InBatches(ctx, func(t *sqlite.Tx) (n int, err error) {
		err = s.effects.run(t, func(t *tx) (err error) { n, err = do(t); return err })
		return n, err
	})
}

// run takes back the change numbers of a write that fails.
func (e *effects) run(t *sqlite.Tx, do func(*tx) error) error {
	e.written.Add(1)
	before, succeeded := e.number, false
	defer func() {
		if !succeeded {
			e.number = before
		}
	}()
	err := do(e.tx(t))
	succeeded = err == nil
	return err
}

func (e *effects) tx(t *sqlite.Tx) *tx { return &tx{Tx: t, effects: e, now: t.Now} }

// begin is the beginning of each transaction.
func (e *effects) begin(t *sqlite.Tx) error {
	if err := t.Row(`SELECT coalesce(max(number), 0) FROM changes`).Scan(&e.number); err != nil {
		return err
	}
	return e.unstored.write(e.tx(t))
}

// end is called when a transaction is over, committed or not.
func (e *effects) end() {
	e.accesses.settle()
	tell(e.committed)
}

// next gives out a change number. It is also the id of whatever is made with it.
func (t *tx) next() int64 {
	t.number++
	return t.number
}

// changed notes what screens may have to show anew, and forgets now and then what no page can be waiting for any more.
func (t *tx) changed(c Change) error {
	if c.PersonID != 0 {
		t.accesses.change(c.PersonID)
	}
	t.After(func() { t.published(c) })
	if err := t.Exec(`INSERT INTO changes (number, at, conversation_id, contact_id, subuser_id, user_id, hook,
			delivery_id, refused, settings, preferences)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.Number, t.now, c.ConversationID, c.ContactID,
		c.Subuser, c.UserID, c.Hook,
		c.DeliveryID, c.Refused, c.Settings, c.Preferences); err != nil {
		return err
	}
	if c.Number%256 != 0 {
		return nil
	}
	return t.Exec(`DELETE FROM changes WHERE number <= ?`, c.Number-keptChanges)
}

// notify has a part of the program look for work once the transaction is on disk.
func (t *tx) notify(one signal) { t.After(func() { tell(t.signals[one]) }) }

// tell wakes who waits at the channel, unless it was told and has not looked yet.
func tell(who chan<- struct{}) {
	select {
	case who <- struct{}{}:
	default:
	}
}
