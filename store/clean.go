package store

import "context"

// mergedAtOnce is how many pages of the search index are written anew in one write.
const mergedAtOnce = 64

// cleanDisk removes from the files what was deleted from the tables: from the search index, which keeps words until it
// is merged, from the free parts of pages, and from the write-ahead log.
func (s *Store) cleanDisk(ctx context.Context) error {
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	for _, table := range []string{"message_search", "contact_search", "note_search"} {
		if err := s.mergeIndex(ctx, table); err != nil {
			return err
		}
	}
	if err := s.db.Scrub(ctx); err != nil {
		return err
	}
	return s.db.EmptyLog(ctx)
}

// mergeIndex writes an index anew, without what was deleted from it. The first step begins with all of it.
func (s *Store) mergeIndex(ctx context.Context, table string) error {
	pages := -mergedAtOnce
	return s.inBatches(ctx, func(t *tx) (int, error) {
		var before, after int
		if err := t.Row(`SELECT total_changes()`).Scan(&before); err != nil {
			return 0, err
		}
		if err := t.Exec(`INSERT INTO `+table+` (`+table+`, rank) VALUES ('merge', ?)`, pages); err != nil {
			return 0, err
		}
		pages = mergedAtOnce
		if err := t.flushIndex(); err != nil {
			return 0, err
		}
		if err := t.Row(`SELECT total_changes()`).Scan(&after); err != nil {
			return 0, err
		}
		if after-before < 2 {
			return 0, nil // FTS5's own sign that there was nothing to do
		}
		return 1, nil
	})
}
