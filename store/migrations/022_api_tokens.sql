-- What programs act with in a person's name.
CREATE TABLE api_tokens (
	id         INTEGER PRIMARY KEY,
	user_id    INTEGER NOT NULL REFERENCES users (id),
	label      TEXT    NOT NULL,
	sum        BLOB    NOT NULL UNIQUE, -- SHA-256 of the token
	created_at INTEGER NOT NULL, -- Unix ms
	expires_at INTEGER NOT NULL, -- Unix ms; 0 for never
	used_at    INTEGER NOT NULL DEFAULT 0 -- Unix ms, to some minutes
) STRICT;

CREATE INDEX api_tokens_user ON api_tokens (user_id);
