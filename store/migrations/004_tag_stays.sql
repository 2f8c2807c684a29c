DROP TABLE tag_blocks;

DROP TABLE tag_names;

ALTER TABLE tag_changes ADD COLUMN begun_at INTEGER; -- when the change before it gave the contact from_tag; NULL: unknown

ALTER TABLE tag_changes ADD COLUMN begun_by INTEGER; -- the subuser through whose account that one came

UPDATE tag_changes SET (begun_at, begun_by) = (SELECT p.at, p.subuser_id FROM tag_changes p
	WHERE p.contact_id = tag_changes.contact_id AND p.id < tag_changes.id ORDER BY p.id DESC LIMIT 1);

CREATE INDEX tag_changes_at -- those of a period, newest first, with all that is counted
	ON tag_changes (at, id, subuser_id, from_tag, to_tag, begun_at, begun_by);

CREATE TRIGGER tag_changes_added AFTER INSERT ON tag_changes BEGIN
	-- begun_at and begun_by of the change and of the contact's next one.
	UPDATE tag_changes SET (begun_at, begun_by) = (SELECT p.at, p.subuser_id FROM tag_changes p
		WHERE p.contact_id = new.contact_id AND p.id < new.id ORDER BY p.id DESC LIMIT 1)
	WHERE id = new.id;
	UPDATE tag_changes SET begun_at = new.at, begun_by = new.subuser_id
	WHERE id = (SELECT id FROM tag_changes WHERE contact_id = new.contact_id AND id > new.id ORDER BY id LIMIT 1);
END;

CREATE TRIGGER tag_changes_removed AFTER DELETE ON tag_changes BEGIN
	-- The contact's next change has another one before it now, or none.
	UPDATE tag_changes SET (begun_at, begun_by) = (SELECT p.at, p.subuser_id FROM tag_changes p
		WHERE p.contact_id = old.contact_id AND p.id < old.id ORDER BY p.id DESC LIMIT 1)
	WHERE id = (SELECT id FROM tag_changes WHERE contact_id = old.contact_id AND id > old.id ORDER BY id LIMIT 1);
END;
