-- The schema as it is. Written by make docs; what changes it are the files in migrations.

CREATE TABLE migration (
	-- The migrations that this database has.
	name    TEXT PRIMARY KEY, -- of the file, without .sql
	applied INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
	-- Webhook keys: URL tokens and secrets that authenticate a webhook. Several are valid at once.
	id         INTEGER PRIMARY KEY,
	kind       TEXT    NOT NULL, -- 'token' (in the URL) or 'secret' (in the body)
	label      TEXT    NOT NULL,
	sum        BLOB    NOT NULL, -- SHA-256 of the token or secret
	token      TEXT    NOT NULL, -- the token itself, to show its URL; '' for a secret
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL DEFAULT 0, -- when it last authenticated a webhook
	UNIQUE (kind, sum)
) STRICT;

CREATE TABLE deliveries (
	-- The log of accepted webhook requests, each body as it came with the secret blanked.
	id           INTEGER PRIMARY KEY,
	kind         TEXT    NOT NULL, -- 'received', 'sent', 'failed' or 'tag': which webhook
	arrived_at   INTEGER NOT NULL,
	outcome      TEXT    NOT NULL, -- 'stored', 'duplicate', 'unparsed' or 'test'
	subuser_id   INTEGER NOT NULL,
	phone_number TEXT    NOT NULL,
	body         BLOB    NOT NULL
) STRICT;

CREATE INDEX deliveries_outcome -- the log filtered by an outcome
	ON deliveries (outcome) WHERE outcome <> 'stored';

CREATE INDEX deliveries_phone_number -- the log filtered by number; other deliveries are found through their reports
	ON deliveries (phone_number COLLATE NOCASE) WHERE kind = 'tag' OR outcome <> 'stored';

CREATE TABLE delivery_hours (
	-- Deliveries counted by hour, kind and outcome, with the ids between which they stand: charts and counts never
	-- aggregate the log, and a search by time or kind begins where that is.
	hour     INTEGER NOT NULL, -- hours since 1970
	kind     TEXT    NOT NULL,
	outcome  TEXT    NOT NULL,
	count    INTEGER NOT NULL,
	first_id INTEGER NOT NULL,
	last_id  INTEGER NOT NULL,
	PRIMARY KEY (hour, kind, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE hooks (
	-- When each webhook last arrived, so that nobody searches the log for it.
	kind       TEXT PRIMARY KEY,
	seen_at    INTEGER NOT NULL,
	looks_like TEXT    NOT NULL DEFAULT '' -- the kind that its last clear body is of: another one if URLs are swapped
) STRICT, WITHOUT ROWID;

CREATE TABLE refusals (
	-- Rejected requests to webhook URLs. The oldest go when there are too many (see refusal.go).
	id             INTEGER PRIMARY KEY,
	at             INTEGER NOT NULL,
	cause          TEXT    NOT NULL, -- 'credentials', 'not_json', 'too_large' or 'cut_off'
	address        TEXT    NOT NULL,
	method         TEXT    NOT NULL,
	path           TEXT    NOT NULL, -- tokens blanked
	content_type   TEXT    NOT NULL,
	user_agent     TEXT    NOT NULL,
	content_length INTEGER NOT NULL, -- -1 where the request did not say
	head           BLOB    NOT NULL, -- the beginning of the body, redacted
	missed         INTEGER NOT NULL, -- how many were rejected just before it and not stored
	size           INTEGER NOT NULL  -- bytes that count against the limit
) STRICT;

CREATE TABLE changes (
	-- The newest change numbers and what screens have to refresh for each, without content. Pages and sockets resume
	-- from a number. The oldest are pruned.
	number          INTEGER PRIMARY KEY,
	at              INTEGER NOT NULL,
	conversation_id INTEGER NOT NULL, -- its messages or summary changed
	contact_id      INTEGER NOT NULL, -- its name, tag or tag changes changed
	subuser_id      INTEGER NOT NULL,
	user_id         INTEGER NOT NULL, -- not 0: it concerns this user only
	hook            TEXT    NOT NULL, -- the kind of the webhook that arrived
	delivery_id     INTEGER NOT NULL DEFAULT 0, -- the delivery that arrived or was processed again
	refused         INTEGER NOT NULL DEFAULT 0, -- 1: requests to webhook URLs were rejected
	settings        INTEGER NOT NULL DEFAULT 0, -- 1: saved views changed, 2: names did; both stand on every page
	preferences     INTEGER NOT NULL DEFAULT 0  -- 1: the user changed preferences
) STRICT;

CREATE TABLE contacts (
	-- Phone numbers and senders, with what is known of each whichever subuser writes to it.
	id               INTEGER PRIMARY KEY,
	phone_number     TEXT    NOT NULL UNIQUE,
	name             TEXT    NOT NULL DEFAULT '',
	tag              TEXT    NOT NULL DEFAULT '', -- the newest of tag_changes
	tagged_at        INTEGER NOT NULL DEFAULT 0,
	opted_out        INTEGER NOT NULL DEFAULT 0, -- 1: wants no more messages
	opt_at           INTEGER NOT NULL DEFAULT 0, -- when that was last decided: the time of the message, or of the click
	opt_message      INTEGER NOT NULL DEFAULT 0, -- the message that decided it; 0 if a user did
	opt_conversation INTEGER NOT NULL DEFAULT 0, -- the conversation of that message
	asked_tag        TEXT    NOT NULL DEFAULT '', -- of the newest of tag_requests that is open or was refused
	asked_reason     TEXT    NOT NULL DEFAULT '', -- why it was refused; '' while it is open
	deleted          INTEGER NOT NULL DEFAULT 0  -- 1 while it is being deleted: nobody sees it, and its number is free
) STRICT;

CREATE INDEX contacts_sender -- the contact of a number; a sender is one contact in capitals and small letters
	ON contacts (phone_number COLLATE NOCASE);

CREATE TRIGGER contact_id_used AFTER DELETE ON contacts
BEGIN
	-- Keeps used_ids.
	UPDATE used_ids SET id = max(id, old.id) WHERE kind = 'contact';
END;

CREATE TRIGGER contact_search_changed AFTER UPDATE OF name, phone_number ON contacts
WHEN new.name <> old.name OR new.phone_number <> old.phone_number
BEGIN
	-- Keeps search_again.
	INSERT INTO search_again (kind, id) VALUES ('contact', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER contact_search_gone AFTER DELETE ON contacts
BEGIN
	-- Keeps search_again.
	INSERT INTO search_again (kind, id) VALUES ('contact', old.id) ON CONFLICT DO NOTHING;
END;

CREATE TABLE conversations (
	-- One contact through one subuser, with a summary of its messages, so that a list reads one row a line. Lists and
	-- counts leave out conversations without messages (last_message_id = 0).
	id              INTEGER PRIMARY KEY,
	subuser_id      INTEGER NOT NULL,
	contact_id      INTEGER NOT NULL REFERENCES contacts (id),
	tag             TEXT    NOT NULL, -- the contact's
	last_message_id INTEGER NOT NULL DEFAULT 0,
	last_text       TEXT    NOT NULL DEFAULT '', -- the beginning of its text
	last_direction  TEXT    NOT NULL DEFAULT '',
	last_state      TEXT    NOT NULL DEFAULT '',
	last_at         INTEGER NOT NULL DEFAULT 0,
	first_at        INTEGER NOT NULL DEFAULT 0,
	inbound         INTEGER NOT NULL DEFAULT 0, -- how many messages
	outbound        INTEGER NOT NULL DEFAULT 0, -- how many messages
	failed          INTEGER NOT NULL DEFAULT 0, -- how many messages
	open_failures   INTEGER NOT NULL DEFAULT 0, -- how many of them are neither dismissed nor retried
	done            INTEGER NOT NULL DEFAULT 0, -- the status: 0 open, 1 done, 2 snoozed
	assignee_id     INTEGER NOT NULL DEFAULT 0, -- a user; 0 is nobody
	sim_card_id     INTEGER,                    -- of the newest message that names one
	waiting_since   INTEGER NOT NULL DEFAULT 0, -- the first message after our last one; 0 while the last one is ours
	snoozed_until   INTEGER NOT NULL DEFAULT 0, -- 0 unless snoozed
	snoozed_by      INTEGER NOT NULL DEFAULT 0, people INTEGER NOT NULL DEFAULT 0, -- the user for whom it is unread when that time comes
	UNIQUE (contact_id, subuser_id)
) STRICT;

CREATE INDEX conversations_newest -- Inbox, Done and Snoozed of all subusers
	ON conversations (done, last_at, id) WHERE last_message_id <> 0;

CREATE INDEX conversations_subuser -- the same of one subuser
	ON conversations (subuser_id, done, last_at, id) WHERE last_message_id <> 0;

CREATE INDEX conversations_tag -- the same with one tag; also the conversations of a tag that is counted
	ON conversations (tag, done, last_at, id) WHERE last_message_id <> 0;

CREATE INDEX conversations_sim_card -- the same through one SIM card
	ON conversations (sim_card_id, done, last_at, id) WHERE last_message_id <> 0;

CREATE INDEX conversations_unanswered -- Unanswered, newest first
	ON conversations (last_at, id) WHERE last_message_id <> 0 AND done = 0 AND last_direction = 'in';

CREATE INDEX conversations_waiting -- Unanswered, those that have waited longest first
	ON conversations (waiting_since, id) WHERE last_message_id <> 0 AND done = 0 AND last_direction = 'in';

CREATE INDEX conversations_failed -- Failed
	ON conversations (last_at, id) WHERE last_message_id <> 0 AND open_failures > 0;

CREATE INDEX conversations_assignee -- Mine, and the filter by assignee
	ON conversations (assignee_id, done, last_at, id) WHERE last_message_id <> 0 AND assignee_id <> 0;

CREATE INDEX conversations_snoozed -- which conversation is to be opened again next
	ON conversations (snoozed_until, id) WHERE snoozed_until <> 0;

CREATE INDEX conversations_at -- All, and Unread of somebody to whom much is unread
	ON conversations (last_at, id) WHERE last_message_id <> 0;

CREATE INDEX conversations_all -- those of a subuser in the order in which they began
	ON conversations (subuser_id, id);

CREATE TRIGGER conversation_id_used AFTER DELETE ON conversations
BEGIN
	-- Keeps used_ids.
	UPDATE used_ids SET id = max(id, old.id) WHERE kind = 'conversation';
END;

CREATE TRIGGER conversations_assigned AFTER UPDATE OF assignee_id, done ON conversations
WHEN old.assignee_id <> new.assignee_id OR old.done <> new.done
BEGIN
	-- Keeps user_counts.mine of the old and the new assignee.
	UPDATE user_counts SET mine = mine - (NOT old.done)
		WHERE user_id = old.assignee_id AND subuser_id = old.subuser_id;
	INSERT INTO user_counts (user_id, subuser_id, unread, mine)
		SELECT new.assignee_id, new.subuser_id, 0, NOT new.done WHERE new.assignee_id <> 0
		ON CONFLICT DO UPDATE SET mine = mine + excluded.mine;
END;

CREATE TRIGGER conversations_sim_cards AFTER UPDATE OF sim_card_id ON conversations
WHEN new.sim_card_id IS NOT old.sim_card_id
BEGIN
	-- Keeps subuser_sim_cards.
	UPDATE subuser_sim_cards SET conversations = conversations - 1
		WHERE subuser_id = old.subuser_id AND sim_card_id = old.sim_card_id;
	INSERT INTO subuser_sim_cards (subuser_id, sim_card_id, conversations)
		SELECT new.subuser_id, new.sim_card_id, 1 WHERE new.sim_card_id IS NOT NULL
		ON CONFLICT DO UPDATE SET conversations = conversations + 1;
END;

CREATE TRIGGER conversations_counted AFTER UPDATE
	OF done, tag, last_message_id, last_direction, open_failures ON conversations
WHEN (old.last_message_id <> 0) <> (new.last_message_id <> 0) OR old.done <> new.done OR old.tag <> new.tag
	OR old.open_failures <> new.open_failures OR (old.last_direction = 'in') <> (new.last_direction = 'in')
BEGIN
	-- Keeps subuser_counts: takes the conversation out as it was and puts it in as it is.
	UPDATE subuser_counts SET open = open - (old.done = 0), done = done - (old.done = 1),
			snoozed = snoozed - (old.done = 2), unanswered = unanswered - (old.done = 0 AND old.last_direction = 'in'),
			failed = failed - (old.open_failures > 0), open_failures = open_failures - old.open_failures
		WHERE subuser_id = old.subuser_id AND old.last_message_id <> 0;
	INSERT INTO subuser_counts (subuser_id, open, done, snoozed, unanswered, failed, open_failures)
		SELECT new.subuser_id, new.done = 0, new.done = 1, new.done = 2, new.done = 0 AND new.last_direction = 'in',
			new.open_failures > 0, new.open_failures
		WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done,
			snoozed = snoozed + excluded.snoozed, unanswered = unanswered + excluded.unanswered,
			failed = failed + excluded.failed, open_failures = open_failures + excluded.open_failures;
END;

CREATE TRIGGER conversations_tags_counted AFTER UPDATE OF done, tag, last_message_id ON conversations
WHEN (old.last_message_id <> 0) <> (new.last_message_id <> 0) OR old.done <> new.done OR old.tag <> new.tag
BEGIN
	-- Keeps tag_counts and tag_totals, and the version of what is cached of them.
	UPDATE tag_counts SET open = open - (old.done = 0), done = done - (old.done <> 0)
		WHERE subuser_id = old.subuser_id AND tag = old.tag AND old.last_message_id <> 0;
	UPDATE tag_totals SET open = open - (old.done = 0), done = done - (old.done <> 0)
		WHERE tag = old.tag AND old.last_message_id <> 0;
	INSERT INTO tag_counts (tag, subuser_id, open, done)
		SELECT new.tag, new.subuser_id, new.done = 0, new.done <> 0 WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
	INSERT INTO tag_totals (tag, open, done) SELECT new.tag, new.done = 0, new.done <> 0 WHERE new.last_message_id <> 0
		ON CONFLICT DO UPDATE SET open = open + excluded.open, done = done + excluded.done;
	UPDATE subuser_counts SET tags_version = tags_version + 1 WHERE subuser_id = new.subuser_id;
END;

CREATE TRIGGER contact_search_met AFTER INSERT ON conversations
BEGIN
	-- Keeps search_again: a contact is found by whoever has a conversation with it, so each new one counts.
	INSERT INTO search_again (kind, id) VALUES ('contact', new.contact_id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER conversations_received AFTER UPDATE OF inbound ON conversations
WHEN (old.inbound > 0) <> (new.inbound > 0)
BEGIN
	-- Keeps subuser_counts.received, and user_counts.received of those whose list it stands in.
	INSERT INTO subuser_counts (subuser_id, open, done, unanswered, failed, open_failures, received)
		VALUES (new.subuser_id, 0, 0, 0, 0, 0, 1)
		ON CONFLICT DO UPDATE SET received = received + iif(new.inbound > 0, 1, -1);
	UPDATE user_counts SET received = received + iif(new.inbound > 0, 1, -1)
		WHERE subuser_id = new.subuser_id AND listed_to >= new.id;
END;

CREATE TABLE messages (
	-- Messages as they are shown: each is computed from its reports by match.go, whatever the order in which they came.
	id              INTEGER PRIMARY KEY, -- of its first report
	conversation_id INTEGER NOT NULL REFERENCES conversations (id),
	direction       TEXT    NOT NULL, -- 'in' or 'out'
	state           TEXT    NOT NULL, -- 'received', 'queued', 'sending', 'accepted', 'unknown', 'sent' or 'failed'
	text            TEXT    NOT NULL,
	timestamp       INTEGER,          -- as the provider says
	doubtful        INTEGER NOT NULL, -- 1: the timestamp cannot be true
	arrived_at      INTEGER NOT NULL,
	at              INTEGER NOT NULL, -- its place in the thread: timestamp, or arrived_at if that is absent or doubtful
	sim_card_id     INTEGER,
	portal          INTEGER,          -- as the provider says
	custom_id       TEXT    NOT NULL, -- ours, for a message sent here or through the provider's API
	textlink_id     INTEGER NOT NULL, -- the provider's
	failed_at       INTEGER,
	dismissed_at    INTEGER,          -- when a user dismissed the failure
	retry           INTEGER NOT NULL DEFAULT 0 -- 1 while it is sent again, 2 once a later attempt took its place
) STRICT;

CREATE INDEX messages_thread -- a thread, a part at a time; the newest message of a conversation
	ON messages (conversation_id, at, id);

CREATE INDEX messages_out -- the newest outbound message, however often the contact has written since
	ON messages (conversation_id, at, id) WHERE direction = 'out';

CREATE INDEX messages_open_failures -- the open failures of a conversation
	ON messages (conversation_id, at, id) WHERE state = 'failed' AND dismissed_at IS NULL AND retry < 2;

CREATE TRIGGER message_search_made AFTER INSERT ON messages
WHEN new.id <= (SELECT id FROM search_positions WHERE kind = 'message')
BEGIN
	-- Keeps search_again: a message with an old number, as a delivery that is processed again has.
	INSERT INTO search_again (kind, id) VALUES ('message', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER message_search_changed AFTER UPDATE OF text, conversation_id ON messages
WHEN new.id <= (SELECT id FROM search_positions WHERE kind = 'message')
BEGIN
	-- Keeps search_again.
	INSERT INTO search_again (kind, id) VALUES ('message', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER message_search_gone AFTER DELETE ON messages
WHEN old.id <= (SELECT id FROM search_positions WHERE kind = 'message')
BEGIN
	-- Keeps search_again.
	INSERT INTO search_again (kind, id) VALUES ('message', old.id) ON CONFLICT DO NOTHING;
END;

CREATE TABLE reports (
	-- What one delivery says about a message; a reply's own attempt is a report as well. Input of match.go.
	id              INTEGER PRIMARY KEY, -- of its delivery
	message_id      INTEGER NOT NULL, -- the message that it belongs to, as computed
	conversation_id INTEGER NOT NULL REFERENCES conversations (id),
	kind            TEXT    NOT NULL, -- 'received', 'sent' or 'failed'
	text_key        BLOB    NOT NULL, -- identifies the text
	text            TEXT,             -- only where it differs from the message's
	timestamp       INTEGER,
	doubtful        INTEGER NOT NULL,
	arrived_at      INTEGER NOT NULL,
	sim_card_id     INTEGER,
	portal          INTEGER,
	custom_id       TEXT    NOT NULL,
	textlink_id     INTEGER NOT NULL,
	dismissed_at    INTEGER,
	recent          INTEGER NOT NULL, -- 1 while the same report without a timestamp would be a duplicate
	twin            INTEGER NOT NULL DEFAULT 0 -- numbers reports with one text and time that are no duplicates
) STRICT;

CREATE INDEX reports_custom_id -- reports of the same message, for match.go
	ON reports (conversation_id, custom_id) WHERE custom_id <> '';

CREATE INDEX reports_textlink_id -- the same
	ON reports (conversation_id, textlink_id) WHERE textlink_id <> 0;

CREATE UNIQUE INDEX reports_repeat -- a duplicate, for ever (NULL timestamps never equal each other); see repeat.go
	ON reports (conversation_id, text_key, kind, timestamp, twin);

CREATE UNIQUE INDEX reports_recent -- a duplicate without a timestamp, while the first one is recent
	ON reports (conversation_id, text_key, kind, twin) WHERE recent = 1;

CREATE TABLE used_ids (
	-- The greatest ids that deleted rows had. They are not given out again: pages and URLs may still name them.
	kind TEXT PRIMARY KEY, -- 'contact' or 'conversation'
	id   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
	-- What users tell each other about a conversation; never sent.
	id              INTEGER PRIMARY KEY,
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL, -- the author, who may be gone
	text            TEXT    NOT NULL,
	at              INTEGER NOT NULL,
	deleted_at      INTEGER -- NULL unless deleted; kept for a while, so that it can be undone
) STRICT;

CREATE INDEX notes_thread -- the notes among the messages of a thread
	ON notes (conversation_id, at, id);

CREATE INDEX notes_deleted -- deleted notes whose time to undo is over
	ON notes (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TRIGGER note_search_made AFTER INSERT ON notes
BEGIN
	-- Keeps search_again.
	INSERT INTO search_again (kind, id) VALUES ('note', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER note_search_changed AFTER UPDATE OF text, deleted_at ON notes
BEGIN
	-- Keeps search_again.
	INSERT INTO search_again (kind, id) VALUES ('note', new.id) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER note_search_gone AFTER DELETE ON notes
BEGIN
	-- Keeps search_again.
	INSERT INTO search_again (kind, id) VALUES ('note', old.id) ON CONFLICT DO NOTHING;
END;

CREATE TABLE replies (
	-- The outbox: messages written here. Each row is one attempt, and the first one of a message gives it its id.
	id              INTEGER PRIMARY KEY, -- of its report
	conversation_id INTEGER NOT NULL REFERENCES conversations (id),
	user_id         INTEGER NOT NULL, -- the author, or who sent it again
	text            TEXT    NOT NULL,
	sim_card_id     INTEGER,          -- requested; NULL leaves the choice to the provider
	custom_id       TEXT    NOT NULL UNIQUE, -- deduplicates the form and finds the webhooks of this attempt
	attempt_of      INTEGER NOT NULL, -- a report of the message that this sends again; 0 for the first attempt
	state           TEXT    NOT NULL, -- 'queued', 'out', 'accepted', 'unknown' or 'refused'
	tried_at        INTEGER,          -- when the call began
	answered_at     INTEGER,          -- when it was known how the call ended
	waiting         INTEGER NOT NULL DEFAULT 0, -- 1: accepted, and the phone is busy or offline
	reason          TEXT    NOT NULL DEFAULT '' -- why it is refused, unknown or held
) STRICT;

CREATE INDEX replies_thread -- the replies among the messages of a thread
	ON replies (conversation_id, id);

CREATE INDEX replies_due -- what the outbox has to send
	ON replies (id) WHERE state IN ('queued', 'out');

CREATE INDEX replies_attempts -- the further attempts of a message
	ON replies (attempt_of, id) WHERE attempt_of <> 0;

CREATE INDEX replies_tried -- the latest attempts, which show whether a SIM card still sends
	ON replies (tried_at) WHERE tried_at IS NOT NULL;

CREATE TABLE drafts (
	-- What a user has begun to write, on all devices. There are several in one conversation where pages wrote without
	-- knowing of each other.
	id              INTEGER PRIMARY KEY,
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	text            TEXT    NOT NULL,
	version         INTEGER NOT NULL DEFAULT 0, -- a new number with each change
	page            TEXT    NOT NULL DEFAULT '' -- the page that wrote it last
) STRICT;

CREATE INDEX drafts_conversation -- the drafts of a thread
	ON drafts (conversation_id, user_id);

CREATE INDEX drafts_user -- which rows of a list have a draft of the user
	ON drafts (user_id, conversation_id);

CREATE TABLE canned_replies (
	-- Texts that users keep to send them again, under a name.
	id      INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, -- the author
	name    TEXT    NOT NULL,
	text    TEXT    NOT NULL, -- with placeholders
	shared  INTEGER NOT NULL, -- 1: for all users
	UNIQUE (user_id, name)
) STRICT;

CREATE INDEX canned_replies_shared -- those of others that a user is offered
	ON canned_replies (shared) WHERE shared;

CREATE TABLE opt_words (
	-- The admins' own opt-out and opt-in words, besides the common ones.
	word     TEXT    PRIMARY KEY, -- folded as texts are to compare them
	written  TEXT    NOT NULL,    -- as an admin wrote it
	position INTEGER NOT NULL,    -- in the admins' list
	out      INTEGER NOT NULL     -- 1 opts out, 0 opts in
) STRICT, WITHOUT ROWID;

CREATE TABLE taken_forms (
	-- Forms that were processed in the last day: one that is sent twice does nothing the second time. (For a reply its
	-- custom_id does this.)
	user_id INTEGER NOT NULL,
	sum     BLOB    NOT NULL, -- identifies one form as rendered
	at      INTEGER NOT NULL,
	PRIMARY KEY (user_id, sum)
) STRICT, WITHOUT ROWID;

CREATE INDEX taken_forms_at -- those to be removed
	ON taken_forms (at);

CREATE TABLE idempotency_keys (
	-- API calls of the last day that carried an Idempotency-Key and succeeded.
	user_id         INTEGER NOT NULL,
	key             TEXT    NOT NULL,
	sum             BLOB    NOT NULL, -- SHA-256 of the request: another one with the same key is an error
	at              INTEGER NOT NULL,
	conversation_id INTEGER NOT NULL, -- the answer
	PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_at -- those to be removed
	ON idempotency_keys (at);

CREATE TABLE tag_changes (
	-- Every change of a contact's tag.
	id         INTEGER PRIMARY KEY,
	contact_id INTEGER NOT NULL REFERENCES contacts (id),
	subuser_id INTEGER NOT NULL, -- through whose account it came
	from_tag   TEXT    NOT NULL, -- '' is no tag
	to_tag     TEXT    NOT NULL,
	at         INTEGER NOT NULL,
	source     TEXT    NOT NULL, -- how it became known: see tag.go
	user_id    INTEGER NOT NULL DEFAULT 0 -- the user who requested it here; 0 if nobody did
, begun_at INTEGER, begun_by INTEGER) STRICT;

CREATE INDEX tag_changes_contact -- the timeline of a contact
	ON tag_changes (contact_id, id);

CREATE INDEX tag_changes_timeline -- a part of a contact's timeline, however many changes it has
	ON tag_changes (contact_id, at, id);

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

CREATE TABLE tag_requests (
	-- Tags that users asked the provider to give a contact.
	id          INTEGER PRIMARY KEY,
	contact_id  INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
	subuser_id  INTEGER NOT NULL, -- through whose account
	user_id     INTEGER NOT NULL, -- who asked
	tag         TEXT    NOT NULL,
	state       TEXT    NOT NULL, -- 'queued', 'out' during the call, 'accepted' until its webhook comes, or 'refused'
	answered_at INTEGER NOT NULL DEFAULT 0,
	reason      TEXT    NOT NULL DEFAULT '', -- of a refused one
	asked_at    INTEGER NOT NULL DEFAULT 0 -- what waited too long is not sent by itself
) STRICT;

CREATE INDEX tag_requests_contact -- the newest one of a contact
	ON tag_requests (contact_id, id);

CREATE INDEX tag_requests_due -- what tag sync has to send
	ON tag_requests (id) WHERE state IN ('queued', 'out');

CREATE TABLE users (
	-- Who signs in.
	id                   INTEGER PRIMARY KEY,
	name                 TEXT    NOT NULL UNIQUE COLLATE NOCASE, -- unique in any script by user_name.go
	role                 TEXT    NOT NULL, -- 'admin' or 'agent'
	password_hash        TEXT    NOT NULL, -- '' until an invited user has chosen a password
	created_at           INTEGER NOT NULL,
	sees_all             INTEGER NOT NULL DEFAULT 0, -- 1: every subuser, also future ones; always for admins
	read_only            INTEGER NOT NULL DEFAULT 0, -- 1: changes nothing that others see
	disabled_at          INTEGER NOT NULL DEFAULT 0, -- 0 while the user may sign in
	second_factor_needed INTEGER NOT NULL DEFAULT 0, -- 1: an admin requires one
	totp_key             TEXT    NOT NULL DEFAULT '', -- '' without a second factor
	totp_offered         TEXT    NOT NULL DEFAULT '', -- shown, and not confirmed with a code yet
	totp_step            INTEGER NOT NULL DEFAULT 0  -- of the last code that was accepted, which is not accepted again
) STRICT;

CREATE TABLE grants (
	-- The subusers that a user may see who does not see all.
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	subuser_id INTEGER NOT NULL,
	PRIMARY KEY (user_id, subuser_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
	-- Browsers that are signed in.
	id         INTEGER PRIMARY KEY,
	sum        BLOB    NOT NULL UNIQUE, -- SHA-256 of the id in the cookie
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	halfway    INTEGER NOT NULL, -- 1: the second factor is pending
	device     TEXT    NOT NULL, -- what the browser calls itself
	address    TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_user -- the sessions of a user, to show or end them
	ON sessions (user_id);

CREATE TABLE links (
	-- One-time links for users without a password, or who lost it. A user has at most one.
	user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	sum        BLOB    NOT NULL UNIQUE, -- SHA-256 of the token in the URL
	expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
	-- Codes that replace the second factor once each.
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	sum     BLOB    NOT NULL, -- SHA-256 of the code
	PRIMARY KEY (user_id, sum)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
	-- Browsers in which a user has signed in: guessing elsewhere does not keep the user out of these.
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	sum     BLOB    NOT NULL, -- SHA-256 of what the device's cookie holds
	seen_at INTEGER NOT NULL,
	PRIMARY KEY (user_id, sum)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_tokens (
	-- Tokens with which programs act in a user's name.
	id         INTEGER PRIMARY KEY,
	user_id    INTEGER NOT NULL REFERENCES users (id),
	label      TEXT    NOT NULL,
	sum        BLOB    NOT NULL UNIQUE, -- SHA-256 of the token
	created_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL, -- 0 is never
	used_at    INTEGER NOT NULL DEFAULT 0 -- to some minutes
) STRICT;

CREATE INDEX api_tokens_user -- the tokens of a user
	ON api_tokens (user_id);

CREATE TABLE preferences (
	-- How a user wants Tagline to look and behave. Every user has a row; the defaults stand here and nowhere else.
	user_id     INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	theme       TEXT    NOT NULL DEFAULT 'auto',
	time_format TEXT    NOT NULL DEFAULT 'auto',
	density     TEXT    NOT NULL DEFAULT 'comfortable',
	sound       INTEGER NOT NULL DEFAULT 0,
	shortcuts   INTEGER NOT NULL DEFAULT 1,
	desktop     INTEGER NOT NULL DEFAULT 0, -- 1: desktop notifications
	notify_text INTEGER NOT NULL DEFAULT 0, -- 1: with the text of the message
	notify_some INTEGER NOT NULL DEFAULT 0, -- 1: only for the views in notify_views
	send        TEXT    NOT NULL DEFAULT 'enter' -- or 'ctrl': which key sends
) STRICT;

CREATE TABLE names (
	-- Names that admins give to what the provider only numbers.
	kind TEXT    NOT NULL, -- 'subuser' or 'sim_card'
	id   INTEGER NOT NULL,
	name TEXT    NOT NULL,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_views (
	-- Filters of the list that users keep under a name.
	id      INTEGER PRIMARY KEY,
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	name    TEXT    NOT NULL,
	query   TEXT    NOT NULL, -- of the list's URL
	shared  INTEGER NOT NULL, -- 1: for all users
	at      INTEGER NOT NULL,
	UNIQUE (user_id, name)
) STRICT;

CREATE INDEX saved_views_shared -- those of others that a user is offered
	ON saved_views (shared) WHERE shared;

CREATE TABLE notify_views (
	-- The views that a user is notified of where that is not all.
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	view_id INTEGER NOT NULL REFERENCES saved_views (id) ON DELETE CASCADE,
	PRIMARY KEY (user_id, view_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX notify_views_view -- what goes with a view that is deleted
	ON notify_views (view_id);

CREATE TABLE push_keys (
	-- The key pair that identifies this Tagline to push services (VAPID), base64url. Made at the first start.
	id      INTEGER PRIMARY KEY CHECK (id = 1),
	public  TEXT NOT NULL,
	private TEXT NOT NULL
) STRICT;

CREATE TABLE push_subscriptions (
	-- Browsers that get notifications while no page is open in them, as long as their session lasts.
	session_sum BLOB PRIMARY KEY REFERENCES sessions (sum) ON DELETE CASCADE,
	endpoint    TEXT    NOT NULL UNIQUE, -- the push service's URL of the browser
	p256dh      TEXT    NOT NULL,        -- the browser's public key, base64url
	auth        TEXT    NOT NULL,        -- the secret shared with the browser, base64url
	created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE subuser_counts (
	-- How many conversations of a subuser are in each view.
	subuser_id    INTEGER PRIMARY KEY,
	open          INTEGER NOT NULL,
	done          INTEGER NOT NULL,
	unanswered    INTEGER NOT NULL, -- open, and the last message is inbound
	failed        INTEGER NOT NULL, -- with open failures
	open_failures INTEGER NOT NULL, -- messages, in all of them
	tags_version  INTEGER NOT NULL DEFAULT 0, -- grows with each change to tag_counts, so that they can be cached
	snoozed       INTEGER NOT NULL DEFAULT 0
, received INTEGER NOT NULL DEFAULT 0, people INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE tag_counts (
	-- How many conversations of a subuser have a tag.
	tag        TEXT    NOT NULL,
	subuser_id INTEGER NOT NULL,
	open       INTEGER NOT NULL,
	done       INTEGER NOT NULL, -- done or snoozed
	PRIMARY KEY (subuser_id, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag_totals (
	-- The same over all subusers, for users who see them all.
	tag  TEXT PRIMARY KEY,
	open INTEGER NOT NULL,
	done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user_counts (
	-- How many conversations of a subuser are unread by or assigned to a user.
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	subuser_id INTEGER NOT NULL,
	unread     INTEGER NOT NULL,
	mine       INTEGER NOT NULL, listed_to INTEGER NOT NULL DEFAULT 0, received INTEGER NOT NULL DEFAULT 0, -- open and assigned to the user
	PRIMARY KEY (user_id, subuser_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_counts_listed -- who may have a row in unread of a conversation
	ON user_counts (subuser_id, listed_to);

CREATE TABLE subuser_sim_cards (
	-- How many conversations of a subuser went last through a SIM card.
	subuser_id    INTEGER NOT NULL,
	sim_card_id   INTEGER NOT NULL,
	conversations INTEGER NOT NULL,
	PRIMARY KEY (subuser_id, sim_card_id)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE message_search -- messages, by id
	USING fts5 (text, scope, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'ascii');

CREATE VIRTUAL TABLE contact_search -- contacts, by id
	USING fts5 (name, digits, scope, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'ascii');

CREATE VIRTUAL TABLE note_search -- notes, by id
	USING fts5 (text, scope, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'ascii');

CREATE TABLE search_positions (
	-- Up to which id everything is in the index.
	kind TEXT PRIMARY KEY, -- 'message'
	id   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE search_again (
	-- What has to be read again although it stands below that: the index takes in what is there, drops what is gone.
	kind TEXT    NOT NULL, -- 'message', 'contact' or 'note'
	id   INTEGER NOT NULL,
	PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE targets (
	-- Destinations: other tools that deliveries are forwarded to.
	id            INTEGER PRIMARY KEY,
	name          TEXT    NOT NULL,
	url           TEXT    NOT NULL,
	kinds         TEXT    NOT NULL, -- JSON: which webhooks
	subusers      TEXT    NOT NULL, -- JSON: whose; [] is all
	secret        TEXT    NOT NULL, -- that this destination expects in the body; '' for none
	signing_key   TEXT    NOT NULL, -- "whsec_" and base64 (Standard Webhooks)
	nearby        INTEGER NOT NULL DEFAULT 0, -- 1: private addresses and plain http are allowed
	paused_at     INTEGER NOT NULL DEFAULT 0, -- 0 while it works
	paused_why    TEXT    NOT NULL DEFAULT '', -- '' if a user paused it
	failing_since INTEGER NOT NULL DEFAULT 0, -- the first failure after the last success
	taken         INTEGER NOT NULL -- the id up to which deliveries are in forwards
) STRICT;

CREATE TABLE forwards (
	-- What a destination is still to get. A job fills it from the deliveries; a webhook's own transaction does not. Of
	-- each number only the oldest is due, which keeps their order.
	target_id    INTEGER NOT NULL REFERENCES targets (id),
	delivery_id  INTEGER NOT NULL,
	phone_number TEXT    NOT NULL,
	attempts     INTEGER NOT NULL DEFAULT 0,
	due_at       INTEGER, -- NULL while an older one of the number waits
	PRIMARY KEY (target_id, delivery_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX forwards_due -- what is to be sent next
	ON forwards (target_id, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX forwards_delivery -- what becomes of a delivery; what is removed with it
	ON forwards (delivery_id);

CREATE INDEX forwards_number -- which is the next of a number
	ON forwards (target_id, phone_number COLLATE NOCASE, delivery_id);

CREATE TABLE forward_attempts (
	-- How each call ended. The oldest are removed.
	id          INTEGER PRIMARY KEY,
	target_id   INTEGER NOT NULL REFERENCES targets (id),
	delivery_id INTEGER NOT NULL, -- 0 for a sample
	kind        TEXT    NOT NULL,
	at          INTEGER NOT NULL,
	took        INTEGER NOT NULL, -- ms
	status      INTEGER NOT NULL, -- of HTTP; 0 without an answer
	error       TEXT    NOT NULL, -- '' if it was accepted
	answer      BLOB    NOT NULL, -- the beginning of the answer
	gave_up     INTEGER NOT NULL  -- 1: it is not retried
) STRICT;

CREATE INDEX forward_attempts_target -- the newest of a destination
	ON forward_attempts (target_id, id);

CREATE INDEX forward_attempts_delivery -- the attempts of a delivery
	ON forward_attempts (delivery_id);

CREATE TABLE retention (
	-- How long each kind of data is kept.
	kind    TEXT PRIMARY KEY,
	days    INTEGER NOT NULL DEFAULT 0, -- 0 is for ever
	ran_at  INTEGER NOT NULL DEFAULT 0, -- when the job last ran
	removed INTEGER NOT NULL DEFAULT 0, -- how many it removed then
	more    INTEGER NOT NULL DEFAULT 0  -- 1: that run was cut short, since one run is bounded
) STRICT, WITHOUT ROWID;

CREATE TABLE deletions (
	-- Deleted contacts, by nothing but their ids. What is large is removed behind the request, and that goes on after a
	-- restart (see deletion.go).
	id         INTEGER PRIMARY KEY,
	contact_id INTEGER NOT NULL,
	begun_at   INTEGER NOT NULL,
	ended_at   INTEGER NOT NULL DEFAULT 0 -- when no file held anything of it any more; 0 before
) STRICT;

CREATE INDEX deletions_pending -- what the job has to finish
	ON deletions (id) WHERE ended_at = 0;

CREATE TABLE audit (
	-- Who did what, when and from where. Names are kept as they were.
	id      INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL,
	user_id INTEGER NOT NULL, -- 0 is nobody known, or a command on the server
	name    TEXT    NOT NULL,
	action  TEXT    NOT NULL,
	subject TEXT    NOT NULL, -- to whom or what
	address TEXT    NOT NULL
) STRICT;

CREATE INDEX audit_user -- the log filtered by user
	ON audit (user_id, id);

CREATE INDEX audit_action -- the log filtered by action
	ON audit (action, id);

CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
BEGIN
	-- Refuses: nothing in the log is ever changed.
	SELECT raise(ABORT, 'the audit log is only added to');
END;

CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM retention WHERE kind = 'audit' AND days > 0 AND old.at < ran_at - days * 86400000)
BEGIN
	-- Refuses, but for what is older than its retention period.
	SELECT raise(ABORT, 'the audit log is only added to');
END;

CREATE TABLE clock (
	-- The latest time that the clock has reached without a jump. Retention removes nothing while the clock is far past
	-- it (see clock.go).
	id         INTEGER PRIMARY KEY CHECK (id = 1),
	reached_at INTEGER NOT NULL -- 0 while nothing is stored
) STRICT;

CREATE TABLE identity (
	-- Distinguishes this database from every other: change numbers of one mean nothing in another.
	id TEXT NOT NULL
) STRICT;

CREATE TABLE unread (
	-- The conversations up to user_counts.listed_to that a user has not read to the end. What arrived before the user
	-- could see it counts as read.
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	subuser_id      INTEGER NOT NULL, -- the conversation's
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	read            INTEGER NOT NULL, -- how many messages from the contact the user has read
	PRIMARY KEY (user_id, subuser_id, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX unread_conversation -- who has not read a conversation
	ON unread (conversation_id);

CREATE TABLE read_by (
	-- Who has read a conversation to the end since the last message from the contact: for them the next one makes it
	-- unread again.
	conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	user_id         INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	PRIMARY KEY (conversation_id, user_id)
) STRICT, WITHOUT ROWID;
