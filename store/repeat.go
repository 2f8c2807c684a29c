package store

// Which reports are repeats? TextLink gives no id that is always there, so a repeat says the same words at the same
// time, or, where the time is absent, soon after; and in nothing that both of them carry does it say something else. A
// field that only one of them has makes no other message.

// insertReport keeps the report unless it repeats one that is kept, which it returns. Of outbound messages only what
// says exactly the same is a repeat: reports that say more or less are kept, and match puts them together.
func (t *tx) insertReport(r *report) (kept *report, err error) {
	var alike []*report
	if r.timestamp == nil {
		alike, err = t.recent(r)
	} else if fresh, err := t.tryReport(r); fresh || err != nil {
		return nil, err
	} else if alike, err = t.sameTime(r); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	for _, a := range alike {
		if repeats(a, r) {
			return a, nil
		}
		r.twin = max(r.twin, a.twin+1)
	}
	_, err = t.tryReport(r)
	return nil, err
}

// repeats tells whether r says what is kept already, words and time aside.
func repeats(kept, r *report) bool {
	if r.kind == KindReceived {
		return !differ(kept, r)
	}
	return kept.customID == r.customID && kept.textlinkID == r.textlinkID && equal(kept.simCardID, r.simCardID) &&
		equal(kept.portal, r.portal)
}

// differ tells whether both reports carry a field and it differs.
func differ(a, b *report) bool { return differentIDs(a, b) || differentRoutes(a, b) }

// differentIDs tells whether both reports carry an id and the ids differ.
func differentIDs(a, b *report) bool {
	return a.customID != "" && b.customID != "" && a.customID != b.customID ||
		a.textlinkID != 0 && b.textlinkID != 0 && a.textlinkID != b.textlinkID
}

// differentRoutes tells whether both reports name the way of the message, by SIM card or console, and it differs.
func differentRoutes(a, b *report) bool {
	return a.simCardID != nil && b.simCardID != nil && *a.simCardID != *b.simCardID ||
		a.portal != nil && b.portal != nil && *a.portal != *b.portal
}

func equal[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// tryReport keeps the report unless there is one like it with the same twin.
func (t *tx) tryReport(r *report) (fresh bool, err error) {
	n, err := t.Affected(`INSERT INTO reports (id, message_id, conversation_id, kind, text_key, timestamp, doubtful,
			arrived_at, sim_card_id, portal, custom_id, textlink_id, recent, twin)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.id, r.messageID, r.conversationID, r.kind, r.textKey, r.timestamp, r.doubtful,
		r.arrivedAt, r.simCardID, r.portal, r.customID, r.textlinkID, r.timestamp == nil, r.twin)
	return n == 1, err
}

// sameTime finds the reports with the same words and timestamp.
func (t *tx) sameTime(r *report) ([]*report, error) {
	return t.alike(`timestamp = ?4`, r, *r.timestamp)
}

// recent finds the reports with the same words and no timestamp that arrived shortly before r, or after it where r is
// understood late. What is older is none any more.
func (t *tx) recent(r *report) ([]*report, error) {
	all, err := t.alike(`recent = 1`, r)
	near := all[:0]
	for _, a := range all {
		if within(a, r, t.repeatWindow) {
			near = append(near, a)
		} else if err == nil {
			err = t.Exec(`UPDATE reports SET recent = 0 WHERE id = ?`, a.id)
		}
	}
	return near, err
}

func (t *tx) alike(condition string, r *report, more ...any) ([]*report, error) {
	rows, err := t.Query(`SELECT id, message_id, arrived_at, sim_card_id, portal, custom_id, textlink_id, twin FROM reports
		WHERE conversation_id = ?1 AND text_key = ?2 AND kind = ?3
		AND `+condition+` ORDER BY twin`, append([]any{r.conversationID, r.textKey, r.kind}, more...)...)
	return collect(rows, err, func(row row, a **report) error {
		*a = &report{conversationID: r.conversationID, kind: r.kind}
		o := *a
		return row.Scan(&o.id, &o.messageID, &o.arrivedAt, &o.simCardID, &o.portal, &o.customID, &o.textlinkID, &o.twin)
	})
}

// completeReceived fills in what a received message lacks from its repeat, so that a third one can be told from both.
// It tells whether there was anything.
func (t *tx) completeReceived(kept, repeat *report) (bool, error) {
	m := Message{SIMCardID: kept.simCardID, Portal: kept.portal, CustomID: kept.customID, TextlinkID: kept.textlinkID}
	complete(&m, repeat)
	if equal(m.SIMCardID, kept.simCardID) && equal(m.Portal, kept.portal) && m.CustomID == kept.customID &&
		m.TextlinkID == kept.textlinkID {
		return false, nil
	}
	for _, statement := range []string{
		`UPDATE reports SET sim_card_id = ?, portal = ?, custom_id = ?, textlink_id = ? WHERE id = ?`,
		`UPDATE messages SET sim_card_id = ?, portal = ?, custom_id = ?, textlink_id = ? WHERE id = ?`,
	} {
		if err := t.Exec(statement, m.SIMCardID, m.Portal, m.CustomID, m.TextlinkID, kept.id); err != nil {
			return false, err
		}
	}
	return true, t.summarise(kept.conversationID, tally{})
}
