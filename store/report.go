package store

import (
	"bytes"
	"slices"
	"time"
)

// report is a Report as it is kept. Outbound messages are concluded from all their reports together (see match.go).
type report struct {
	id             int64 // of the delivery that brought it
	messageID      int64
	conversationID int64
	kind           Kind
	textKey        []byte
	text           string
	timestamp      *int64
	doubtful       bool
	arrivedAt      int64
	simCardID      *int64
	portal         *bool
	customID       string
	textlinkID     int64
	dismissedAt    *int64
	twin           int      // which of those that say the same words at the same time
	reply          *attempt // of a kindReply
}

func newReport(d *Delivery, r Report) *report {
	return &report{
		id: d.ID, messageID: d.ID, kind: d.Kind,
		textKey: r.TextKey, text: r.Text, timestamp: r.Timestamp, doubtful: r.Doubtful, arrivedAt: d.ArrivedAt,
		simCardID: r.SIMCardID, portal: r.Portal, customID: r.CustomID, textlinkID: r.TextlinkID,
	}
}

// at is where a message with only this report stands.
func (r *report) at() int64 { return at(r.timestamp, r.doubtful, r.arrivedAt) }

// dated is when TextLink says that it happened, else its arrival, Unix ms. Reports are matched by this: unlike at it
// does not depend on the order of arrival.
func (r *report) dated() int64 {
	if r.timestamp == nil || r.doubtful {
		return r.arrivedAt
	}
	return *r.timestamp
}

// message is what the report alone says; Direction and State are left to the caller.
func (r *report) message() Message {
	return Message{
		ID: r.messageID, ConversationID: r.conversationID, Text: r.text, Timestamp: r.timestamp, Doubtful: r.doubtful,
		ArrivedAt: r.arrivedAt, At: r.at(), SIMCardID: r.simCardID, Portal: r.portal, CustomID: r.customID,
		TextlinkID: r.textlinkID,
	}
}

// settle concludes the outbound messages anew from the fresh report and all it may have to do with. It tells
// whether anything came of it.
func (t *tx) settle(fresh *report) (bool, error) {
	related, err := t.related(fresh)
	if err != nil {
		return false, err
	}
	if len(related) == 1 {
		return true, t.addMessage(conclude(related))
	}
	return t.conclusions(related)
}

// conclusions divides reports into messages anew. It tells whether that changed anything.
func (t *tx) conclusions(related []*report) (bool, error) {
	before, err := t.messagesOf(related)
	if err != nil {
		return false, err
	}
	return t.replaceMessages(related[0].conversationID, before, match(related, t.repeatWindow))
}

// related returns the report and every other outbound report it could share a message with, directly or by way of
// others.
func (t *tx) related(fresh *report) ([]*report, error) {
	all := []*report{fresh}
	seen := map[int64]bool{fresh.id: true}
	for i := 0; i < len(all); i++ {
		more, err := t.neighbours(all[i])
		if err != nil {
			return nil, err
		}
		for _, r := range more {
			if !seen[r.id] {
				seen[r.id] = true
				all = append(all, r)
			}
		}
	}
	return all, nil
}

const reportColumns = `r.id, r.message_id, r.conversation_id, r.kind, r.text_key, coalesce(r.text, m.text), r.timestamp,
	r.doubtful, r.arrived_at, r.sim_card_id, r.portal, r.custom_id, r.textlink_id, r.dismissed_at,
	coalesce(p.state, ''), coalesce(p.tried_at, 0), coalesce(p.answered_at, 0)
	FROM reports r JOIN messages m ON m.id = r.message_id LEFT JOIN replies p ON p.id = r.id
	WHERE r.kind IN ('sent', 'failed', 'reply') AND r.conversation_id = ?1 AND `

// neighbours finds the reports that share a text and may share a time, or share an id, with r.
func (t *tx) neighbours(r *report) ([]*report, error) {
	near, err := t.sameWords(r)
	if err == nil && r.customID != "" {
		near, err = t.moreReports(near, `r.custom_id = ?2 AND r.custom_id <> ''`, r.conversationID, r.customID)
	}
	if err == nil && r.textlinkID != 0 {
		near, err = t.moreReports(near, `r.textlink_id = ?2 AND r.textlink_id <> 0`, r.conversationID, r.textlinkID)
	}
	return near, err
}

func (t *tx) moreReports(have []*report, where string, args ...any) ([]*report, error) {
	more, err := t.reports(where, args...)
	return append(have, more...), err
}

func (t *tx) reports(where string, args ...any) ([]*report, error) {
	rows, err := t.Query(`SELECT `+reportColumns+where, args...)
	return collect(rows, err, func(row row, r **report) error {
		*r = &report{}
		o := *r
		var a attempt
		err := row.Scan(&o.id, &o.messageID, &o.conversationID, &o.kind, &o.textKey, &o.text, &o.timestamp,
			&o.doubtful, &o.arrivedAt, &o.simCardID, &o.portal, &o.customID, &o.textlinkID, &o.dismissedAt,
			&a.state, &a.triedAt, &a.answeredAt)
		if o.kind == kindReply {
			o.reply = &a
		}
		return err
	})
}

// conclude makes the message that the reports together tell of. Its id is that of the report that came first.
func conclude(reports []*report) conclusion {
	if len(reports) > 1 {
		// where they differ, not the order of arrival decides
		reports = slices.SortedFunc(slices.Values(reports), compareReports)
	}
	lead, first := reports[0], reports[0]
	for _, r := range reports {
		if leads(r, lead) {
			lead = r
		}
		if r.id < first.id {
			first = r
		}
	}
	m := lead.message()
	m.ID, m.ArrivedAt = first.id, min(first.arrivedAt, lead.arrivedAt)
	m.Direction, m.State = Out, Sent
	for _, r := range reports {
		if r.kind == KindFailed {
			m.fail(r)
		}
		complete(&m, r)
	}
	m.At = at(m.Timestamp, m.Doubtful, m.ArrivedAt)
	if i := slices.IndexFunc(reports, func(r *report) bool { return r.kind == kindReply }); i >= 0 {
		m.began(reports[i], len(reports) == 1)
	}
	return conclusion{message: m, reports: reports}
}

// conclusion is a message with the reports it was concluded from.
type conclusion struct {
	message Message
	reports []*report
}

// leads tells whether a's text and time count before b's: sent before failed, then the more complete.
func leads(a, b *report) bool {
	if a.kind != b.kind {
		return a.kind == KindSent || b.kind == kindReply
	}
	if (a.timestamp == nil) != (b.timestamp == nil) {
		return a.timestamp != nil
	}
	return compareReports(a, b) < 0
}

// fail adds a failure. One that is reported again, with more or fewer ids, stays dismissed.
func (m *Message) fail(r *report) {
	m.Dismissed = m.Dismissed || r.dismissedAt != nil
	m.State = Failed
	if m.FailedAt == nil || r.arrivedAt < *m.FailedAt {
		m.FailedAt = &r.arrivedAt
	}
}

// complete fills in what the message lacks from one of its reports.
func complete(m *Message, r *report) {
	if m.Timestamp == nil && r.timestamp != nil {
		m.Timestamp, m.Doubtful = r.timestamp, r.doubtful
	}
	if m.SIMCardID == nil {
		m.SIMCardID = r.simCardID
	}
	if m.Portal == nil {
		m.Portal = r.portal
	}
	if m.CustomID == "" {
		m.CustomID = r.customID
	}
	if m.TextlinkID == 0 {
		m.TextlinkID = r.textlinkID
	}
}

// sameText tells whether two reports are about the same text.
func sameText(a, b *report) bool { return bytes.Equal(a.textKey, b.textKey) }

// sameTime tells whether two reports carry the same timestamp.
func sameTime(a, b *report) bool {
	return a.timestamp != nil && b.timestamp != nil && *a.timestamp == *b.timestamp
}

// aboutSameTime tells whether two reports carry timestamps hardly apart. Doubtful ones count: a clock that is wrong for
// a send is as wrong for its failure.
func aboutSameTime(a, b *report) bool {
	return a.timestamp != nil && b.timestamp != nil && min(*a.timestamp, *b.timestamp) >= leastMillis &&
		max(*a.timestamp, *b.timestamp)-min(*a.timestamp, *b.timestamp) <= aboutThen.Milliseconds()
}

// within tells whether two reports arrived within the duration of each other.
func within(a, b *report, d time.Duration) bool {
	gap := a.arrivedAt - b.arrivedAt
	return max(gap, -gap) <= d.Milliseconds()
}
