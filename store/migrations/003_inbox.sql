-- What is open, whose it is and how long its contact has waited.
ALTER TABLE conversations ADD COLUMN assignee_id INTEGER NOT NULL DEFAULT 0;   -- 0 is nobody
ALTER TABLE conversations ADD COLUMN sim_card_id INTEGER;                      -- of the last message that named one
ALTER TABLE conversations ADD COLUMN waiting_since INTEGER NOT NULL DEFAULT 0; -- the first message after our last answer, Unix ms; 0 while answered

-- Finds our last answer however often a contact has written since.
CREATE INDEX messages_out ON messages (conversation_id, at, id) WHERE direction = 'out';
CREATE INDEX messages_open_failures ON messages (conversation_id, at, id) WHERE state = 'failed' AND dismissed_at IS NULL;

-- Every list is a walk along one of these.
DROP INDEX conversations_newest;
DROP INDEX conversations_failed;
CREATE INDEX conversations_newest ON conversations (done, last_at, id);
CREATE INDEX conversations_subuser ON conversations (subuser_id, done, last_at, id);
CREATE INDEX conversations_tag ON conversations (tag, done, last_at, id);
CREATE INDEX conversations_sim_card ON conversations (sim_card_id, done, last_at, id);
CREATE INDEX conversations_unanswered ON conversations (last_at, id) WHERE done = 0 AND last_direction = 'in';
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE done = 0 AND last_direction = 'in';
CREATE INDEX conversations_failed ON conversations (last_at, id) WHERE open_failures > 0;
CREATE INDEX conversations_assignee ON conversations (assignee_id, done, last_at, id) WHERE assignee_id <> 0;

-- The conversations a person has not read to the end. What arrived before they were there counts as read.
CREATE TABLE unread (
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	subuser_id      INTEGER NOT NULL, -- the conversation's
	last_at         INTEGER NOT NULL, -- the conversation's
	count           INTEGER NOT NULL, -- inbound messages not seen
	PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX unread_newest ON unread (user_id, last_at, conversation_id);

-- The numbers beside views, subusers and tags are kept here by the triggers below, whoever writes: no page counts rows.
-- Conversations without a message yet are in none of them.
CREATE TABLE subuser_counts (
	subuser_id    INTEGER PRIMARY KEY,
	open          INTEGER NOT NULL,
	done          INTEGER NOT NULL,
	unanswered    INTEGER NOT NULL, -- open, and the contact had the last word
	failed        INTEGER NOT NULL, -- with open failures
	open_failures INTEGER NOT NULL  -- in all of them
) STRICT;

CREATE TABLE tag_counts (
	tag        TEXT    NOT NULL,
	subuser_id INTEGER NOT NULL,
	open       INTEGER NOT NULL,
	done       INTEGER NOT NULL,
	PRIMARY KEY (subuser_id, tag)
) STRICT, WITHOUT ROWID;

-- The same over all subusers, for people who see them all.
CREATE TABLE tag_totals (
	tag  TEXT PRIMARY KEY,
	open INTEGER NOT NULL,
	done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_counts (
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	subuser_id INTEGER NOT NULL,
	unread     INTEGER NOT NULL,
	mine       INTEGER NOT NULL, -- open and assigned to the person
	PRIMARY KEY (user_id, subuser_id)
) STRICT, WITHOUT ROWID;

-- How many of a subuser's conversations went last through which SIM card.
CREATE TABLE subuser_sim_cards (
	subuser_id    INTEGER NOT NULL,
	sim_card_id   INTEGER NOT NULL,
	conversations INTEGER NOT NULL,
	PRIMARY KEY (subuser_id, sim_card_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER conversations_counted AFTER UPDATE OF done, tag, last_message_id, last_direction, open_failures ON conversations
WHEN (old.last_message_id <> 0) <> (new.last_message_id <> 0) OR old.done <> new.done OR old.tag <> new.tag
	OR old.open_failures <> new.open_failures OR (old.last_direction = 'in') <> (new.last_direction = 'in')
BEGIN
	UPDATE subuser_counts SET open = open - (NOT old.done), done = done - old.done,
			unanswered = unanswered - (NOT old.done AND old.last_direction = 'in'),
			failed = failed - (old.open_failures > 0), open_failures = open_failures - old.open_failures
		WHERE subuser_id = old.subuser_id AND old.last_message_id <> 0;
	INSERT INTO subuser_counts (subuser_id, open, done, unanswered, failed, open_failures)
		SELECT new.subuser_id, NOT new.done, new.done, NOT new.done AND new.last_direction = 'in', new.open_failures > 0, new.open_failures
		WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done, unanswered = unanswered + excluded.unanswered,
			failed = failed + excluded.failed, open_failures = open_failures + excluded.open_failures;
END;

CREATE TRIGGER conversations_tags_counted AFTER UPDATE OF done, tag, last_message_id ON conversations
WHEN (old.last_message_id <> 0) <> (new.last_message_id <> 0) OR old.done <> new.done OR old.tag <> new.tag
BEGIN
	UPDATE tag_counts SET open = open - (NOT old.done), done = done - old.done
		WHERE subuser_id = old.subuser_id AND tag = old.tag AND old.last_message_id <> 0;
	UPDATE tag_totals SET open = open - (NOT old.done), done = done - old.done WHERE tag = old.tag AND old.last_message_id <> 0;
	INSERT INTO tag_counts (tag, subuser_id, open, done) SELECT new.tag, new.subuser_id, NOT new.done, new.done WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
	INSERT INTO tag_totals (tag, open, done) SELECT new.tag, NOT new.done, new.done WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
END;

CREATE TRIGGER conversations_assigned AFTER UPDATE OF assignee_id, done ON conversations
WHEN old.assignee_id <> new.assignee_id OR old.done <> new.done
BEGIN
	UPDATE user_counts SET mine = mine - (NOT old.done) WHERE user_id = old.assignee_id AND subuser_id = old.subuser_id;
	INSERT INTO user_counts (user_id, subuser_id, unread, mine) SELECT new.assignee_id, new.subuser_id, 0, NOT new.done WHERE new.assignee_id <> 0
		ON CONFLICT DO UPDATE SET mine = mine + excluded.mine;
END;

CREATE TRIGGER conversations_sim_cards AFTER UPDATE OF sim_card_id ON conversations
WHEN new.sim_card_id IS NOT old.sim_card_id
BEGIN
	UPDATE subuser_sim_cards SET conversations = conversations - 1 WHERE subuser_id = old.subuser_id AND sim_card_id = old.sim_card_id;
	INSERT INTO subuser_sim_cards (subuser_id, sim_card_id, conversations) SELECT new.subuser_id, new.sim_card_id, 1 WHERE new.sim_card_id IS NOT NULL
		ON CONFLICT DO UPDATE SET conversations = conversations + 1;
END;

CREATE TRIGGER conversations_moved AFTER UPDATE OF last_at ON conversations WHEN old.last_at <> new.last_at
BEGIN
	UPDATE unread SET last_at = new.last_at WHERE conversation_id = new.id;
END;

CREATE TRIGGER unread_counted AFTER INSERT ON unread
BEGIN
	INSERT INTO user_counts (user_id, subuser_id, unread, mine) VALUES (new.user_id, new.subuser_id, 1, 0)
		ON CONFLICT DO UPDATE SET unread = unread + 1;
END;

CREATE TRIGGER read_counted AFTER DELETE ON unread
BEGIN
	UPDATE user_counts SET unread = unread - 1 WHERE user_id = old.user_id AND subuser_id = old.subuser_id;
END;

-- Bring what is there already under these rules.
UPDATE conversations SET
	sim_card_id = (SELECT sim_card_id FROM (SELECT sim_card_id FROM messages m WHERE m.conversation_id = conversations.id ORDER BY m.at DESC, m.id DESC LIMIT 10)
		WHERE sim_card_id IS NOT NULL LIMIT 1),
	waiting_since = CASE WHEN last_direction <> 'in' THEN 0 ELSE coalesce((
		SELECT m.at FROM messages m, (SELECT at, id FROM messages o WHERE o.conversation_id = conversations.id AND o.direction = 'out'
			ORDER BY o.at DESC, o.id DESC LIMIT 1) answer
		WHERE m.conversation_id = conversations.id AND m.at >= answer.at AND (m.at > answer.at OR m.id > answer.id)
		ORDER BY m.at, m.id LIMIT 1), first_at) END;
INSERT INTO subuser_counts SELECT subuser_id, sum(NOT done), sum(done), sum(NOT done AND last_direction = 'in'), sum(open_failures > 0), sum(open_failures)
	FROM conversations WHERE last_message_id <> 0 GROUP BY subuser_id;
INSERT INTO tag_counts SELECT tag, subuser_id, sum(NOT done), sum(done) FROM conversations WHERE last_message_id <> 0 GROUP BY subuser_id, tag;
INSERT INTO tag_totals SELECT tag, sum(open), sum(done) FROM tag_counts GROUP BY tag;
INSERT INTO unread (conversation_id, user_id, subuser_id, last_at, count)
	SELECT c.id, u.id, c.subuser_id, c.last_at, c.inbound - coalesce(r.seen, 0)
	FROM users u JOIN conversations c LEFT JOIN reads r ON r.user_id = u.id AND r.conversation_id = c.id
	WHERE c.inbound > coalesce(r.seen, 0)
		AND (u.role = 'admin' OR EXISTS (SELECT 1 FROM grants g WHERE g.user_id = u.id AND g.subuser_id = c.subuser_id));
DROP TABLE reads;

-- What colleagues tell each other about a conversation; never sent.
CREATE TABLE notes (
	id              INTEGER PRIMARY KEY,
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL, -- who wrote it
	text            TEXT    NOT NULL,
	at              INTEGER NOT NULL
) STRICT;

CREATE INDEX notes_thread ON notes (conversation_id, at, id);

-- Names that admins give to what TextLink only numbers.
CREATE TABLE names (
	kind TEXT    NOT NULL, -- 'subuser' or 'sim_card'
	id   INTEGER NOT NULL,
	name TEXT    NOT NULL,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- Filters that people keep under a name.
CREATE TABLE saved_views (
	id      INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	name    TEXT    NOT NULL,
	query   TEXT    NOT NULL, -- as it stands in the address of the list
	shared  INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	UNIQUE (user_id, name)
) STRICT;

CREATE INDEX saved_views_shared ON saved_views (shared) WHERE shared;

-- Not 0: names or saved views changed, which stand on every page.
ALTER TABLE changes ADD COLUMN settings INTEGER NOT NULL DEFAULT 0;
