package store

import "context"

// eraseReports removes reports of the contact's messages with the bodies they came in.
func (t *tx) eraseReports(contact int64) (int, error) {
	rows, err := t.Query(`SELECT r.id FROM conversations c JOIN reports r ON r.conversation_id = c.id
		WHERE c.contact_id = ? LIMIT ?`, contact, erasedAtOnce)
	ids, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	for _, id := range ids {
		if err == nil {
			err = t.dropDelivery(id)
		}
		if err == nil {
			err = t.Exec(`DELETE FROM reports WHERE id = ?`, id)
		}
	}
	return len(ids), err
}

// dropDelivery removes a body, if it is there, from the log and its counts.
func (t *tx) dropDelivery(id int64) error {
	d := Delivery{ID: id}
	err := found(t.Row(`DELETE FROM deliveries WHERE id = ?
		RETURNING kind, outcome, arrived_at`, id).Scan(&d.Kind, &d.Outcome, &d.ArrivedAt))
	if err == ErrNotFound {
		return nil
	}
	if err == nil {
		err = t.forgetForwards(id)
	}
	if err != nil {
		return err
	}
	return t.uncount(&d, d.Outcome)
}

// eraseBodies removes what is about the number without belonging to a message: bodies of the log, requests that were
// refused, and filters that somebody keeps.
func (s *Store) eraseBodies(ctx context.Context, number string) error {
	names := mentions(number)
	err := s.inBatches(ctx, func(t *tx) (int, error) {
		rows, err := t.Query(`SELECT id FROM deliveries
			WHERE phone_number COLLATE NOCASE = ? AND (kind = 'tag' OR outcome <> 'stored') LIMIT ?`, number, erasedAtOnce)
		return t.dropDeliveries(collect(rows, err, func(r row, id *int64) error { return r.Scan(id) }))
	})
	if err != nil {
		return err
	}
	unclear, err := s.naming(ctx, `SELECT id, body FROM deliveries
		WHERE outcome <> 'stored' AND outcome <> 'duplicate'`, names)
	if err != nil {
		return err
	}
	for len(unclear) > 0 {
		some := unclear[:min(erasedAtOnce, len(unclear))]
		unclear = unclear[len(some):]
		if err := s.write(ctx, func(t *tx) error { _, err := t.dropDeliveries(some, nil); return err }); err != nil {
			return err
		}
	}
	refused, err := s.naming(ctx, `SELECT id, head || ' ' || path || ' ' || user_agent FROM refusals`, names)
	if err != nil {
		return err
	}
	kept, err := s.naming(ctx, `SELECT id, query || ' ' || name FROM saved_views`, names)
	if err != nil || len(refused)+len(kept) == 0 {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		for _, id := range refused {
			if err := t.Exec(`DELETE FROM refusals WHERE id = ?`, id); err != nil {
				return err
			}
		}
		for _, id := range kept {
			if err := t.Exec(`DELETE FROM saved_views WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return t.changed(Change{Number: t.next(), Refused: len(refused) > 0, Settings: SavedViewsSetting})
	})
}

func (t *tx) dropDeliveries(ids []int64, err error) (int, error) {
	for _, id := range ids {
		if err == nil {
			err = t.dropDelivery(id)
		}
	}
	return len(ids), err
}

// naming returns the ids of what names a number. The query is read one by one: all of it may be large.
func (s *Store) naming(ctx context.Context, query string, names func([]byte) bool) ([]int64, error) {
	rows, err := s.reads.QueryContext(ctx, query)
	var ids []int64
	_, err = collect(rows, err, func(r row, _ *struct{}) error {
		var id int64
		var text []byte
		if err := r.Scan(&id, &text); err != nil {
			return err
		}
		if names(text) {
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}
