-- Whether the sends of a SIM card go on is told by those that were tried lately.
CREATE INDEX replies_tried ON replies (tried_at) WHERE tried_at IS NOT NULL;

-- When a tag was asked for, Unix ms: what waited too long is not sent by itself.
ALTER TABLE tag_requests ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0;
UPDATE tag_requests SET asked_at = coalesce((SELECT at FROM changes WHERE number = tag_requests.id), 0);

-- Forms that were taken, for a day: one that is sent twice does nothing the second time. A reply has its custom_id for that.
CREATE TABLE taken_forms (
	user_id INTEGER NOT NULL,
	sum     BLOB    NOT NULL, -- tells one sending of a form from every other
	at      INTEGER NOT NULL, -- Unix ms
	PRIMARY KEY (user_id, sum)
) STRICT, WITHOUT ROWID;

CREATE INDEX taken_forms_at ON taken_forms (at);

-- Calls of the API that carried an Idempotency-Key and were carried out.
CREATE TABLE idempotency_keys (
	user_id         INTEGER NOT NULL,
	key             TEXT    NOT NULL,
	sum             BLOB    NOT NULL, -- SHA-256 of what was asked for
	at              INTEGER NOT NULL, -- Unix ms
	conversation_id INTEGER NOT NULL, -- that was answered
	PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_at ON idempotency_keys (at);

-- A person has several drafts in one conversation where several pages wrote without knowing of each other.
CREATE TABLE new_drafts (
	id              INTEGER PRIMARY KEY,
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	text            TEXT    NOT NULL,
	version         INTEGER NOT NULL DEFAULT 0, -- another one each time it changes, never used before
	page            TEXT    NOT NULL DEFAULT '' -- that wrote it last
) STRICT;

INSERT INTO new_drafts (conversation_id, user_id, text, version)
	SELECT conversation_id, user_id, text, (SELECT coalesce(max(number), 0) FROM changes) FROM drafts;
DROP TABLE drafts;
ALTER TABLE new_drafts RENAME TO drafts;
CREATE INDEX drafts_conversation ON drafts (conversation_id, user_id);
CREATE INDEX drafts_user ON drafts (user_id, conversation_id);
