package store

import (
	"context"
	"maps"
	"math"
	"slices"
)

// Conversation is the summary row of one thread: a contact as one subuser knows it. It is kept up to date in the
// transaction of every change, so that lists never aggregate.
type Conversation struct {
	ID      int64
	Subuser SubuserID
	Contact Contact

	LastText      string    // the newest message's text, shortened to previewLength characters
	LastDirection Direction // In or Out
	LastState     State     // of the newest message
	LastAt        int64     // when it was sent, Unix ms
	LastMessageID int64

	Inbound      int  // messages received
	Outbound     int  // messages sent, failed ones included
	Failed       int  // messages that failed
	OpenFailures int  // failures that nobody dismissed
	Unread       int  // inbound messages this person has not seen; 0 where no person asks
	Done         bool // closed; the next inbound message opens it again
	FirstAt      int64
}

// Unanswered tells whether the contact had the last word.
func (c Conversation) Unanswered() bool { return c.LastDirection == In }

// View is one of the inbox's standing questions.
type View string

// The views of the inbox.
const (
	ViewInbox      View = "inbox"      // open conversations
	ViewUnread     View = "unread"     // with inbound messages this person has not seen
	ViewUnanswered View = "unanswered" // open, and the contact had the last word
	ViewFailed     View = "failed"     // with a failure nobody dismissed
	ViewDone       View = "done"       // closed
)

// Filter narrows a list of conversations. Several tags mean any of them, several subusers any of them, tags and
// subusers together both.
type Filter struct {
	View     View
	Subusers []SubuserID
	Tags     []string
}

// Counts are the numbers beside views, subusers and tags, for one person.
type Counts struct {
	Views    map[View]int
	Subusers []SubuserCount // ascending by id, Main first
	Tags     []TagCount     // by name
}

// SubuserCount is how many open conversations a subuser has, and how many failures in them are open.
type SubuserCount struct {
	Subuser      SubuserID
	Count        int
	OpenFailures int
}

// TagCount is how many open conversations have a contact with the tag.
type TagCount struct {
	Tag   string
	Count int
}

// tally is how many messages of each sort come to a conversation, or go.
type tally struct{ inbound, outbound, failed, openFailures int }

func tallyOf(m Message) tally {
	if m.Direction == In {
		return tally{inbound: 1}
	}
	n := tally{outbound: 1}
	if m.State == Failed {
		n.failed = 1
	}
	if m.OpenFailure() {
		n.openFailures = 1
	}
	return n
}

func (n tally) plus(m tally) tally {
	return tally{n.inbound + m.inbound, n.outbound + m.outbound, n.failed + m.failed, n.openFailures + m.openFailures}
}

func (n tally) minus(m tally) tally {
	return tally{n.inbound - m.inbound, n.outbound - m.outbound, n.failed - m.failed, n.openFailures - m.openFailures}
}

// summarise brings a conversation's summary up to date after its messages changed by the tally. A message coming in
// opens a conversation that was done.
func (t *tx) summarise(conversation int64, n tally) error {
	return t.exec(`UPDATE conversations SET
			inbound = inbound + ?2, outbound = outbound + ?3, failed = failed + ?4, open_failures = open_failures + ?5,
			done = CASE WHEN ?2 > 0 THEN 0 ELSE done END,
			last_message_id = m.id, last_text = substr(m.text, 1, ?6), last_direction = m.direction, last_state = m.state, last_at = m.at,
			first_at = (SELECT at FROM messages WHERE conversation_id = ?1 ORDER BY at, id LIMIT 1)
		FROM (SELECT * FROM messages WHERE conversation_id = ?1 ORDER BY at DESC, id DESC LIMIT 1) m
		WHERE conversations.id = ?1`,
		conversation, n.inbound, n.outbound, n.failed, n.openFailures, previewLength)
}

const conversationColumns = `c.id, c.subuser_id, k.id, k.phone_number, k.name, k.tag, c.last_text, c.last_direction, c.last_state,
	c.last_at, c.last_message_id, c.inbound, c.outbound, c.failed, c.open_failures, max(c.inbound - coalesce(r.seen, 0), 0), c.done, c.first_at
	FROM conversations c JOIN contacts k ON k.id = c.contact_id
	LEFT JOIN reads r ON r.conversation_id = c.id AND r.user_id = ?`

func scanConversation(r row, c *Conversation) error {
	return r.Scan(&c.ID, &c.Subuser, &c.Contact.ID, &c.Contact.PhoneNumber, &c.Contact.Name, &c.Contact.Tag, &c.LastText,
		&c.LastDirection, &c.LastState, &c.LastAt, &c.LastMessageID, &c.Inbound, &c.Outbound, &c.Failed, &c.OpenFailures,
		&c.Unread, &c.Done, &c.FirstAt)
}

// Position is where the conversation stands in a list.
func (c Conversation) Position() Position { return Position{c.LastAt, c.ID} }

// Conversation returns one conversation as the person sees it, or ErrNotFound.
func (s *Store) Conversation(ctx context.Context, scope Scope, user, id int64) (Conversation, error) {
	where, args := scope.where("c.subuser_id")
	var c Conversation
	err := scanConversation(s.reads.QueryRowContext(ctx, `SELECT `+conversationColumns+` WHERE c.id = ? AND `+where,
		append([]any{user, id}, args...)...), &c)
	return c, found(err)
}

// Conversations returns up to limit conversations that fit the filter and stand before the position, newest first,
// and whether there are more. The zero Position means the beginning.
func (s *Store) Conversations(ctx context.Context, scope Scope, user int64, f Filter, before Position, limit int) (list []Conversation, more bool, err error) {
	if before == (Position{}) {
		before = Position{At: math.MaxInt64}
	}
	where, args := f.where(scope)
	rows, err := s.reads.QueryContext(ctx, `SELECT `+conversationColumns+` WHERE (c.last_at, c.id) < (?, ?) AND `+where+`
		ORDER BY c.last_at DESC, c.id DESC LIMIT ?`,
		append(append([]any{user, before.At, before.ID}, args...), limit+1)...)
	list, err = collect(rows, err, scanConversation)
	if len(list) > limit {
		list, more = list[:limit], true
	}
	return list, more, err
}

// ConversationsOf returns the contact's conversations that the scope includes.
func (s *Store) ConversationsOf(ctx context.Context, scope Scope, user, contact int64) ([]Conversation, error) {
	where, args := scope.where("c.subuser_id")
	rows, err := s.reads.QueryContext(ctx, `SELECT `+conversationColumns+` WHERE c.contact_id = ? AND `+where,
		append([]any{user, contact}, args...)...)
	return collect(rows, err, scanConversation)
}

// Fits tells whether the conversation belongs in a list with the filter.
func (f Filter) Fits(c Conversation) bool {
	if len(f.Subusers) > 0 && !slices.Contains(f.Subusers, c.Subuser) || len(f.Tags) > 0 && !slices.Contains(f.Tags, c.Contact.Tag) {
		return false
	}
	switch f.View {
	case ViewUnread:
		return c.Unread > 0
	case ViewUnanswered:
		return !c.Done && c.Unanswered()
	case ViewFailed:
		return c.OpenFailures > 0
	case ViewDone:
		return c.Done
	default:
		return !c.Done
	}
}

// condition is the view in SQL; Filter.Fits says the same in Go.
func (v View) condition() string {
	switch v {
	case ViewUnread:
		return `c.inbound > coalesce(r.seen, 0)`
	case ViewUnanswered:
		return `NOT c.done AND c.last_direction = 'in'`
	case ViewFailed:
		return `c.open_failures > 0`
	case ViewDone:
		return `c.done`
	default:
		return `NOT c.done`
	}
}

func (f Filter) where(scope Scope) (string, []any) {
	where, args := scope.where("c.subuser_id")
	where += ` AND c.last_message_id <> 0 AND ` + f.View.condition()
	if len(f.Subusers) > 0 {
		condition, more := in("c.subuser_id", f.Subusers)
		where, args = where+` AND `+condition, append(args, more...)
	}
	if len(f.Tags) > 0 {
		condition, more := in("c.tag", f.Tags)
		where, args = where+` AND `+condition, append(args, more...)
	}
	return where, args
}

// Counts returns the numbers beside views, subusers and tags for one person.
func (s *Store) Counts(ctx context.Context, scope Scope, user int64) (Counts, error) {
	where, args := scope.where("c.subuser_id")
	rows, err := s.reads.QueryContext(ctx, `SELECT c.subuser_id, c.tag, count(*),
			coalesce(sum(NOT c.done), 0), coalesce(sum(c.inbound > coalesce(r.seen, 0)), 0),
			coalesce(sum(NOT c.done AND c.last_direction = 'in'), 0), coalesce(sum(c.open_failures > 0), 0), coalesce(sum(c.open_failures), 0)
		FROM conversations c LEFT JOIN reads r ON r.conversation_id = c.id AND r.user_id = ?
		WHERE c.last_message_id <> 0 AND `+where+` GROUP BY c.subuser_id, c.tag`, append([]any{user}, args...)...)
	type line struct {
		subuser                                             SubuserID
		tag                                                 string
		all, open, unread, unanswered, failed, openFailures int
	}
	lines, err := collect(rows, err, func(r row, l *line) error {
		return r.Scan(&l.subuser, &l.tag, &l.all, &l.open, &l.unread, &l.unanswered, &l.failed, &l.openFailures)
	})
	counts := Counts{Views: map[View]int{}}
	subusers, tags := map[SubuserID]SubuserCount{}, map[string]int{}
	for _, l := range lines {
		counts.Views[ViewInbox] += l.open
		counts.Views[ViewUnread] += l.unread
		counts.Views[ViewUnanswered] += l.unanswered
		counts.Views[ViewFailed] += l.failed
		counts.Views[ViewDone] += l.all - l.open
		of := subusers[l.subuser]
		subusers[l.subuser] = SubuserCount{l.subuser, of.Count + l.open, of.OpenFailures + l.openFailures}
		if l.tag != "" {
			tags[l.tag] += l.open
		}
	}
	for _, id := range slices.Sorted(maps.Keys(subusers)) {
		counts.Subusers = append(counts.Subusers, subusers[id])
	}
	for _, tag := range slices.Sorted(maps.Keys(tags)) {
		counts.Tags = append(counts.Tags, TagCount{tag, tags[tag]})
	}
	return counts, err
}

// MarkRead notes that the person has seen all inbound messages of the conversation so far. It changes nothing if
// they had.
func (s *Store) MarkRead(ctx context.Context, scope Scope, user, id int64) error {
	c, err := s.Conversation(ctx, scope, user, id)
	if err != nil || c.Unread == 0 {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.exec(`INSERT INTO reads (user_id, conversation_id, seen) SELECT ?, id, inbound FROM conversations WHERE id = ?
			ON CONFLICT DO UPDATE SET seen = excluded.seen`, user, id); err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), ConversationID: id, Subuser: c.Subuser, UserID: user})
	})
}

// SetDone closes the conversation or opens it again.
func (s *Store) SetDone(ctx context.Context, scope Scope, id int64, done bool) error {
	c, err := s.Conversation(ctx, scope, 0, id)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.exec(`UPDATE conversations SET done = ? WHERE id = ?`, done, id); err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), ConversationID: id, Subuser: c.Subuser})
	})
}
