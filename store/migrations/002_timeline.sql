CREATE INDEX tag_changes_timeline -- a part of a contact's timeline, however many changes it has
	ON tag_changes (contact_id, at, id);
