package store

import "slices"

// dropMessages removes messages, with what was reported of them, as far as they may still go.
func (t *tx) dropMessages(before int64, ids []int64) (removed int, err error) {
	gone := map[int64]tally{}
	for _, id := range ids {
		var m Message
		row := t.Row(`SELECT `+messageColumns+` FROM messages WHERE id = ?2 AND `+messagesExpired, before, id)
		err := found(scanMessage(row, &m))
		if err == ErrNotFound {
			continue
		}
		if err != nil {
			return 0, err
		}
		gone[m.ConversationID] = gone[m.ConversationID].minus(tallyOf(m))
		for _, statement := range []string{
			`DELETE FROM replies WHERE conversation_id = ?1
				AND id IN (SELECT id FROM reports WHERE conversation_id = ?1 AND message_id = ?2)`,
			`DELETE FROM reports WHERE conversation_id = ?1 AND message_id = ?2`,
			`DELETE FROM messages WHERE conversation_id = ?1 AND id = ?2`,
		} {
			if err := t.Exec(statement, m.ConversationID, id); err != nil {
				return 0, err
			}
		}
		removed++
	}
	var touched []int64
	for id := range gone {
		touched = append(touched, id)
	}
	slices.Sort(touched)
	for _, id := range touched {
		if err := t.shorten(id, gone[id]); err != nil {
			return 0, err
		}
	}
	return removed, nil
}

// shorten brings a conversation up to date from which messages went. If none is left it goes, too.
func (t *tx) shorten(conversation int64, n tally) error {
	if err := t.summarise(conversation, n); err != nil {
		return err
	}
	c := Conversation{ID: conversation}
	var left bool
	if err := t.Row(`SELECT contact_id, subuser_id, EXISTS (SELECT 1 FROM messages WHERE conversation_id = ?1)
		FROM conversations WHERE id = ?1`, conversation).
		Scan(&c.Contact.ID, &c.Subuser, &left); err != nil {
		return err
	}
	if left {
		return t.changed(Change{Number: t.next(), ConversationID: conversation, Subuser: c.Subuser})
	}
	if err := t.dropConversation(c); err != nil {
		return err
	}
	return t.changed(Change{Number: t.next(), ConversationID: conversation, Subuser: c.Subuser})
}

// dropConversation removes a conversation without messages, and its contact if nothing is known of that any more.
func (t *tx) dropConversation(c Conversation) error {
	if err := t.resetSummary(c.ID); err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM replies WHERE conversation_id = ?`,
		`DELETE FROM reports WHERE conversation_id = ?`,
		`DELETE FROM conversations WHERE id = ?`,
	} {
		if err := t.Exec(statement, c.ID); err != nil {
			return err
		}
	}
	return t.Exec(`DELETE FROM contacts WHERE id = ?1 AND NOT deleted
		AND NOT EXISTS (SELECT 1 FROM conversations WHERE contact_id = ?1)
		AND NOT EXISTS (SELECT 1 FROM tag_changes WHERE contact_id = ?1)`, c.Contact.ID)
}

// dropOldTagChanges removes those of the contacts' tag changes that are older and before an id, but for each one's
// last.
func (t *tx) dropOldTagChanges(before, end int64, contacts []int64) (removed int, err error) {
	for _, contact := range contacts {
		rows, err := t.Query(`SELECT `+tagChangeColumns+` FROM tag_changes WHERE contact_id = ? ORDER BY id`, contact)
		all, err := collect(rows, err, scanTagChange)
		if err != nil {
			return 0, err
		}
		old := 0
		for old < len(all)-1 && all[old].At < before && all[old].ID < end {
			old++
		}
		if old == 0 {
			continue
		}
		if err := t.Exec(`DELETE FROM tag_changes WHERE contact_id = ? AND id < ?`, contact, all[old].ID); err != nil {
			return 0, err
		}
		if err := t.dropUnusedTags(all[:old]); err != nil {
			return 0, err
		}
		removed += old
	}
	return removed, nil
}
