-- Notes are found like messages; see 006.
CREATE VIRTUAL TABLE note_search USING fts5 (text, scope, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'ascii');

INSERT INTO search_again (kind, id) SELECT 'note', id FROM notes WHERE deleted_at IS NULL;

CREATE TRIGGER note_search_made AFTER INSERT ON notes
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('note', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER note_search_changed AFTER UPDATE OF text, deleted_at ON notes
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('note', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER note_search_gone AFTER DELETE ON notes
BEGIN
	INSERT INTO search_again (kind, id) VALUES ('note', old.id) ON CONFLICT DO NOTHING;
END;
