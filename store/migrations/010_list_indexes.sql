-- Lists never show conversations without a message. Indexes that leave them out spare a look at the row of every
-- conversation that is passed over on the way, and those rows lie all over the file.
DROP INDEX conversations_newest;
DROP INDEX conversations_subuser;
DROP INDEX conversations_tag;
DROP INDEX conversations_sim_card;
DROP INDEX conversations_unanswered;
DROP INDEX conversations_waiting;
DROP INDEX conversations_failed;
DROP INDEX conversations_assignee;
CREATE INDEX conversations_newest ON conversations (done, last_at, id) WHERE last_message_id <> 0;
CREATE INDEX conversations_subuser ON conversations (subuser_id, done, last_at, id) WHERE last_message_id <> 0;
CREATE INDEX conversations_tag ON conversations (tag, done, last_at, id) WHERE last_message_id <> 0;
CREATE INDEX conversations_sim_card ON conversations (sim_card_id, done, last_at, id) WHERE last_message_id <> 0;
CREATE INDEX conversations_unanswered ON conversations (last_at, id) WHERE last_message_id <> 0 AND done = 0 AND last_direction = 'in';
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE last_message_id <> 0 AND done = 0 AND last_direction = 'in';
CREATE INDEX conversations_failed ON conversations (last_at, id) WHERE last_message_id <> 0 AND open_failures > 0;
CREATE INDEX conversations_assignee ON conversations (assignee_id, done, last_at, id) WHERE last_message_id <> 0 AND assignee_id <> 0;

-- Grows whenever a number in the subuser's tag_counts changes, so that these can be kept in memory (see tag_tally.go).
ALTER TABLE subuser_counts ADD COLUMN tags_version INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER conversations_tags_counted;
CREATE TRIGGER conversations_tags_counted AFTER UPDATE OF done, tag, last_message_id ON conversations
WHEN (old.last_message_id <> 0) <> (new.last_message_id <> 0) OR old.done <> new.done OR old.tag <> new.tag
BEGIN
	UPDATE tag_counts SET open = open - (NOT old.done), done = done - old.done
		WHERE subuser_id = old.subuser_id AND tag = old.tag AND old.last_message_id <> 0;
	UPDATE tag_totals SET open = open - (NOT old.done), done = done - old.done WHERE tag = old.tag AND old.last_message_id <> 0;
	INSERT INTO tag_counts (tag, subuser_id, open, done) SELECT new.tag, new.subuser_id, NOT new.done, new.done WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
	INSERT INTO tag_totals (tag, open, done) SELECT new.tag, NOT new.done, new.done WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
	UPDATE subuser_counts SET tags_version = tags_version + 1 WHERE subuser_id = new.subuser_id;
END;
