package store

import "context"

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

// Delivery is one accepted webhook body, with the secret blanked.
type Delivery struct {
	ID          int64
	Kind        Kind
	ArrivedAt   int64 // Unix ms
	Outcome     Outcome
	Subuser     SubuserID // Main where the body names none
	PhoneNumber string    // "" where the body has none that can be read
	Body        []byte
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
