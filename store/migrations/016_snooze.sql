-- conversations.done has a third state: 0 is open, 1 done, 2 snoozed. So every list stays a walk along one value of it.
ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER NOT NULL DEFAULT 0; -- Unix ms; 0 unless snoozed
ALTER TABLE conversations ADD COLUMN snoozed_by    INTEGER NOT NULL DEFAULT 0; -- for whom it is unread when that time comes

CREATE INDEX conversations_snoozed ON conversations (snoozed_until, id) WHERE snoozed_until <> 0;

ALTER TABLE subuser_counts ADD COLUMN snoozed INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER conversations_counted;
CREATE TRIGGER conversations_counted AFTER UPDATE OF done, tag, last_message_id, last_direction, open_failures ON conversations
WHEN (old.last_message_id <> 0) <> (new.last_message_id <> 0) OR old.done <> new.done OR old.tag <> new.tag
	OR old.open_failures <> new.open_failures OR (old.last_direction = 'in') <> (new.last_direction = 'in')
BEGIN
	UPDATE subuser_counts SET open = open - (old.done = 0), done = done - (old.done = 1), snoozed = snoozed - (old.done = 2),
			unanswered = unanswered - (old.done = 0 AND old.last_direction = 'in'),
			failed = failed - (old.open_failures > 0), open_failures = open_failures - old.open_failures
		WHERE subuser_id = old.subuser_id AND old.last_message_id <> 0;
	INSERT INTO subuser_counts (subuser_id, open, done, snoozed, unanswered, failed, open_failures)
		SELECT new.subuser_id, new.done = 0, new.done = 1, new.done = 2, new.done = 0 AND new.last_direction = 'in', new.open_failures > 0, new.open_failures
		WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done, snoozed = snoozed + excluded.snoozed,
			unanswered = unanswered + excluded.unanswered, failed = failed + excluded.failed, open_failures = open_failures + excluded.open_failures;
END;

-- What is not open is one number here.
DROP TRIGGER conversations_tags_counted;
CREATE TRIGGER conversations_tags_counted AFTER UPDATE OF done, tag, last_message_id ON conversations
WHEN (old.last_message_id <> 0) <> (new.last_message_id <> 0) OR old.done <> new.done OR old.tag <> new.tag
BEGIN
	UPDATE tag_counts SET open = open - (old.done = 0), done = done - (old.done <> 0)
		WHERE subuser_id = old.subuser_id AND tag = old.tag AND old.last_message_id <> 0;
	UPDATE tag_totals SET open = open - (old.done = 0), done = done - (old.done <> 0) WHERE tag = old.tag AND old.last_message_id <> 0;
	INSERT INTO tag_counts (tag, subuser_id, open, done) SELECT new.tag, new.subuser_id, new.done = 0, new.done <> 0 WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
	INSERT INTO tag_totals (tag, open, done) SELECT new.tag, new.done = 0, new.done <> 0 WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
	UPDATE subuser_counts SET tags_version = tags_version + 1 WHERE subuser_id = new.subuser_id;
END;
