-- The search index. It holds words as words.go cuts and folds them, and who may see them (scope: s0, s6), so that nobody
-- looks through what they cannot see. It is kept up to date behind the writes (see search_index.go), and holds no text.
CREATE VIRTUAL TABLE message_search USING fts5 (text, scope, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'ascii');
CREATE VIRTUAL TABLE contact_search USING fts5 (name, digits, scope, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'ascii');

-- Up to which id everything is in the index.
CREATE TABLE search_positions (
	kind TEXT PRIMARY KEY,
	id   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO search_positions (kind, id) VALUES ('message', 0);

-- What has to be looked at again although it stands below that: the index takes in what is there, and drops what is gone.
CREATE TABLE search_again (
	kind TEXT    NOT NULL,
	id   INTEGER NOT NULL,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

INSERT INTO search_again (kind, id) SELECT DISTINCT 'contact', contact_id FROM conversations;

CREATE TRIGGER message_search_made AFTER INSERT ON messages WHEN new.id <= (SELECT id FROM search_positions WHERE kind = 'message')
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('message', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER message_search_changed AFTER UPDATE OF text, conversation_id ON messages WHEN new.id <= (SELECT id FROM search_positions WHERE kind = 'message')
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('message', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER message_search_gone AFTER DELETE ON messages WHEN old.id <= (SELECT id FROM search_positions WHERE kind = 'message')
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('message', old.id) ON CONFLICT DO NOTHING;
END;

-- A contact is found by whoever has a conversation with it, so it comes in with its first one.
CREATE TRIGGER contact_search_met AFTER INSERT ON conversations
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('contact', new.contact_id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER contact_search_changed AFTER UPDATE OF name, phone_number ON contacts
WHEN new.name <> old.name OR new.phone_number <> old.phone_number
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('contact', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER contact_search_gone AFTER DELETE ON contacts
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('contact', old.id) ON CONFLICT DO NOTHING;
END;
