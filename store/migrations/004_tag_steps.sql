-- The names of tags that ever were, so that a step can say them in four bytes. 0 is no tag.
CREATE TABLE tag_names (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO tag_names (id, name) VALUES (0, '');
INSERT INTO tag_names (name) SELECT from_tag FROM tag_changes WHERE from_tag <> '' UNION SELECT to_tag FROM tag_changes WHERE to_tag <> '';

-- Every tag change once more, packed: what a page must go through to count and find changes by any filter (see tag_step.go,
-- which has the layout). A change that is taken back stands here a second time, with the other sign.
CREATE TABLE tag_blocks (
	id       INTEGER PRIMARY KEY,
	count    INTEGER NOT NULL,
	first_at INTEGER NOT NULL,
	last_at  INTEGER NOT NULL,
	steps    BLOB    NOT NULL
) STRICT;

INSERT INTO tag_blocks (count, first_at, last_at, steps)
	SELECT count(*), min(at), max(at), unhex(group_concat(printf('01%016x%016x%016x%08x%08x%016x%016x', id, at, lasted,
			(SELECT n.id FROM tag_names n WHERE n.name = from_tag), (SELECT n.id FROM tag_names n WHERE n.name = to_tag), subuser_id, begun_by),
			'' ORDER BY id))
	FROM (SELECT *, (row_number() OVER (ORDER BY id) - 1) / 80 AS block,
			coalesce(max(at - lag(at) OVER contact, 0), -1) AS lasted, coalesce(lag(subuser_id) OVER contact, 0) AS begun_by
		FROM tag_changes WINDOW contact AS (PARTITION BY contact_id ORDER BY id))
	GROUP BY block ORDER BY block;

CREATE INDEX tag_blocks_first ON tag_blocks (first_at);
CREATE INDEX tag_blocks_last ON tag_blocks (last_at);
