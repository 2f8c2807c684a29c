-- Replies that people keep to write them again and again, under a name.
CREATE TABLE canned_replies (
	id      INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, -- who made it
	name    TEXT    NOT NULL,
	text    TEXT    NOT NULL, -- with placeholders
	shared  INTEGER NOT NULL,
	UNIQUE (user_id, name)
) STRICT;

CREATE INDEX canned_replies_shared ON canned_replies (shared) WHERE shared;
