package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// Export writes everything as JSON Lines, one object a line, each with a "type": contacts, conversations, messages,
// tag changes and deliveries, each by id. It is one consistent view, also while the server writes.
func (s *Store) Export(ctx context.Context, to io.Writer) error {
	view, err := s.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer view.Rollback()
	e := exporter{ctx: ctx, view: view, lines: json.NewEncoder(to)}
	e.lines.SetEscapeHTML(false)
	for _, part := range []func() error{e.contacts, e.conversations, e.messages, e.tagChanges, e.deliveries} {
		if err := part(); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return nil
}

type exporter struct {
	ctx   context.Context
	view  *sql.Tx
	lines *json.Encoder
}

// each runs the query and writes what line makes of every row.
func (e exporter) each(query string, line func(row) (any, error)) error {
	rows, err := e.view.QueryContext(e.ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		object, err := line(rows)
		if err != nil {
			return err
		}
		if err := e.lines.Encode(object); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (e exporter) contacts() error {
	return e.each(`SELECT phone_number, name, tag, opted_out FROM contacts ORDER BY id`, func(r row) (any, error) {
		o := struct {
			Type        string  `json:"type"`
			PhoneNumber string  `json:"phone_number"`
			Name        *string `json:"name"`
			Tag         *string `json:"tag"`
			OptedOut    bool    `json:"opted_out"`
		}{Type: "contact"}
		var name, tag string
		err := r.Scan(&o.PhoneNumber, &name, &tag, &o.OptedOut)
		o.Name, o.Tag = orNull(name), orNull(tag)
		return o, err
	})
}

func (e exporter) conversations() error {
	return e.each(`SELECT c.id, c.subuser_id, k.phone_number, c.inbound, c.outbound, c.failed, c.open_failures,
			c.last_message_id, c.last_text, c.last_direction, c.last_state, c.last_at, c.first_at, c.done = 1,
			nullif(c.snoozed_until, 0)
		FROM conversations c JOIN contacts k ON k.id = c.contact_id ORDER BY c.id`, func(r row) (any, error) {
		o := struct {
			Type          string     `json:"type"`
			ID            int64      `json:"id"`
			SubuserID     *SubuserID `json:"subuser_id"`
			PhoneNumber   string     `json:"phone_number"`
			Inbound       int        `json:"inbound"`
			Outbound      int        `json:"outbound"`
			Failed        int        `json:"failed"`
			OpenFailures  int        `json:"open_failures"`
			LastMessageID int64      `json:"last_message_id"`
			LastText      string     `json:"last_text"`
			LastDirection Direction  `json:"last_direction"`
			LastState     State      `json:"last_state"`
			LastAt        int64      `json:"last_at"`
			FirstAt       int64      `json:"first_at"`
			Done          bool       `json:"done"`
			SnoozedUntil  *int64     `json:"snoozed_until"` // Unix ms; null unless snoozed
		}{Type: "conversation"}
		var subuser SubuserID
		err := r.Scan(&o.ID, &subuser, &o.PhoneNumber, &o.Inbound, &o.Outbound, &o.Failed, &o.OpenFailures,
			&o.LastMessageID, &o.LastText, &o.LastDirection, &o.LastState, &o.LastAt, &o.FirstAt, &o.Done, &o.SnoozedUntil)
		o.SubuserID = orNull(subuser)
		return o, err
	})
}

func (e exporter) messages() error {
	return e.each(`SELECT m.id, m.conversation_id, c.subuser_id, k.phone_number, m.direction, m.state, m.text,
		m.timestamp, m.doubtful,
			m.arrived_at, m.sim_card_id, m.portal, m.custom_id, m.textlink_id, m.failed_at,
			(SELECT r.message_id FROM replies p JOIN reports r ON r.id = p.attempt_of WHERE p.id = m.id)
		FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN contacts k ON k.id = c.contact_id
		ORDER BY m.id`, func(r row) (any, error) {
		o := struct {
			Type           string     `json:"type"`
			ID             int64      `json:"id"`
			ConversationID int64      `json:"conversation_id"`
			SubuserID      *SubuserID `json:"subuser_id"`
			PhoneNumber    string     `json:"phone_number"`
			Direction      Direction  `json:"direction"`
			State          State      `json:"state"`
			Text           string     `json:"text"`
			Timestamp      *int64     `json:"timestamp"`
			Doubtful       bool       `json:"doubtful"`
			ArrivedAt      int64      `json:"arrived_at"`
			SIMCardID      *int64     `json:"sim_card_id"`
			Portal         *bool      `json:"portal"`
			CustomID       *string    `json:"custom_id"`
			TextlinkID     *int64     `json:"textlink_id"`
			FailedAt       *int64     `json:"failed_at"`
			AttemptOf      *int64     `json:"attempt_of"` // the message that this one tries again
		}{Type: "message"}
		var subuser SubuserID
		var customID string
		var textlinkID int64
		err := r.Scan(&o.ID, &o.ConversationID, &subuser, &o.PhoneNumber, &o.Direction, &o.State,
			&o.Text, &o.Timestamp, &o.Doubtful,
			&o.ArrivedAt, &o.SIMCardID, &o.Portal, &customID, &textlinkID, &o.FailedAt, &o.AttemptOf)
		if o.State == Sending {
			o.State = Unknown // whoever reads it later cannot tell how the call ended
		}
		o.SubuserID, o.CustomID, o.TextlinkID = orNull(subuser), orNull(customID), orNull(textlinkID)
		return o, err
	})
}

func (e exporter) tagChanges() error {
	return e.each(`SELECT t.subuser_id, k.phone_number, t.from_tag, t.to_tag, t.at, t.source,
		coalesce((SELECT u.name FROM users u WHERE u.id = t.user_id), '')
		FROM tag_changes t JOIN contacts k ON k.id = t.contact_id ORDER BY t.id`, func(r row) (any, error) {
		o := struct {
			Type        string     `json:"type"`
			SubuserID   *SubuserID `json:"subuser_id"`
			PhoneNumber string     `json:"phone_number"`
			From        *string    `json:"from"`
			To          *string    `json:"to"`
			At          int64      `json:"at"`
			Source      Source     `json:"source"`
			Author      *string    `json:"author"` // who asked for it here
		}{Type: "tag_change"}
		var subuser SubuserID
		var from, to, author string
		err := r.Scan(&subuser, &o.PhoneNumber, &from, &to, &o.At, &o.Source, &author)
		o.SubuserID, o.From, o.To, o.Author = orNull(subuser), orNull(from), orNull(to), orNull(author)
		return o, err
	})
}

func (e exporter) deliveries() error {
	return e.each(`SELECT id, kind, arrived_at, outcome, body FROM deliveries ORDER BY id`, func(r row) (any, error) {
		o := struct {
			Type      string  `json:"type"`
			ID        int64   `json:"id"`
			Kind      Kind    `json:"kind"`
			ArrivedAt int64   `json:"arrived_at"`
			Outcome   Outcome `json:"outcome"`
			Body      string  `json:"body"`
			Bytes     []byte  `json:"body_base64,omitempty"` // where Body cannot say it exactly
		}{Type: "delivery"}
		var body []byte
		err := r.Scan(&o.ID, &o.Kind, &o.ArrivedAt, &o.Outcome, &body)
		o.Body = string(body)
		if !utf8.Valid(body) {
			o.Bytes = body
		}
		return o, err
	})
}

// orNull is a value for a column that has none as its zero value.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
