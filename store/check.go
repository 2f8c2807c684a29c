package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// named is how many of those concerned a problem names.
const named = 3

// Check looks through all of a database for damage, for references to what is not there, and for summaries and counts
// that differ from what they sum up. It sees one moment, also while others write, and changes nothing.
func Check(ctx context.Context, path string) (Finding, error) {
	return format.Check(ctx, path)
}

// disagreements compares everything that is kept with what it is kept of.
func disagreements(ctx context.Context, db *sql.DB) (problems []string, err error) {
	view, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer view.Rollback()
	for _, a := range invariants {
		rows, err := view.QueryContext(ctx, `WITH kept AS (`+a.kept+`), counted AS (`+a.counted+`)
			SELECT DISTINCT whose FROM (SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted)
				UNION ALL SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)) ORDER BY whose`)
		wrong, err := collect(rows, err, func(r row, whose *string) error { return r.Scan(whose) })
		if err != nil {
			return nil, fmt.Errorf("compare %s: %w", a.what, err)
		}
		if len(wrong) > 0 {
			some := strings.Join(wrong[:min(named, len(wrong))], ", ")
			problems = append(problems, fmt.Sprintf("%s: %d differ (%s)", a.what, len(wrong), some))
		}
	}
	return problems, nil
}

// invariant is two queries that must give the same rows: what is kept, and the same counted anew. The first column,
// whose, names what a row is about.
type invariant struct{ what, kept, counted string }

// stays leaves out conversations of contacts that are being deleted: they count as empty while their messages go, a few
// at a time.
const stays = `c.contact_id NOT IN (SELECT id FROM contacts WHERE deleted)`

// invariants is everything that is kept although it follows from something else, but for the search index. Rows that
// count nothing may be there or not.
var invariants = []invariant{
	{"conversations' counts of messages",
		`SELECT 'conversation ' || id AS whose, inbound, outbound, failed, open_failures, first_at FROM conversations`,
		`SELECT 'conversation ' || c.id AS whose, count(m.id) FILTER (WHERE direction = 'in'),
			count(m.id) FILTER (WHERE direction = 'out'),
			count(m.id) FILTER (WHERE state = 'failed'),
			count(m.id) FILTER (WHERE state = 'failed' AND dismissed_at IS NULL), coalesce(min(m.at), 0)
		FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id AND ` + stays + ` GROUP BY c.id`},
	{"conversations' last messages",
		`SELECT 'conversation ' || id AS whose, last_message_id, last_text, last_direction, last_state, last_at
			FROM conversations`,
		`SELECT 'conversation ' || c.id AS whose, coalesce(m.id, 0),
			coalesce(substr(m.text, 1, ` + fmt.Sprint(previewLength) + `), ''),
			coalesce(m.direction, ''), coalesce(m.state, ''), coalesce(m.at, 0)
		FROM conversations c LEFT JOIN messages m
			ON m.id = (SELECT id FROM messages WHERE conversation_id = c.id ORDER BY at DESC, id DESC LIMIT 1) AND ` + stays},
	{"how long contacts have waited",
		`SELECT 'conversation ' || id AS whose, waiting_since FROM conversations`,
		`SELECT 'conversation ' || c.id AS whose, coalesce((SELECT m.at FROM messages m
			WHERE m.conversation_id = c.id AND ` + stays + ` AND (m.at, m.id) > (
				coalesce((SELECT at FROM messages WHERE conversation_id = c.id AND direction = 'out'
					ORDER BY at DESC, id DESC LIMIT 1), -1),
				coalesce((SELECT id FROM messages WHERE conversation_id = c.id AND direction = 'out'
					ORDER BY at DESC, id DESC LIMIT 1), 0))
			ORDER BY m.at, m.id LIMIT 1), 0)
		FROM conversations c`},
	{"contacts' tags",
		`SELECT 'contact ' || id AS whose, tag FROM contacts`,
		`SELECT 'contact ' || id AS whose, coalesce((SELECT to_tag FROM tag_changes
			WHERE contact_id = contacts.id ORDER BY id DESC LIMIT 1), '')
		FROM contacts`},
	{"when contacts got the tags that they lost",
		`SELECT 'tag change ' || id AS whose, begun_at, begun_by FROM tag_changes`,
		`SELECT 'tag change ' || id AS whose, lag(at) OVER own, lag(subuser_id) OVER own FROM tag_changes
			WINDOW own AS (PARTITION BY contact_id ORDER BY id)`},
	{"tags that were asked for",
		`SELECT 'contact ' || id AS whose, asked_tag, asked_reason FROM contacts`,
		`SELECT 'contact ' || k.id AS whose, coalesce(q.tag, ''), coalesce(q.reason, '') FROM contacts k
			LEFT JOIN tag_requests q
			ON q.id = (SELECT id FROM tag_requests WHERE contact_id = k.id AND state <> 'accepted' ORDER BY id DESC LIMIT 1)`},
	{"conversations' tags",
		`SELECT 'conversation ' || id AS whose, tag FROM conversations`,
		`SELECT 'conversation ' || c.id AS whose, k.tag FROM conversations c JOIN contacts k ON k.id = c.contact_id`},
	{"subusers' counts",
		`SELECT 'subuser ' || subuser_id AS whose, open, done, snoozed, unanswered, failed, open_failures FROM subuser_counts
			WHERE open OR done OR snoozed OR unanswered OR failed OR open_failures`,
		`SELECT 'subuser ' || subuser_id AS whose, sum(done = 0), sum(done = 1), sum(done = 2),
			sum(done = 0 AND last_direction = 'in'), sum(open_failures > 0), sum(open_failures)
			FROM conversations WHERE last_message_id <> 0 GROUP BY subuser_id`},
	{"tags' counts by subuser",
		`SELECT 'subuser ' || subuser_id AS whose, tag, open, done FROM tag_counts WHERE open OR done`,
		`SELECT 'subuser ' || subuser_id AS whose, tag, sum(done = 0), sum(done <> 0) FROM conversations
			WHERE last_message_id <> 0 GROUP BY subuser_id, tag`},
	{"tags' counts",
		`SELECT 'tag ' || tag AS whose, open, done FROM tag_totals WHERE open OR done`,
		`SELECT 'tag ' || tag AS whose, sum(done = 0), sum(done <> 0) FROM conversations WHERE last_message_id <> 0
			GROUP BY tag`},
	{"SIM cards' counts",
		`SELECT 'SIM card ' || sim_card_id AS whose, subuser_id, conversations FROM subuser_sim_cards WHERE conversations`,
		`SELECT 'SIM card ' || sim_card_id AS whose, subuser_id, count(*) FROM conversations WHERE sim_card_id IS NOT NULL
			GROUP BY sim_card_id, subuser_id`},
	{"what is snoozed",
		`SELECT 'conversation ' || id AS whose, done = 2, snoozed_until <> 0 FROM conversations`,
		`SELECT 'conversation ' || id AS whose, snoozed_until <> 0, done = 2 FROM conversations`},
	{"people's unread conversations",
		`SELECT 'person ' || user_id AS whose, subuser_id, unread FROM user_counts WHERE unread`,
		`SELECT 'person ' || user_id AS whose, subuser_id, count(*) FROM unread GROUP BY user_id, subuser_id`},
	{"people's own conversations",
		`SELECT 'person ' || user_id AS whose, subuser_id, mine FROM user_counts WHERE mine`,
		`SELECT 'person ' || assignee_id AS whose, subuser_id, count(*) FROM conversations
			WHERE NOT done AND assignee_id IN (SELECT id FROM users) GROUP BY assignee_id, subuser_id`},
	{"what is unread", // one row says so, of what is listed
		`SELECT 'conversation ' || conversation_id AS whose, user_id, subuser_id FROM unread`,
		`SELECT 'conversation ' || c.id AS whose, n.user_id, c.subuser_id
			FROM unread n JOIN conversations c ON c.id = n.conversation_id
			JOIN user_counts f ON f.user_id = n.user_id AND f.subuser_id = c.subuser_id AND f.listed_to >= c.id
			WHERE n.read BETWEEN 0 AND c.inbound - 1
				AND NOT EXISTS (SELECT 1 FROM read_by b WHERE b.conversation_id = c.id AND b.user_id = n.user_id)`},
	{"subusers' counts of what was received",
		`SELECT 'subuser ' || subuser_id AS whose, received FROM subuser_counts WHERE received`,
		`SELECT 'subuser ' || subuser_id AS whose, count(*) FROM conversations WHERE inbound > 0 GROUP BY subuser_id`},
	{"people's counts of what was received",
		`SELECT 'person ' || user_id AS whose, subuser_id, received FROM user_counts WHERE received`,
		`SELECT 'person ' || f.user_id AS whose, f.subuser_id, count(*) FROM user_counts f
			JOIN conversations c ON c.subuser_id = f.subuser_id AND c.id <= f.listed_to WHERE c.inbound > 0
			GROUP BY f.user_id, f.subuser_id`},
	{"what targets are due to get", // one of each number, so that order is kept
		`SELECT 'target ' || target_id AS whose, lower(phone_number), count(due_at) FROM forwards
			GROUP BY target_id, lower(phone_number)`,
		`SELECT 'target ' || target_id AS whose, lower(phone_number), 1 FROM forwards
			GROUP BY target_id, lower(phone_number)`},
	{"hours' counts of webhooks",
		`SELECT 'hour ' || hour AS whose, kind, outcome, count FROM delivery_hours WHERE count`,
		`SELECT 'hour ' || (arrived_at / 3600000) AS whose, kind, outcome, count(*) FROM deliveries
			GROUP BY arrived_at / 3600000, kind, outcome`},
}
