-- People: what they see and may do, how they sign in, and what they did.
ALTER TABLE users ADD COLUMN sees_all INTEGER NOT NULL DEFAULT 0;             -- every subuser, also those to come; admins always do
ALTER TABLE users ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;            -- changes nothing that others see
ALTER TABLE users ADD COLUMN disabled_at INTEGER NOT NULL DEFAULT 0;          -- 0 while they may sign in
ALTER TABLE users ADD COLUMN second_factor_needed INTEGER NOT NULL DEFAULT 0; -- an admin asks for one
ALTER TABLE users ADD COLUMN totp_key TEXT NOT NULL DEFAULT '';               -- '' without a second factor
ALTER TABLE users ADD COLUMN totp_offered TEXT NOT NULL DEFAULT '';           -- shown, and not yet confirmed with a code
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;            -- of the last code taken, which is not taken again

UPDATE users SET sees_all = 1 WHERE role = 'admin';

-- One-time ways in for who has no password yet, or lost it. A person has at most one.
CREATE TABLE links (
	user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	sum        BLOB    NOT NULL UNIQUE, -- SHA-256 of what stands in the address
	expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	sum     BLOB    NOT NULL, -- SHA-256 of the code
	PRIMARY KEY (user_id, sum)
) STRICT, WITHOUT ROWID;

-- Browsers in which somebody has signed in: guessing elsewhere does not keep the person out of these.
CREATE TABLE devices (
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	sum     BLOB    NOT NULL, -- SHA-256 of what the device's cookie holds
	seen_at INTEGER NOT NULL,
	PRIMARY KEY (user_id, sum)
) STRICT, WITHOUT ROWID;

CREATE TABLE new_sessions (
	id         INTEGER PRIMARY KEY,
	sum        BLOB    NOT NULL UNIQUE, -- SHA-256 of the id in the cookie
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	halfway    INTEGER NOT NULL, -- the second factor is still to come
	device     TEXT    NOT NULL, -- what the browser calls itself
	address    TEXT    NOT NULL,
	created_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;

INSERT INTO new_sessions (sum, user_id, halfway, device, address, created_at, seen_at, expires_at)
	SELECT id_sum, user_id, 0, '', '', created_at, created_at, expires_at FROM sessions;
DROP TABLE sessions;
ALTER TABLE new_sessions RENAME TO sessions;
CREATE INDEX sessions_user ON sessions (user_id);

-- Who did what, when and from where. Names are kept as they were. Nothing in it is ever changed.
CREATE TABLE audit (
	id      INTEGER PRIMARY KEY,
	at      INTEGER NOT NULL,
	user_id INTEGER NOT NULL, -- who did it; 0 is nobody who is known, or a command on the server
	name    TEXT    NOT NULL,
	action  TEXT    NOT NULL,
	subject TEXT    NOT NULL, -- to whom or what
	address TEXT    NOT NULL
) STRICT;

CREATE INDEX audit_user ON audit (user_id, id);
CREATE INDEX audit_action ON audit (action, id);

CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is only added to'); END;
