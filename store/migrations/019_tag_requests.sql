-- Tags that people here asked TextLink to give a contact.
CREATE TABLE tag_requests (
	id         INTEGER PRIMARY KEY, -- a change number
	contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
	subuser_id INTEGER NOT NULL,    -- through whose account
	user_id    INTEGER NOT NULL,    -- who asked
	tag        TEXT    NOT NULL,
	state      TEXT    NOT NULL,    -- 'queued', 'out' while the call is, 'accepted' until its webhook comes, or 'refused'
	answered_at INTEGER NOT NULL DEFAULT 0, -- Unix ms; 0 before
	reason     TEXT    NOT NULL DEFAULT ''  -- of a refused one
) STRICT;

CREATE INDEX tag_requests_contact ON tag_requests (contact_id, id);
CREATE INDEX tag_requests_due ON tag_requests (id) WHERE state IN ('queued', 'out');

-- The newest that is open or was refused, where every list finds it.
ALTER TABLE contacts ADD COLUMN asked_tag    TEXT NOT NULL DEFAULT ''; -- '' if there is none
ALTER TABLE contacts ADD COLUMN asked_reason TEXT NOT NULL DEFAULT ''; -- why it was refused; '' while it is open

ALTER TABLE tag_changes ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0; -- who asked for it here; 0 if nobody did
