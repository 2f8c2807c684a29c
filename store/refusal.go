package store

import "context"

// The ring of refusals holds at most so many, and so many bytes: whoever is refused cannot make it grow.
const (
	keptRefusals     = 1000
	keptRefusalBytes = 2 << 20
	refusalOverhead  = 96 // bytes counted for a row beside its texts
)

// Cause is why a request to a webhook was refused.
type Cause string

// The causes.
const (
	BadCredentials Cause = "credentials"  // wrong token, or a wrong or missing secret
	NotJSON        Cause = "not_json"     // without credentials that could be read, because it is not JSON
	TooLarge       Cause = "too_large"    // a body beyond the limit
	CutOff         Cause = "cut_off"      // the body did not arrive whole
	WrongMethod    Cause = "method"       // not POST
	WrongType      Cause = "content_type" // said to be something else than JSON; older versions went by that
	NotEncrypted   Cause = "plain"        // over plain http although there is https
	UnknownPath    Cause = "path"         // no such webhook
	QueueFull      Cause = "queue_full"   // too many writes were waiting
	NotStored      Cause = "not_stored"   // the disk or the database failed
)

// Refusal is one request below /webhooks/ that was not accepted. Path and Head are redacted by whoever makes it.
type Refusal struct {
	ID            int64
	At            int64 // Unix ms
	Cause         Cause
	Address       string // who sent it, without the port
	Method        string
	Path          string
	ContentType   string
	UserAgent     string
	ContentLength int64  // -1 where the request did not say
	Head          []byte // the beginning of the body
	Missed        int    // how many were refused just before it and not noted
}

func (r Refusal) size() int {
	return len(r.Cause) + len(r.Address) + len(r.Method) + len(r.Path) + len(r.ContentType) + len(r.UserAgent) +
		len(r.Head) + refusalOverhead
}

// RecordRefusals notes refused requests, oldest first, and forgets the oldest beyond what the ring holds.
func (s *Store) RecordRefusals(ctx context.Context, refusals []Refusal) error {
	if len(refusals) == 0 {
		return nil
	}
	return s.write(ctx, func(t *tx) error {
		for _, r := range refusals {
			if err := t.Exec(`INSERT INTO refusals (id, at, cause, address, method, path, content_type, user_agent,
				content_length,
					head, missed, size) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM refusals), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				r.At, r.Cause, r.Address, r.Method, r.Path, r.ContentType, r.UserAgent, r.ContentLength,
				notNull(r.Head), r.Missed, r.size()); err != nil {
				return err
			}
		}
		if err := t.Exec(`DELETE FROM refusals WHERE id <= (SELECT coalesce(max(id), 0) FROM
				(SELECT id, row_number() OVER newest AS place, sum(size) OVER newest AS bytes
				FROM refusals WINDOW newest AS (ORDER BY id DESC))
				WHERE place > ? OR bytes > ?)`, keptRefusals, keptRefusalBytes); err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), Refused: true})
	})
}

// Refusals returns up to limit refused requests with an id below before (0: from the newest), newest first, and whether
// there are more. They are for admins.
func (s *Store) Refusals(ctx context.Context, before int64, limit int) (list []Refusal, more bool, err error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, at, cause, address, method, path, content_type, user_agent,
			content_length, head, missed
		FROM refusals WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2`, before, limit+1)
	list, err = collect(rows, err, func(row row, r *Refusal) error {
		return row.Scan(&r.ID, &r.At, &r.Cause, &r.Address, &r.Method, &r.Path, &r.ContentType, &r.UserAgent,
			&r.ContentLength, &r.Head, &r.Missed)
	})
	if len(list) > limit {
		list, more = list[:limit], true
	}
	return list, more, err
}

// RefusedSince counts the refused requests that are noted since the moment (Unix ms), with those that were missed.
func (s *Store) RefusedSince(ctx context.Context, since int64) (int, error) {
	var n int
	err := s.reads.QueryRowContext(ctx, `SELECT coalesce(sum(1 + missed), 0) FROM refusals WHERE at >= ?`, since).Scan(&n)
	return n, err
}

// notNull is the bytes for a column that must have some, even none.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
