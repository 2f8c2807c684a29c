package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
)

// ContactExported is what the audit log says; it names the contact by its id alone.
const ContactExported Action = "contact exported"

// ExportContact writes everything that is known of a contact as JSON Lines, one object a line, each with a "type". It
// is one consistent view, read row by row. The audit log says that it was written. A contact that is not there is
// ErrNotFound.
func (s *Store) ExportContact(ctx context.Context, contact int64, to io.Writer) error {
	view, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer view.Rollback()
	var number string
	if err := view.QueryRowContext(ctx, `SELECT phone_number FROM contacts WHERE id = ? AND NOT deleted`,
		contact).Scan(&number); err != nil {
		return found(err)
	}
	lines := json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	for _, part := range contactParts {
		if err := exportRows(ctx, view, lines, part, contact, number); err != nil {
			return fmt.Errorf("export %s: %w", part.kind, err)
		}
	}
	return nil
}

// contactPart is what one table knows of a contact: ?1 is its id, ?2 its number. The columns are the fields of the
// objects.
type contactPart struct {
	kind, query string
	names       bool // only what names the number somewhere in it is meant
}

const ofContact = ` JOIN conversations c ON c.id = %s.conversation_id WHERE c.contact_id = ?1 ORDER BY %s`

var contactParts = []contactPart{
	{kind: "contact", query: `SELECT id, phone_number, name, tag, tagged_at, opted_out, opt_at AS opted_at, asked_tag,
		asked_reason FROM contacts WHERE id = ?1`},
	{kind: "conversation", query: `SELECT c.id, c.subuser_id, c.inbound, c.outbound, c.failed, c.open_failures,
		c.first_at, c.last_at, c.waiting_since,
		CASE c.done WHEN 0 THEN 'open' WHEN 1 THEN 'done' ELSE 'snoozed' END AS place, c.snoozed_until, a.name AS assignee
		FROM conversations c LEFT JOIN users a ON a.id = c.assignee_id WHERE c.contact_id = ?1 ORDER BY c.id`},
	{kind: "message", query: `SELECT m.id, m.conversation_id, m.direction, m.state, m.text, m.timestamp, m.doubtful,
		m.arrived_at, m.at, m.sim_card_id, m.portal, m.custom_id,
		m.textlink_id, m.failed_at, m.dismissed_at FROM messages m` + fmt.Sprintf(ofContact, "m", "m.id")},
	{kind: "report", query: `SELECT r.id, r.message_id, r.conversation_id, r.kind, r.text, r.timestamp, r.arrived_at,
		r.sim_card_id, r.portal, r.custom_id, r.textlink_id
		FROM reports r` + fmt.Sprintf(ofContact, "r", "r.id")},
	{kind: "attempt", query: `SELECT p.id, p.conversation_id, u.name AS author, p.text, p.sim_card_id, p.custom_id,
		p.attempt_of, p.state, p.tried_at, p.answered_at, p.waiting, p.reason
		FROM replies p LEFT JOIN users u ON u.id = p.user_id` + fmt.Sprintf(ofContact, "p", "p.id")},
	{kind: "note", query: `SELECT n.id, n.conversation_id, u.name AS author, n.text, n.at, n.deleted_at
		FROM notes n LEFT JOIN users u ON u.id = n.user_id` + fmt.Sprintf(ofContact, "n", "n.id")},
	{kind: "draft", query: `SELECT d.conversation_id, u.name AS author, d.text
		FROM drafts d LEFT JOIN users u ON u.id = d.user_id` +
		fmt.Sprintf(ofContact, "d", "d.conversation_id, d.user_id, d.id")},
	{kind: "tag_change", query: `SELECT t.id, t.subuser_id, t.from_tag, t.to_tag, t.at, t.source, u.name AS author
		FROM tag_changes t LEFT JOIN users u ON u.id = t.user_id WHERE t.contact_id = ?1 ORDER BY t.id`},
	{kind: "tag_request", query: `SELECT q.id, q.subuser_id, u.name AS author, q.tag, q.state, q.answered_at, q.reason
		FROM tag_requests q LEFT JOIN users u ON u.id = q.user_id WHERE q.contact_id = ?1 ORDER BY q.id`},
	{kind: "delivery", query: `SELECT id, kind, arrived_at, outcome, subuser_id, phone_number, body FROM deliveries
		WHERE id IN (SELECT r.id FROM reports r JOIN conversations c ON c.id = r.conversation_id WHERE c.contact_id = ?1
			UNION SELECT id FROM deliveries WHERE phone_number COLLATE NOCASE = ?2 AND (kind = 'tag' OR outcome <> 'stored'))
			ORDER BY id`},
	{kind: "delivery", names: true, query: `SELECT id, kind, arrived_at, outcome, subuser_id, phone_number, body
		FROM deliveries
		WHERE outcome <> 'stored' AND outcome <> 'duplicate' AND phone_number COLLATE NOCASE <> ?2 ORDER BY id`},
	{kind: "refusal", names: true, query: `SELECT id, at, cause, address, path, head FROM refusals ORDER BY id`},
	{kind: "audit", query: `SELECT id, at, name AS person, action, subject FROM audit WHERE subject = 'contact ' || ?1
		OR subject IN (SELECT 'conversation ' || id FROM conversations WHERE contact_id = ?1) ORDER BY id`},
}

func exportRows(ctx context.Context, view *sql.Tx, lines *json.Encoder, part contactPart,
	contact int64, number string) error {
	rows, err := view.QueryContext(ctx, part.query, contact, number)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	names := mentions(number)
	for rows.Next() {
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return err
		}
		object, named := map[string]any{"type": part.kind}, false
		for i, column := range columns {
			if text, ok := values[i].([]byte); ok {
				named = named || names(text)
				values[i] = string(text)
			}
			object[column] = values[i]
		}
		if part.names && !named {
			continue
		}
		if err := lines.Encode(object); err != nil {
			return err
		}
	}
	return rows.Err()
}
