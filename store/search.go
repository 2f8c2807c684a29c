package store

import (
	"cmp"
	"context"
	"slices"

	"tagline/store/sqlite"
	"tagline/store/text"
)

const (
	// searchPage is how many messages one page of a search holds.
	searchPage = 100
	// searchThreads is how many conversations it holds.
	searchThreads = 30
	// searchLooked is how many messages are looked at for a page: filters may leave few of them.
	searchLooked = 600
	// searchBytes is how much text is looked at for a page: to cut it into words takes a fifth of a second.
	searchBytes = 1 << 20
	// searchProbe is how many messages are looked at to tell whether the words are common: in one of commonWord.
	searchProbe = 500
	commonWord  = 10
	// searchContacts is how many contacts are looked at for those that are shown.
	searchContacts = 200
	// shownContacts is how many conversations are shown because of the contact.
	shownContacts = 8
)

// Found is one page of what a search finds.
type Found struct {
	Contacts     []Conversation // whose contact's name or number was searched for, newest first; on the first page only
	MoreContacts bool           // there are others
	Notes        []FoundNote    // the newest first; on the first page only
	Threads      []FoundThread  // the newest message first
	Next         int64          // the id of the message before which the search goes on; 0 at its end
}

// FoundThread is a conversation with the messages in it that were searched for, newest first.
type FoundThread struct {
	Conversation Conversation
	Messages     []Message
}

// Search returns the newest messages before the id (0: of all) that hold all terms, by conversation, and the contacts
// that are called so. It asks in all conversations that the person may see and that fit the filter; its view narrows
// the search only where it is not the inbox. What was stored within the last second may be missing.
func (s *Store) Search(ctx context.Context, scope Scope, user int64, t text.Terms, f Filter,
	before int64) (Found, error) {
	select {
	case s.searching <- struct{}{}:
		defer func() { <-s.searching }()
	case <-ctx.Done():
		return Found{}, ctx.Err()
	}
	x := &search{store: s, ctx: ctx, scope: scope, user: user, terms: t, filter: f, before: before,
		known: map[int64]Conversation{}}
	subusers, any := f.searched(scope)
	if t.Empty() || !any {
		return x.found, nil
	}
	if before == 0 {
		if err := x.contacts(subusers); err != nil {
			return Found{}, err
		}
		if err := x.notes(subusers); err != nil {
			return Found{}, err
		}
	}
	narrow, err := s.narrows(ctx, subusers)
	if err != nil {
		return Found{}, err
	}
	if !narrow {
		subusers = nil // what is found is looked up within the scope and the filter all the same
	}
	err = x.messages(subusers)
	return x.found, err
}

// searchesAtOnce is how many searches are under way at the same time. Each reads through two connections at once, so
// that more of them than half of the connections could wait for each other for ever.
const searchesAtOnce = sqlite.ReadConnections / 2

// fewOf is the part of all conversations below which it is worth asking the index for those of the subusers only: one
// in so many. Above it, most of what is found belongs to them anyway.
const fewOf = 5

// narrows tells whether the subusers have few of all conversations.
func (s *Store) narrows(ctx context.Context, subusers []SubuserID) (bool, error) {
	if subusers == nil {
		return false, nil
	}
	these, args := in("subuser_id", subusers)
	var all, own int
	err := s.reads.QueryRowContext(ctx, `SELECT coalesce(sum(open + done + snoozed), 0),
		coalesce(sum((open + done + snoozed) * (`+these+`)), 0) FROM subuser_counts`, args...).Scan(&all, &own)
	return own*fewOf < all, err
}

// searched are the subusers that a search asks in, nil for all of them; any is false if there are none.
func (f Filter) searched(scope Scope) (subusers []SubuserID, any bool) {
	if scope.All && len(f.Subusers) == 0 {
		return nil, true
	}
	from := f.Subusers
	if len(from) == 0 {
		from = scope.Subusers
	}
	for _, id := range from {
		if scope.Sees(id) && !slices.Contains(subusers, id) {
			subusers = append(subusers, id)
		}
	}
	return subusers, len(subusers) > 0
}

// fitsSearch is Fits for a search: done and snoozed conversations are found as well, unless another view is asked for.
func (f Filter) fitsSearch(user int64, c Conversation) bool {
	if f.View == "" || f.View == ViewInbox {
		c.Done, c.SnoozedUntil = false, 0
	}
	return c.LastMessageID != 0 && f.Fits(user, c)
}

// search is one under way.
type search struct {
	store  *Store
	ctx    context.Context
	scope  Scope
	user   int64
	terms  text.Terms
	filter Filter
	before int64

	found Found
	hits  int                    // messages in found
	known map[int64]Conversation // by id; those that may not be seen or don't fit have id 0
}

const contactsFound = `SELECT rowid FROM contact_search WHERE contact_search MATCH ? ORDER BY rowid DESC LIMIT ?`

// contacts finds those whose name or number is searched for.
func (x *search) contacts(subusers []SubuserID) error {
	rows, err := x.store.reads.QueryContext(x.ctx, contactsFound,
		x.terms.ContactMatch(scopeWords(subusers)), searchContacts+1)
	ids, err := collect(rows, err, func(r row, id *int64) error { return r.Scan(id) })
	if err != nil || len(ids) == 0 {
		return err
	}
	if len(ids) > searchContacts {
		ids, x.found.MoreContacts = ids[:searchContacts], true
	}
	list, err := x.store.conversationsIn(x.ctx, x.scope, x.user, "c.contact_id", ids)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(c Conversation) bool { return !x.filter.fitsSearch(x.user, c) })
	slices.SortFunc(list, func(a, b Conversation) int {
		return -cmp.Or(cmp.Compare(a.LastAt, b.LastAt), cmp.Compare(a.ID, b.ID))
	})
	if len(list) > shownContacts {
		list, x.found.MoreContacts = list[:shownContacts], true
	}
	x.found.Contacts = list
	return nil
}

// conversationsIn returns the conversations that have one of the values in the column, as the person sees them.
func (s *Store) conversationsIn(ctx context.Context, scope Scope, user int64, column string,
	values []int64) ([]Conversation, error) {
	where, args := scope.where("c.subuser_id")
	these, more := in(column, values)
	rows, err := s.reads.QueryContext(ctx, `SELECT `+conversationColumns+` WHERE `+these+` AND `+where,
		append(append([]any{user}, more...), args...)...)
	return s.withDrafts(ctx, user)(collect(rows, err, scanConversation))
}

// messages finds those that hold the words. Where the last word is unfinished and long it first looks at the newest
// that may hold it: if the word is common a page is full soon. If it is rare, the index is asked for just that. A last
// word of one letter is looked for in what holds the other words.
func (x *search) messages(subusers []SubuserID) error {
	if near, ok := x.terms.NearMatch(scopeWords(subusers)); ok {
		done, err := x.through(near, true)
		if done || err != nil {
			return err
		}
		x.found.Threads, x.found.Next, x.hits = nil, 0, 0
	}
	_, err := x.through(x.terms.MessageMatch(scopeWords(subusers)), false)
	return err
}

const foundMessages = `SELECT m.id, m.conversation_id, m.direction, m.state, m.text, m.timestamp, m.doubtful,
	m.arrived_at, m.at, m.sim_card_id,
	m.portal, m.custom_id, m.textlink_id, m.failed_at, m.dismissed_at IS NOT NULL, m.retry `

// messageQuery asks for messages, newest first, by what the index says.
func messageQuery(match string, before int64) (string, []any) {
	if before == 0 {
		before = 1<<63 - 1
	}
	return foundMessages + `FROM message_search s CROSS JOIN messages m ON m.id = s.rowid
		WHERE s.message_search MATCH ? AND s.rowid < ? ORDER BY s.rowid DESC`, []any{match, before}
}

// through goes through the messages that the index returns until the page is full. When probing it gives up where
// few of them hold the words; then done is false.
func (x *search) through(match string, probing bool) (done bool, err error) {
	query, args := messageQuery(match, x.before)
	rows, err := x.store.reads.QueryContext(x.ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var waiting []Message
	held, size := 0, 0
	for seen := 1; rows.Next(); seen++ {
		var m Message
		if err := scanMessage(rows, &m); err != nil {
			return false, err
		}
		if x.terms.In(m.Text) { // what is near need not, and the index is a little behind
			waiting = append(waiting, m)
			held++
		}
		size += len(m.Text)
		if probing && (seen == searchProbe || size >= searchBytes) && held*commonWord < seen {
			return false, nil
		}
		enough := seen == searchLooked || size >= searchBytes
		if len(waiting) == searchPage || enough {
			full, err := x.take(waiting)
			if full || err != nil {
				return full, err
			}
			waiting = waiting[:0]
		}
		if enough {
			x.found.Next = m.ID
			return true, nil
		}
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	_, err = x.take(waiting)
	return true, err
}

// take adds messages to the page and tells whether it is full; then Next says where the next one begins.
func (x *search) take(messages []Message) (full bool, err error) {
	ids := make([]int64, len(messages))
	for i, m := range messages {
		ids[i] = m.ConversationID
	}
	if err := x.learn(ids); err != nil {
		return false, err
	}
	for _, m := range messages {
		if x.hits == searchPage || !x.add(m) {
			x.found.Next = m.ID + 1
			return true, nil
		}
	}
	return false, nil
}

// learn reads the conversations that are not known yet.
func (x *search) learn(conversations []int64) error {
	var ids []int64
	for _, id := range conversations {
		if _, known := x.known[id]; !known {
			x.known[id] = Conversation{}
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	list, err := x.store.conversationsIn(x.ctx, x.scope, x.user, "c.id", ids)
	for _, c := range list {
		if x.filter.fitsSearch(x.user, c) {
			x.known[c.ID] = c
		}
	}
	return err
}

// add puts a message with its conversation, if it fits. It returns false where the page has no room for another
// conversation.
func (x *search) add(m Message) bool {
	c := x.known[m.ConversationID]
	if c.ID == 0 {
		return true
	}
	at := slices.IndexFunc(x.found.Threads, func(t FoundThread) bool { return t.Conversation.ID == c.ID })
	if at < 0 {
		if len(x.found.Threads) == searchThreads {
			return false
		}
		at = len(x.found.Threads)
		x.found.Threads = append(x.found.Threads, FoundThread{Conversation: c})
	}
	x.found.Threads[at].Messages = append(x.found.Threads[at].Messages, m)
	x.hits++
	return true
}
