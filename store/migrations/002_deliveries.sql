-- How many bodies of each kind and outcome arrived in each hour, and between which ids of the log they stand: charts
-- and counts never aggregate the log, and a search by time begins where that time is.
CREATE TABLE delivery_hours (
	hour     INTEGER NOT NULL, -- since 1970
	kind     TEXT    NOT NULL,
	outcome  TEXT    NOT NULL,
	count    INTEGER NOT NULL,
	first_id INTEGER NOT NULL,
	last_id  INTEGER NOT NULL,
	PRIMARY KEY (hour, kind, outcome)
) STRICT, WITHOUT ROWID;

INSERT INTO delivery_hours (hour, kind, outcome, count, first_id, last_id)
	SELECT arrived_at / 3600000, kind, outcome, count(*), min(id), max(id) FROM deliveries GROUP BY 1, 2, 3;

-- The log is read newest first by its id. An index over all of it would slow every webhook down, so only what is rare has
-- one: messages that were stored are found by number through their reports.
CREATE INDEX deliveries_outcome ON deliveries (outcome) WHERE outcome <> 'stored';
CREATE INDEX deliveries_phone_number ON deliveries (phone_number) WHERE kind = 'tag' OR outcome <> 'stored';

-- Requests below /webhooks/ that were refused: a ring (see refusal.go).
CREATE TABLE refusals (
	id             INTEGER PRIMARY KEY,
	at             INTEGER NOT NULL,
	cause          TEXT    NOT NULL,
	address        TEXT    NOT NULL,
	method         TEXT    NOT NULL,
	path           TEXT    NOT NULL, -- tokens blanked
	content_type   TEXT    NOT NULL,
	user_agent     TEXT    NOT NULL,
	content_length INTEGER NOT NULL, -- -1 where the request did not say
	head           BLOB    NOT NULL, -- redacted
	missed         INTEGER NOT NULL, -- refused just before it and not noted
	size           INTEGER NOT NULL  -- in bytes, counted against the ring
) STRICT;

ALTER TABLE changes ADD COLUMN delivery_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE changes ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
