-- How each person wants Tagline to look and behave. Everybody has a row; the defaults stand here and nowhere else.
CREATE TABLE preferences (
	user_id     INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	theme       TEXT    NOT NULL DEFAULT 'auto',
	time_format TEXT    NOT NULL DEFAULT 'auto',
	density     TEXT    NOT NULL DEFAULT 'comfortable',
	sound       INTEGER NOT NULL DEFAULT 0,
	shortcuts   INTEGER NOT NULL DEFAULT 1
) STRICT;

INSERT INTO preferences (user_id) SELECT id FROM users;

ALTER TABLE changes ADD COLUMN preferences INTEGER NOT NULL DEFAULT 0;
