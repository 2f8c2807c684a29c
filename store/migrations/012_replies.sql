-- What people write here and TextLink sends. Each row is one attempt, and a report of its message: the first one, whose id the
-- message has.
CREATE TABLE replies (
	id              INTEGER PRIMARY KEY, -- of its report and its message
	conversation_id INTEGER NOT NULL REFERENCES conversations (id),
	user_id         INTEGER NOT NULL, -- who wrote it, or tried it again
	text            TEXT    NOT NULL,
	sim_card_id     INTEGER,          -- that was asked for; NULL leaves it to TextLink
	custom_id       TEXT    NOT NULL UNIQUE,
	attempt_of      INTEGER NOT NULL, -- a report of the message that this tries again, 0 if it is the first attempt
	state           TEXT    NOT NULL, -- 'queued', 'out', 'accepted', 'unknown' or 'refused'
	tried_at        INTEGER,          -- when the call went out, Unix ms
	answered_at     INTEGER,          -- when it was known how the call ended, Unix ms
	waiting         INTEGER NOT NULL DEFAULT 0, -- accepted, and the phone is busy or offline
	reason          TEXT    NOT NULL DEFAULT '' -- of a refused or unknown one
) STRICT;

CREATE INDEX replies_thread ON replies (conversation_id, id);
CREATE INDEX replies_due ON replies (id) WHERE state IN ('queued', 'out');
CREATE INDEX replies_attempts ON replies (attempt_of, id) WHERE attempt_of <> 0;

-- 1 while a message is tried again, 2 once a later attempt went out or failed in its place.
ALTER TABLE messages ADD COLUMN retry INTEGER NOT NULL DEFAULT 0;

DROP INDEX messages_open_failures;
CREATE INDEX messages_open_failures ON messages (conversation_id, at, id) WHERE state = 'failed' AND dismissed_at IS NULL AND retry < 2;

-- What somebody has begun to write, on all of their devices.
CREATE TABLE drafts (
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	text            TEXT    NOT NULL,
	PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE preferences ADD COLUMN send TEXT NOT NULL DEFAULT 'enter'; -- or 'ctrl': which key sends
