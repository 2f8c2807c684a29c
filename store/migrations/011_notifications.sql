-- How each person wants to be told of messages: on the desktop, with what they say, of some views only.
ALTER TABLE preferences ADD COLUMN desktop     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE preferences ADD COLUMN notify_text INTEGER NOT NULL DEFAULT 0;
ALTER TABLE preferences ADD COLUMN notify_some INTEGER NOT NULL DEFAULT 0;

-- The views of which they are told where that is not all.
CREATE TABLE notify_views (
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	view_id INTEGER NOT NULL REFERENCES saved_views (id) ON DELETE CASCADE,
	PRIMARY KEY (user_id, view_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX notify_views_view ON notify_views (view_id);

-- The pair of keys by which push services know this Tagline (VAPID), base64url. Made at the first start.
CREATE TABLE push_keys (
	id      INTEGER PRIMARY KEY CHECK (id = 1),
	public  TEXT NOT NULL,
	private TEXT NOT NULL
) STRICT;

-- Browsers that are told of messages while no page is open in them, as long as their session lasts.
CREATE TABLE push_subscriptions (
	session_sum BLOB PRIMARY KEY REFERENCES sessions (sum) ON DELETE CASCADE,
	endpoint    TEXT    NOT NULL UNIQUE, -- the push service's address of the browser
	p256dh      TEXT    NOT NULL,        -- what it encrypts with, base64url
	auth        TEXT    NOT NULL,
	created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
