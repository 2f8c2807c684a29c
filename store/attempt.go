package store

import "time"

// replyState is how far a reply is. What TextLink's webhooks tell of it stands in its message.
type replyState string

const (
	replyQueued   replyState = "queued"   // not tried
	replyOut      replyState = "out"      // the call is out
	replyAccepted replyState = "accepted" // TextLink said ok
	replyUnknown  replyState = "unknown"  // nobody knows how the call ended
	replyRefused  replyState = "refused"  // it is certain that nothing was sent
	replyHeld     replyState = "held"     // it is not sent until somebody says so
)

// attempt is what the report of a reply knows besides: how its call went. Times are Unix ms, 0 before.
type attempt struct {
	state      replyState
	triedAt    int64
	answeredAt int64
}

const (
	// clocksApart is how much earlier than our call TextLink may date what came of it.
	clocksApart = 10 * time.Minute
	// reportedSoon is how long after our call a report whose date says nothing is taken for one about it: TextLink's
	// clock may be behind by any time, and a report that arrives now is hardly about a message of an hour ago.
	reportedSoon = 10 * time.Minute
	// phoneOffline is how long after our call a phone that was off may still send the message.
	phoneOffline = 72 * time.Hour
)

// may tells whether what TextLink tells of the same text, without our id, can be about the attempt.
func (a attempt) may(r *report) bool {
	tried := a.state == replyOut || a.state == replyAccepted || a.state == replyUnknown || a.state == replyHeld
	return tried && a.triedAt != 0 && (r.portal == nil || !*r.portal) && r.arrivedAt >= a.triedAt
}

// dates tells whether a report is dated as one about the attempt is.
func (a attempt) dates(r *report) bool {
	return r.dated() >= a.triedAt-clocksApart.Milliseconds() && r.dated() <= a.triedAt+phoneOffline.Milliseconds()
}

// linkOfReply ranks what ties a reply to another report.
func linkOfReply(a, b *report) link {
	if b.kind == kindReply {
		a, b = b, a
	}
	l := link{a: a, b: b, rank: unlinked}
	switch {
	case b.kind == kindReply || differentIDs(a, b):
	case b.customID != "":
		l.rank = byCustomID
	case sameText(a, b) && a.reply.may(b) && (a.simCardID == nil || b.simCardID == nil || *a.simCardID == *b.simCardID):
		gap := b.dated() - a.reply.triedAt
		switch {
		case a.reply.dates(b):
			l.rank, l.agree = byNearness, -int(max(gap, -gap))
		case b.arrivedAt <= a.reply.triedAt+reportedSoon.Milliseconds():
			l.rank, l.agree = byArrival, -int(max(gap, -gap))
		}
	}
	return l
}

// precedes tells whether the report came before the reply was tried and is not certainly about it.
func (r *report) precedes(reply *report) bool {
	return reply.kind == kindReply && r.customID != reply.customID &&
		(reply.reply.triedAt == 0 || r.arrivedAt < reply.reply.triedAt)
}

// sameWords finds the reports of the same text that may be about the same message as r, by time.
func (t *tx) sameWords(r *report) ([]*report, error) {
	if r.kind != kindReply {
		return t.reports(`r.text_key = ?2 AND (r.timestamp IS ?3 OR r.kind <> ?4
				AND (?3 IS NULL OR r.timestamp IS NULL OR r.timestamp BETWEEN ?3 - ?5 AND ?3 + ?5))
			AND (r.kind <> 'reply' OR p.tried_at <= ?6 AND (p.tried_at BETWEEN ?7 AND ?8 OR p.tried_at >= ?9))`,
			r.conversationID, r.textKey, r.timestamp, r.kind, aboutThen.Milliseconds(), r.arrivedAt,
			r.dated()-phoneOffline.Milliseconds(), r.dated()+clocksApart.Milliseconds(), r.arrivedAt-reportedSoon.Milliseconds())
	}
	if r.reply.triedAt == 0 {
		return nil, nil
	}
	return t.reports(`r.text_key = ?2 AND r.kind <> 'reply' AND r.arrived_at >= ?3
		AND (CASE WHEN r.timestamp IS NULL OR r.doubtful THEN r.arrived_at ELSE r.timestamp END BETWEEN ?4 AND ?5
		OR r.arrived_at <= ?6)`,
		r.conversationID, r.textKey, r.reply.triedAt, r.reply.triedAt-clocksApart.Milliseconds(),
		r.reply.triedAt+phoneOffline.Milliseconds(), r.reply.triedAt+reportedSoon.Milliseconds())
}

// repliedIn is the conversation with the contact in which the same text was tried shortly before the report, or
// ErrNotFound: a subuser's send may be told of through the main account's hook.
func (t *tx) repliedIn(r *report, contact known) (id int64, err error) {
	if r.portal != nil && *r.portal {
		return 0, ErrNotFound
	}
	err = found(t.Row(`SELECT c.id FROM conversations c JOIN replies p ON p.conversation_id = c.id
		JOIN reports o ON o.id = p.id
		WHERE c.contact_id = ?1 AND o.text_key = ?2 AND p.state <> 'refused' AND p.tried_at <= ?3
		AND (p.tried_at BETWEEN ?4 AND ?5 OR p.tried_at >= ?7)
			AND (p.sim_card_id IS NULL OR ?6 IS NULL OR p.sim_card_id = ?6)
		ORDER BY p.tried_at DESC LIMIT 1`, contact.ID, r.textKey, r.arrivedAt, r.dated()-phoneOffline.Milliseconds(),
		r.dated()+clocksApart.Milliseconds(), r.simCardID, r.arrivedAt-reportedSoon.Milliseconds()).Scan(&id))
	return id, err
}

// began says that the message was written here. It keeps its place in the thread, whenever it is dispatched. alone says
// that TextLink has told nothing of it yet.
func (m *Message) began(r *report, alone bool) {
	m.ID, m.ArrivedAt, m.At = r.id, r.arrivedAt, r.arrivedAt
	if !alone {
		return
	}
	switch r.reply.state {
	case replyQueued:
		m.State = Queued
	case replyOut:
		m.State = Sending
	case replyAccepted:
		m.State = Accepted
	case replyUnknown:
		m.State, m.Dismissed = Unknown, r.dismissedAt != nil
	case replyRefused, replyHeld:
		m.fail(r)
		m.FailedAt = &r.reply.answeredAt
	}
}

// closeRetried notes on the messages of a conversation what became of their later attempts, and returns by how much
// that changes the counts.
func (t *tx) closeRetried(conversation int64) (tally, error) {
	rows, err := t.Query(`WITH tries (id, root) AS (
			SELECT p.id, p.attempt_of FROM replies p WHERE p.conversation_id = ?1 AND p.attempt_of <> 0
			UNION SELECT r.message_id, p.attempt_of FROM replies p JOIN reports r ON r.id = p.attempt_of
			WHERE p.conversation_id = ?1 AND p.attempt_of <> 0),
		judged AS (SELECT m.id, m.state, m.dismissed_at IS NOT NULL AS dismissed, m.retry,
			coalesce((SELECT max(CASE WHEN l.state IN ('sent', 'failed') OR l.state = 'unknown' AND l.dismissed_at IS NOT NULL
			THEN 2 ELSE 1 END)
				FROM tries later JOIN messages l ON l.id = later.id WHERE later.root = tries.root AND later.id > tries.id),
				0) AS due
			FROM tries JOIN messages m ON m.id = tries.id)
		SELECT id, state, dismissed, retry, due FROM judged WHERE retry <> due`, conversation)
	type judged struct {
		Message
		due Retry
	}
	all, err := collect(rows, err, func(r row, j *judged) error {
		return r.Scan(&j.ID, &j.State, &j.Dismissed, &j.Retry, &j.due)
	})
	var sum tally
	for _, j := range all {
		if err == nil {
			err = t.Exec(`UPDATE messages SET retry = ? WHERE id = ?`, j.due, j.ID)
		}
		j.Direction = Out
		sum = sum.minus(tallyOf(j.Message))
		j.Retry = j.due
		sum = sum.plus(tallyOf(j.Message))
	}
	return sum, err
}
