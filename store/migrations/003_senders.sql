CREATE INDEX contacts_sender -- the contact of a number; a sender is one contact in capitals and small letters
	ON contacts (phone_number COLLATE NOCASE);

DROP INDEX deliveries_phone_number;

CREATE INDEX deliveries_phone_number -- the log filtered by number; other deliveries are found through their reports
	ON deliveries (phone_number COLLATE NOCASE) WHERE kind = 'tag' OR outcome <> 'stored';

DROP INDEX forwards_number;

CREATE INDEX forwards_number -- which is the next of a number
	ON forwards (target_id, phone_number COLLATE NOCASE, delivery_id);

-- Of each number only the oldest is due, also where its spellings were numbers of their own.
UPDATE forwards SET due_at = NULL WHERE due_at IS NOT NULL AND EXISTS (SELECT 1 FROM forwards f
	WHERE f.target_id = forwards.target_id AND f.phone_number = forwards.phone_number COLLATE NOCASE
		AND f.delivery_id < forwards.delivery_id);
