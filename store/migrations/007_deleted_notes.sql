-- A deleted note is kept for a while, so that deleting can be undone.
ALTER TABLE notes ADD COLUMN deleted_at INTEGER; -- Unix ms

CREATE INDEX notes_deleted ON notes (deleted_at) WHERE deleted_at IS NOT NULL;
