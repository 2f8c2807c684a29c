-- Whether the contact wants no more messages. What decided it last: a word that they sent, by the message's own time, or somebody here.
ALTER TABLE contacts ADD COLUMN opted_out        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN opt_at           INTEGER NOT NULL DEFAULT 0; -- Unix ms; 0 if nothing has
ALTER TABLE contacts ADD COLUMN opt_message      INTEGER NOT NULL DEFAULT 0; -- 0 where somebody did it by hand
ALTER TABLE contacts ADD COLUMN opt_conversation INTEGER NOT NULL DEFAULT 0; -- of the message

-- The words of the account's own that decide it, besides those that everybody knows.
CREATE TABLE opt_words (
	word     TEXT    PRIMARY KEY, -- as texts are compared with it
	written  TEXT    NOT NULL,    -- as the admin wrote it
	position INTEGER NOT NULL,    -- in the admin's list
	out      INTEGER NOT NULL     -- 1 opts out, 0 in again
) STRICT, WITHOUT ROWID;
