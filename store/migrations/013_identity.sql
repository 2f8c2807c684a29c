-- Tells this database from every other: change numbers of one mean nothing in another.
CREATE TABLE identity (id TEXT NOT NULL) STRICT;
INSERT INTO identity (id) VALUES (lower(hex(randomblob(8))));
