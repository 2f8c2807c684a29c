-- Other tools that accepted webhooks are passed on to.
CREATE TABLE targets (
	id            INTEGER PRIMARY KEY,
	name          TEXT    NOT NULL,
	url           TEXT    NOT NULL,
	kinds         TEXT    NOT NULL, -- JSON: which webhooks
	subusers      TEXT    NOT NULL, -- JSON: whose; [] is everybody's
	secret        TEXT    NOT NULL, -- that this target expects in the body; '' for none
	signing_key   TEXT    NOT NULL, -- "whsec_" and base64 (Standard Webhooks)
	nearby        INTEGER NOT NULL DEFAULT 0, -- it may be on a network of one's own, and be spoken to in clear
	paused_at     INTEGER NOT NULL DEFAULT 0, -- Unix ms; 0 while it works
	paused_why    TEXT    NOT NULL DEFAULT '', -- '' if somebody did it
	failing_since INTEGER NOT NULL DEFAULT 0, -- the first failure after the last success, Unix ms
	taken         INTEGER NOT NULL  -- the last delivery that was looked at for it
) STRICT;

-- What a target is still to get, in order for each number: only the first of a number is due. The log of deliveries, which a
-- webhook's own transaction writes, is what this is filled from.
CREATE TABLE forwards (
	target_id    INTEGER NOT NULL REFERENCES targets (id),
	delivery_id  INTEGER NOT NULL,
	phone_number TEXT    NOT NULL,
	attempts     INTEGER NOT NULL DEFAULT 0,
	due_at       INTEGER, -- Unix ms; NULL while an older one of the number waits
	PRIMARY KEY (target_id, delivery_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX forwards_due ON forwards (target_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX forwards_number ON forwards (target_id, phone_number, delivery_id);
CREATE INDEX forwards_delivery ON forwards (delivery_id);

-- What became of each call.
CREATE TABLE forward_attempts (
	id          INTEGER PRIMARY KEY,
	target_id   INTEGER NOT NULL REFERENCES targets (id),
	delivery_id INTEGER NOT NULL, -- 0 for a sample
	kind        TEXT    NOT NULL,
	at          INTEGER NOT NULL, -- Unix ms
	took        INTEGER NOT NULL, -- ms
	status      INTEGER NOT NULL, -- of HTTP; 0 where no answer came
	error       TEXT    NOT NULL, -- '' if it was taken
	answer      BLOB    NOT NULL, -- the beginning of the answer
	gave_up     INTEGER NOT NULL  -- it is not tried again by itself
) STRICT;

CREATE INDEX forward_attempts_target ON forward_attempts (target_id, id);
CREATE INDEX forward_attempts_delivery ON forward_attempts (delivery_id);
