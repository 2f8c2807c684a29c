-- The latest moment that the clock has reached without a jump. What is removed because it is old goes only as long as the
-- clock is not far past it (see clock.go).
CREATE TABLE clock (
	id         INTEGER PRIMARY KEY CHECK (id = 1),
	reached_at INTEGER NOT NULL -- Unix ms; 0 while nothing is stored
) STRICT;

-- The last that was stored, not the latest: a clock that once was ahead says nothing of now.
INSERT INTO clock (id, reached_at) VALUES (1, max(
	coalesce((SELECT arrived_at FROM deliveries ORDER BY id DESC LIMIT 1), 0),
	coalesce((SELECT at FROM audit ORDER BY id DESC LIMIT 1), 0)));

-- Whether the last run left something, since one run is bounded.
ALTER TABLE retention ADD COLUMN more INTEGER NOT NULL DEFAULT 0;
