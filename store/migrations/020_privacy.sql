-- Contacts that were deleted, by nothing but their ids. What is large is removed behind the request, and after a restart
-- that goes on (see deletion.go).
CREATE TABLE deletions (
	id         INTEGER PRIMARY KEY,
	contact_id INTEGER NOT NULL,
	begun_at   INTEGER NOT NULL,          -- Unix ms
	ended_at   INTEGER NOT NULL DEFAULT 0 -- when no file held anything of it any more, Unix ms; 0 before
) STRICT;

CREATE INDEX deletions_pending ON deletions (id) WHERE ended_at = 0;

-- 1 from the moment on at which nobody sees the contact any more. Its number is free for a new contact then.
ALTER TABLE contacts ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;

-- The greatest ids that rows had which are gone. They are not given out again: pages and addresses may still name them.
CREATE TABLE used_ids (
	kind TEXT PRIMARY KEY,
	id   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO used_ids (kind, id) VALUES ('contact', 0), ('conversation', 0);

CREATE TRIGGER contact_id_used AFTER DELETE ON contacts
BEGIN
	UPDATE used_ids SET id = max(id, old.id) WHERE kind = 'contact';
END;

CREATE TRIGGER conversation_id_used AFTER DELETE ON conversations
BEGIN
	UPDATE used_ids SET id = max(id, old.id) WHERE kind = 'conversation';
END;

-- For how long what is kept.
CREATE TABLE retention (
	kind    TEXT PRIMARY KEY,
	days    INTEGER NOT NULL DEFAULT 0, -- 0 is for ever
	ran_at  INTEGER NOT NULL DEFAULT 0, -- when it was last looked through, Unix ms
	removed INTEGER NOT NULL DEFAULT 0  -- how many were removed then
) STRICT, WITHOUT ROWID;

INSERT INTO retention (kind) VALUES ('deliveries'), ('messages'), ('tag_changes'), ('audit');

-- The audit log is still only added to, but for what has become as old as it is to be kept.
DROP TRIGGER audit_not_deleted;
CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM retention WHERE kind = 'audit' AND days > 0 AND old.at < ran_at - days * 86400000)
BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
