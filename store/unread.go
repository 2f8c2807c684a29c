package store

import "context"

// What is unread to whom is kept so that a message costs what it changes, not how many people there are. Each person
// has for each subuser a conversation up to which unread ones have a row (user_counts.listed_to). Conversations that
// began after it are unread without a row, since the person has read nothing there yet; they get their rows, as a list,
// when the person reads one of them. How many messages are unread follows from the conversation's count.

// unreadCount is how many messages from the contact of conversation c the person has not read; see unreadTables.
const unreadCount = `CASE WHEN n.user_id IS NOT NULL THEN c.inbound - n.read
	WHEN u.id IS NULL OR c.id <= coalesce(f.listed_to, 0) THEN 0 ELSE c.inbound END`

// unreadTables join what unreadCount needs to conversation c and the person u.
const unreadTables = `
	LEFT JOIN unread n ON n.user_id = u.id AND n.subuser_id = c.subuser_id AND n.conversation_id = c.id
	LEFT JOIN user_counts f ON f.user_id = u.id AND f.subuser_id = c.subuser_id`

// unreadConversations is how many conversations of subuser s are unread to whose counts f are: those that are listed,
// and all that are not.
const unreadConversations = `coalesce(f.unread, 0) + s.received - coalesce(f.received, 0)`

// unlistedPart is where the person's unread conversations of a subuser begin that are not listed: after which one.
type unlistedPart struct {
	subuser SubuserID
	after   int64
}

// unreadSizes tells how many conversations are unread to the person, of the subusers if any are named, and which of
// them are not listed.
func (s *Store) unreadSizes(ctx context.Context, user int64, subusers []SubuserID) (
	all int, unlisted []unlistedPart, err error,
) {
	where, args := in("s.subuser_id", subusers)
	if len(subusers) == 0 {
		where = `1`
	}
	type line struct {
		unlistedPart
		unread, listed int
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT s.subuser_id, coalesce(f.listed_to, 0), coalesce(f.unread, 0),
			`+unreadConversations+`
		FROM subuser_counts s LEFT JOIN user_counts f ON f.user_id = ? AND f.subuser_id = s.subuser_id
		WHERE `+unreadConversations+` > 0 AND `+where, append([]any{user}, args...)...)
	lines, err := collect(rows, err, func(r row, l *line) error {
		return r.Scan(&l.subuser, &l.after, &l.listed, &l.unread)
	})
	for _, l := range lines {
		all += l.unread
		if l.unread > l.listed {
			unlisted = append(unlisted, l.unlistedPart)
		}
	}
	return all, unlisted, err
}

// UnreadBy returns how many messages of the conversation each person has not read, if the scope includes it; who has
// read all is not in it.
func (s *Store) UnreadBy(ctx context.Context, scope Scope, conversation int64) (map[int64]int, error) {
	where, args := scope.where("c.subuser_id")
	type line struct {
		user  int64
		count int
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT u.id, `+unreadCount+` AS count
		FROM conversations c JOIN users u ON `+seesSubuser("c.subuser_id")+unreadTables+`
		WHERE c.id = ? AND count > 0 AND `+where, append([]any{conversation}, args...)...)
	lines, err := collect(rows, err, func(r row, l *line) error { return r.Scan(&l.user, &l.count) })
	counts := make(map[int64]int, len(lines))
	for _, l := range lines {
		counts[l.user] = l.count
	}
	return counts, err
}

// receivedMore makes a conversation in which messages came in unread to those who had read it, and to those who do not
// know it yet. before is how many messages from the contact there were.
func (t *tx) receivedMore(conversation int64, subuser SubuserID, before int, untold bool) error {
	to, more := `read_by r JOIN users u ON u.id = r.user_id WHERE r.conversation_id = ?1`, ``
	if untold {
		to = `user_counts f JOIN users u ON u.id = f.user_id WHERE f.subuser_id = ?2 AND f.listed_to >= ?1`
		more = `UPDATE conversations SET people = (SELECT people FROM subuser_counts WHERE subuser_id = ?2) WHERE id = ?1`
	}
	who := `SELECT u.id FROM ` + to + ` AND ` + seesSubuser("?2") + `
		AND NOT EXISTS (SELECT 1 FROM unread n WHERE n.user_id = u.id AND n.subuser_id = ?2 AND n.conversation_id = ?1)`
	if err := t.Exec(`UPDATE user_counts SET unread = unread + 1 WHERE subuser_id = ?2 AND user_id IN (`+who+`)`,
		conversation, subuser); err != nil {
		return err
	}
	if err := t.Exec(`INSERT INTO unread (user_id, subuser_id, conversation_id, read)
		SELECT w.id, ?2, ?1, ?3 FROM (`+who+`) w`, conversation, subuser, before); err != nil {
		return err
	}
	if err := t.Exec(`DELETE FROM read_by WHERE conversation_id = ?`, conversation); err != nil || more == "" {
		return err
	}
	return t.Exec(more, conversation, subuser)
}

// receivedFewer brings what people have read up to date after some of a conversation's messages from the contact went:
// nobody has more to read than what is left.
func (t *tx) receivedFewer(conversation int64, gone, left int) error {
	if left == 0 {
		return t.readByAll(conversation)
	}
	return t.Exec(`UPDATE unread SET read = max(read - ?2, 0) WHERE conversation_id = ?1`, conversation, gone)
}

// readByAll leaves nothing of the conversation unread to anybody.
func (t *tx) readByAll(conversation int64) error {
	for _, statement := range []string{
		`UPDATE user_counts SET unread = unread - 1
			WHERE (user_id, subuser_id) IN (SELECT user_id, subuser_id FROM unread WHERE conversation_id = ?)`,
		`DELETE FROM unread WHERE conversation_id = ?`,
	} {
		if err := t.Exec(statement, conversation); err != nil {
			return err
		}
	}
	return nil
}

// listedAtOnce bounds one write: others wait for it.
const listedAtOnce = 2000

// unlisted are the next conversations of subuser ?2 that have no row in unread although person ?1 may not have read
// them.
const unlisted = `SELECT id FROM conversations
	WHERE subuser_id = ?2 AND id > coalesce((SELECT listed_to FROM user_counts WHERE user_id = ?1 AND subuser_id = ?2), 0)
	ORDER BY id LIMIT ?3`

// listMost lists the person's unread conversations of a subuser but for the last listedAtOnce at most, which the write
// that comes next can list itself.
func (s *Store) listMost(ctx context.Context, user int64, subuser SubuserID) error {
	for {
		var n int
		err := s.reads.QueryRowContext(ctx, `SELECT count(*) FROM (`+unlisted+`)`, user, subuser, listedAtOnce+1).Scan(&n)
		if err != nil || n <= listedAtOnce {
			return err
		}
		if err := s.write(ctx, func(t *tx) error { return t.listUnread(user, subuser) }); err != nil {
			return err
		}
	}
}

// listUnread gives the next of the person's unread conversations of the subuser a row, so that one of them can be read.
func (t *tx) listUnread(user int64, subuser SubuserID) error {
	var to int64
	err := t.Row(`SELECT coalesce(max(id), 0) FROM (`+unlisted+`)`, user, subuser, listedAtOnce).Scan(&to)
	if err != nil || to == 0 {
		return err
	}
	listed, err := t.Affected(`INSERT INTO unread (user_id, subuser_id, conversation_id, read)
		SELECT ?1, ?2, c.id, 0 FROM (`+unlisted+`) l JOIN conversations c ON c.id = l.id WHERE c.inbound > 0`,
		user, subuser, listedAtOnce)
	if err != nil {
		return err
	}
	return t.Exec(`INSERT INTO user_counts (user_id, subuser_id, unread, mine, listed_to, received)
		VALUES (?1, ?2, ?3, 0, ?4, ?3)
		ON CONFLICT DO UPDATE SET unread = unread + excluded.unread, received = received + excluded.received,
			listed_to = excluded.listed_to`, user, subuser, listed, to)
}

// listAll lists all that is unread to the person but for the last of it, see listMost.
func (s *Store) listAll(ctx context.Context, user int64) error {
	rows, err := s.reads.QueryContext(ctx, seenSubusers, user)
	subusers, err := collect(rows, err, func(r row, id *SubuserID) error { return r.Scan(id) })
	for _, subuser := range subusers {
		if err == nil {
			err = s.listMost(ctx, user, subuser)
		}
	}
	return err
}

// listAll lists all that is unread to the person, so that it can be told from what comes later.
func (t *tx) listAll(user int64) error {
	subusers, err := t.seenSubusers(user)
	for _, subuser := range subusers {
		if err == nil {
			err = t.listUnread(user, subuser)
		}
	}
	return err
}

// seenSubusers are the subusers with conversations that a person sees.
var seenSubusers = `SELECT s.subuser_id FROM subuser_counts s JOIN users u ON u.id = ?
	WHERE ` + seesSubuser("s.subuser_id")

func (t *tx) seenSubusers(user int64) ([]SubuserID, error) {
	rows, err := t.Query(seenSubusers, user)
	return collect(rows, err, func(r row, id *SubuserID) error { return r.Scan(id) })
}

// changeSight changes what the person sees. What they do not see any more is not unread for them either, and what is
// new to them counts as read.
func (t *tx) changeSight(user int64, change func() error) error {
	before, err := t.seenSubusers(user)
	if err == nil {
		err = change()
	}
	if err != nil {
		return err
	}
	gone := `user_id = ?1 AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = ?1 AND `
	if err := t.Exec(`DELETE FROM unread WHERE `+gone+seesSubuser("unread.subuser_id")+`)`, user); err != nil {
		return err
	}
	if err := t.Exec(`UPDATE user_counts SET unread = 0 WHERE `+gone+seesSubuser("user_counts.subuser_id")+`)`,
		user); err != nil {
		return err
	}
	return t.beginsToSee(user, before)
}

// beginsToSee has what the person sees now and did not see before count as read, but for what had been listed.
func (t *tx) beginsToSee(user int64, before []SubuserID) error {
	seen, args := in("s.subuser_id", before)
	args = append([]any{user}, args...)
	if err := t.Exec(`INSERT INTO user_counts (user_id, subuser_id, unread, mine, listed_to, received)
		SELECT u.id, s.subuser_id, 0, 0, (SELECT coalesce(max(id), 0) FROM conversations), s.received
		FROM users u JOIN subuser_counts s WHERE u.id = ? AND `+seesSubuser("s.subuser_id")+` AND NOT `+seen+`
		ON CONFLICT DO UPDATE SET listed_to = excluded.listed_to, received = excluded.received`, args...); err != nil {
		return err
	}
	return t.Exec(`UPDATE subuser_counts AS s SET people = people + 1
		WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = ? AND `+seesSubuser("s.subuser_id")+`) AND NOT `+seen, args...)
}

// markRead leaves nothing of the conversation unread to the person. It returns how many messages were, and whether any
// was. What was not listed is not read by it: see listUnread.
func (t *tx) markRead(user int64, subuser SubuserID, conversation int64) (were int, changed bool, err error) {
	err = found(t.Row(`DELETE FROM unread WHERE user_id = ?1 AND subuser_id = ?2 AND conversation_id = ?3
		RETURNING (SELECT inbound FROM conversations WHERE id = ?3) - read`, user, subuser, conversation).Scan(&were))
	if err == ErrNotFound {
		return 0, false, nil
	}
	if err == nil {
		err = t.Exec(`INSERT INTO read_by (conversation_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING`,
			conversation, user)
	}
	if err == nil {
		err = t.Exec(`UPDATE user_counts SET unread = unread - 1 WHERE user_id = ? AND subuser_id = ?`, user, subuser)
	}
	return were, err == nil, err
}

// unreadTo is how many messages of the conversation the person has not read.
func (t *tx) unreadTo(user, conversation int64) (count int, err error) {
	err = t.Row(`SELECT `+unreadCount+` FROM conversations c JOIN users u ON u.id = ?`+unreadTables+` WHERE c.id = ?`,
		user, conversation).Scan(&count)
	return count, found(err)
}

// markUnreadAgain makes the last message from the contact unread to the person, unless there are unread ones.
func (t *tx) markUnreadAgain(user int64, subuser SubuserID, conversation int64) (changed bool, err error) {
	if n, err := t.unreadTo(user, conversation); err != nil || n > 0 {
		return false, err
	}
	return t.markUnread(user, subuser, conversation, 1)
}

// unreadMore makes so many more messages from the contact unread to the person, or fewer.
func (t *tx) unreadMore(user int64, c Conversation, count int) (changed bool, err error) {
	now, err := t.unreadTo(user, c.ID)
	switch {
	case err != nil || count < 0 && now == 0:
		return false, err
	case now+count <= 0:
		_, changed, err = t.markRead(user, c.Subuser, c.ID)
		return changed, err
	}
	return t.markUnread(user, c.Subuser, c.ID, now+count)
}

// markUnread makes the last count messages from the contact unread to the person; all where there are fewer, none where
// there is none. The conversation is listed for the person.
func (t *tx) markUnread(user int64, subuser SubuserID, conversation int64, count int) (changed bool, err error) {
	n, err := t.Affected(`UPDATE unread SET read = max((SELECT inbound FROM conversations WHERE id = ?3) - ?4, 0)
		WHERE user_id = ?1 AND subuser_id = ?2 AND conversation_id = ?3`, user, subuser, conversation, count)
	if err != nil || n > 0 {
		return n > 0, err
	}
	n, err = t.Affected(`INSERT INTO unread (user_id, subuser_id, conversation_id, read)
		SELECT ?1, ?2, id, max(inbound - ?4, 0) FROM conversations WHERE id = ?3 AND inbound > 0`,
		user, subuser, conversation, count)
	if err != nil || n == 0 {
		return false, err
	}
	if err := t.Exec(`DELETE FROM read_by WHERE conversation_id = ? AND user_id = ?`, conversation, user); err != nil {
		return false, err
	}
	return true, t.Exec(`UPDATE user_counts SET unread = unread + 1 WHERE user_id = ? AND subuser_id = ?`, user, subuser)
}
