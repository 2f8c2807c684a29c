-- Two messages with the same words at the same time differ by SIM card or by ids that not every report has: a unique index
-- cannot tell which of them are repeats, so it only counts those that are alike (see repeat.go).
ALTER TABLE reports ADD COLUMN twin INTEGER NOT NULL DEFAULT 0; -- which of those with the same words at the same time

UPDATE reports SET twin = alike.place - 1
FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id, text_key, kind, timestamp ORDER BY custom_id, textlink_id) AS place
	FROM reports WHERE timestamp IS NOT NULL) alike
WHERE alike.place > 1 AND alike.id = reports.id;

UPDATE reports SET twin = alike.place - 1
FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id, text_key, kind ORDER BY custom_id, textlink_id) AS place
	FROM reports WHERE recent = 1) alike
WHERE alike.place > 1 AND alike.id = reports.id;

DROP INDEX reports_repeat;
DROP INDEX reports_recent;

-- An absent timestamp is never equal to another.
CREATE UNIQUE INDEX reports_repeat ON reports (conversation_id, text_key, kind, timestamp, twin);
CREATE UNIQUE INDEX reports_recent ON reports (conversation_id, text_key, kind, twin) WHERE recent = 1;

-- The webhook whose body the last one that could be told apart looked like: another one's where URLs are swapped.
ALTER TABLE hooks ADD COLUMN looks_like TEXT NOT NULL DEFAULT '';
