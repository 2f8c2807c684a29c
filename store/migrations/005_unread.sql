-- A conversation that is unread to somebody already costs nothing when another message comes in.

-- What subuser_counts.people was when each of them was last told of a message.
ALTER TABLE conversations ADD COLUMN people INTEGER NOT NULL DEFAULT 0;

-- Conversations with messages from the contact.
ALTER TABLE subuser_counts ADD COLUMN received INTEGER NOT NULL DEFAULT 0;

-- Grows when somebody begins to see the subuser.
ALTER TABLE subuser_counts ADD COLUMN people INTEGER NOT NULL DEFAULT 0;

-- The last conversation that would have a row in unread; later ones are unread without one.
ALTER TABLE user_counts ADD COLUMN listed_to INTEGER NOT NULL DEFAULT 0;

-- Conversations up to listed_to with messages from the contact.
ALTER TABLE user_counts ADD COLUMN received INTEGER NOT NULL DEFAULT 0;

UPDATE subuser_counts SET people = 1,
	received = (SELECT count(*) FROM conversations c WHERE c.subuser_id = subuser_counts.subuser_id AND c.inbound > 0);

INSERT INTO user_counts (user_id, subuser_id, unread, mine, listed_to, received)
	SELECT u.id, s.subuser_id, 0, 0, (SELECT coalesce(max(id), 0) FROM conversations), s.received
	FROM users u JOIN subuser_counts s
	WHERE u.sees_all OR EXISTS (SELECT 1 FROM grants g WHERE g.user_id = u.id AND g.subuser_id = s.subuser_id)
	ON CONFLICT DO UPDATE SET listed_to = excluded.listed_to, received = excluded.received;

CREATE INDEX user_counts_listed -- who may have a row in unread of a conversation
	ON user_counts (subuser_id, listed_to);

CREATE INDEX conversations_at -- All, and Unread of somebody to whom much is unread
	ON conversations (last_at, id) WHERE last_message_id <> 0;

CREATE INDEX conversations_all -- those of a subuser in the order in which they began
	ON conversations (subuser_id, id);

DROP TRIGGER conversations_moved;

DROP TRIGGER unread_counted;

DROP TRIGGER read_counted;

DROP INDEX unread_newest;

ALTER TABLE unread RENAME TO old_unread;

CREATE TABLE unread (
	-- The conversations up to user_counts.listed_to that a user has not read to the end. What arrived before the user
	-- could see it counts as read.
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	subuser_id      INTEGER NOT NULL, -- the conversation's
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	read            INTEGER NOT NULL, -- how many messages from the contact the user has read
	PRIMARY KEY (user_id, subuser_id, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX unread_conversation -- who has not read a conversation
	ON unread (conversation_id);

INSERT INTO unread (user_id, subuser_id, conversation_id, read)
	SELECT o.user_id, o.subuser_id, o.conversation_id, max(c.inbound - o.count, 0)
	FROM old_unread o JOIN conversations c ON c.id = o.conversation_id;

DROP TABLE old_unread;

CREATE TABLE read_by (
	-- Who has read a conversation to the end since the last message from the contact: for them the next one makes it
	-- unread again.
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER conversations_received AFTER UPDATE OF inbound ON conversations
WHEN (old.inbound > 0) <> (new.inbound > 0)
BEGIN
	-- Keeps subuser_counts.received, and user_counts.received of those whose list it stands in.
	INSERT INTO subuser_counts (subuser_id, open, done, unanswered, failed, open_failures, received)
		VALUES (new.subuser_id, 0, 0, 0, 0, 0, 1)
		ON CONFLICT DO UPDATE SET received = received + iif(new.inbound > 0, 1, -1);
	UPDATE user_counts SET received = received + iif(new.inbound > 0, 1, -1)
		WHERE subuser_id = new.subuser_id AND listed_to >= new.id;
END;
