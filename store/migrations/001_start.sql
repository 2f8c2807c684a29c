-- Every number called id of a delivery, report or message is the change number of the write that made it.

-- What lets webhooks in: tokens in their addresses and secrets in their bodies. Of secrets only the SHA-256 is kept.
CREATE TABLE keys (
	id         INTEGER PRIMARY KEY,
	kind       TEXT    NOT NULL,
	label      TEXT    NOT NULL,
	sum        BLOB    NOT NULL,
	token      TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL DEFAULT 0,
	UNIQUE (kind, sum)
) STRICT;

-- What a screen may have to show anew. Pages and sockets resume from a number.
CREATE TABLE changes (
	number          INTEGER PRIMARY KEY,
	at              INTEGER NOT NULL,
	conversation_id INTEGER NOT NULL,
	contact_id      INTEGER NOT NULL,
	subuser_id      INTEGER NOT NULL,
	user_id         INTEGER NOT NULL,
	hook            TEXT    NOT NULL
) STRICT;

-- Every accepted webhook body as it came, the secret blanked.
CREATE TABLE deliveries (
	id           INTEGER PRIMARY KEY,
	kind         TEXT    NOT NULL,
	arrived_at   INTEGER NOT NULL,
	outcome      TEXT    NOT NULL,
	subuser_id   INTEGER NOT NULL,
	phone_number TEXT    NOT NULL,
	body         BLOB    NOT NULL
) STRICT;

-- When each webhook last arrived, so that nobody searches the log for it.
CREATE TABLE hooks (
	kind    TEXT PRIMARY KEY,
	seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
	id           INTEGER PRIMARY KEY,
	phone_number TEXT    NOT NULL UNIQUE,
	name         TEXT    NOT NULL DEFAULT '',
	tag          TEXT    NOT NULL DEFAULT '',
	tagged_at    INTEGER NOT NULL DEFAULT 0 -- when the tag last changed, Unix ms
) STRICT;

CREATE TABLE conversations (
	id              INTEGER PRIMARY KEY,
	subuser_id      INTEGER NOT NULL, -- 0 is the main account
	contact_id      INTEGER NOT NULL REFERENCES contacts (id),
	tag             TEXT    NOT NULL, -- the contact's
	last_message_id INTEGER NOT NULL DEFAULT 0,
	last_text       TEXT    NOT NULL DEFAULT '',
	last_direction  TEXT    NOT NULL DEFAULT '',
	last_state      TEXT    NOT NULL DEFAULT '',
	last_at         INTEGER NOT NULL DEFAULT 0,
	first_at        INTEGER NOT NULL DEFAULT 0,
	inbound         INTEGER NOT NULL DEFAULT 0,
	outbound        INTEGER NOT NULL DEFAULT 0,
	failed          INTEGER NOT NULL DEFAULT 0,
	open_failures   INTEGER NOT NULL DEFAULT 0,
	done            INTEGER NOT NULL DEFAULT 0,
	UNIQUE (contact_id, subuser_id)
) STRICT;

CREATE INDEX conversations_newest ON conversations (last_at, id);
CREATE INDEX conversations_failed ON conversations (last_at, id) WHERE open_failures > 0;

CREATE TABLE messages (
	id              INTEGER PRIMARY KEY,
	conversation_id INTEGER NOT NULL REFERENCES conversations (id),
	direction       TEXT    NOT NULL,
	state           TEXT    NOT NULL,
	text            TEXT    NOT NULL,
	timestamp       INTEGER,
	doubtful        INTEGER NOT NULL,
	arrived_at      INTEGER NOT NULL,
	at              INTEGER NOT NULL,
	sim_card_id     INTEGER,
	portal          INTEGER,
	custom_id       TEXT    NOT NULL,
	textlink_id     INTEGER NOT NULL,
	failed_at       INTEGER,
	dismissed_at    INTEGER
) STRICT;

CREATE INDEX messages_thread ON messages (conversation_id, at, id);

-- What one webhook said about a message. A message is a function of its reports, never of their order.
CREATE TABLE reports (
	id              INTEGER PRIMARY KEY,
	message_id      INTEGER NOT NULL,
	conversation_id INTEGER NOT NULL REFERENCES conversations (id),
	kind            TEXT    NOT NULL,
	text_key        BLOB    NOT NULL, -- identity of the text
	text            TEXT,             -- only where it differs from the message's
	timestamp       INTEGER,
	doubtful        INTEGER NOT NULL,
	arrived_at      INTEGER NOT NULL,
	sim_card_id     INTEGER,
	portal          INTEGER,
	custom_id       TEXT    NOT NULL,
	textlink_id     INTEGER NOT NULL,
	dismissed_at    INTEGER,
	recent          INTEGER NOT NULL -- 1 while the same report without a timestamp would be a repeat
) STRICT;

-- The same report with the same timestamp is a repeat for ever (an absent timestamp is never equal to another).
CREATE UNIQUE INDEX reports_repeat ON reports (conversation_id, text_key, kind, timestamp, custom_id, textlink_id);
-- Without a timestamp it is a repeat while the first one is recent.
CREATE UNIQUE INDEX reports_recent ON reports (conversation_id, text_key, kind, custom_id, textlink_id)
	WHERE recent = 1;
CREATE INDEX reports_custom_id ON reports (conversation_id, custom_id) WHERE custom_id <> '';
CREATE INDEX reports_textlink_id ON reports (conversation_id, textlink_id) WHERE textlink_id <> 0;

CREATE TABLE tag_changes (
	id         INTEGER PRIMARY KEY,
	contact_id INTEGER NOT NULL REFERENCES contacts (id),
	subuser_id INTEGER NOT NULL,
	from_tag   TEXT    NOT NULL,
	to_tag     TEXT    NOT NULL,
	at         INTEGER NOT NULL,
	source     TEXT    NOT NULL
) STRICT;

CREATE INDEX tag_changes_contact ON tag_changes (contact_id, id);

CREATE TABLE users (
	id            INTEGER PRIMARY KEY,
	name          TEXT    NOT NULL UNIQUE COLLATE NOCASE,
	role          TEXT    NOT NULL,
	password_hash TEXT    NOT NULL,
	created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE grants (
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	subuser_id INTEGER NOT NULL,
	PRIMARY KEY (user_id, subuser_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
	id_sum     BLOB PRIMARY KEY, -- SHA-256 of the id in the cookie
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How many of a conversation's inbound messages a person has seen.
CREATE TABLE reads (
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	seen            INTEGER NOT NULL,
	PRIMARY KEY (user_id, conversation_id)
) STRICT, WITHOUT ROWID;
