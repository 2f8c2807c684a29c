package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"time"
)

// SQLite marks what was deleted as free and leaves it where it is; what it moves within the file it leaves a copy of.
// So after a deletion every page is looked at, and what is free in it is overwritten with zeros (see "Database File
// Format" in SQLite's documentation for the layout). SQLite itself has two ways, which were measured on two cores:
//
//   - PRAGMA secure_delete = ON overwrites what a statement deletes, but no copies of rows that moved to another page
//     when a tree was balanced: after 300 of 400 contacts were deleted 17 of their numbers were still in the file.
//   - VACUUM of 1 GB took 15 s, in which nothing else could be written, and 1 GB more of the disk. TextLink does not
//     retry webhooks that are not answered meanwhile.
//
// Scrub took 6.3 s for 1 GB, and no write beside it longer than 59 ms (52 ms without it).

const (
	scrubbedAtOnce = 32               // pages in one write
	foldWait       = 10 * time.Second // for readers to leave the write-ahead log
	foldAgain      = 50 * time.Millisecond
)

// Scrub overwrites what is free. Pages are looked at beside the writes; only those with something in their free parts
// are written.
func (db *DB) Scrub(ctx context.Context) error {
	for from := int64(1); from > 0; {
		var pages []int64
		var err error
		if pages, from, err = db.unclean(ctx, from); err != nil {
			return err
		}
		if len(pages) == 0 {
			continue
		}
		took, err := db.WriteBehind(ctx, func(t *Tx) error { return t.scrub(pages) })
		if err == nil {
			err = Yield(ctx, took)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unclean returns some pages from the one on whose free parts hold something, and where to go on, 0 at the end.
func (db *DB) unclean(ctx context.Context, from int64) (pages []int64, next int64, err error) {
	view, err := db.reads.BeginTx(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	defer view.Rollback()
	file := paged{func(n int64) Row { return view.QueryRowContext(ctx, pageOf, n) }}
	free, count, err := file.free()
	if err != nil {
		return nil, 0, err
	}
	const lookedAtOnce = 1024 // a view that stays open keeps the write-ahead log from being folded in
	for n := from; n <= count; n++ {
		if len(pages) == scrubbedAtOnce || n == from+lookedAtOnce {
			return pages, n, nil
		}
		page, err := file.page(n)
		if err != nil {
			return nil, 0, err
		}
		if !zeroFree(n, page, free[n]) {
			pages = append(pages, n)
		}
	}
	return pages, 0, nil
}

const pageOf = `SELECT data FROM sqlite_dbpage WHERE pgno = ?`

// scrub overwrites what is free in the pages, as they are now.
func (t *Tx) scrub(pages []int64) error {
	file := paged{func(n int64) Row { return t.Row(pageOf, n) }}
	free, _, err := file.free()
	if err != nil {
		return err
	}
	for _, n := range pages {
		page, err := file.page(n)
		if err != nil {
			return err
		}
		if zeroFree(n, page, free[n]) {
			continue
		}
		if err := t.Exec(`UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?`, page, n); err != nil {
			return err
		}
	}
	return nil
}

// paged is a database file by its pages.
type paged struct{ read func(n int64) Row }

func (p paged) page(n int64) (page []byte, err error) {
	err = p.read(n).Scan(&page)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil // the page in which locks are
	}
	return page, err
}

// use is what a page that no table uses is for.
type use int

const (
	ofTable use = iota
	freeTrunk
	freeLeaf
)

// free returns the pages that no table uses, and how many pages there are.
func (p paged) free() (map[int64]use, int64, error) {
	head, err := p.page(1)
	if err != nil {
		return nil, 0, err
	}
	if len(head) < 100 {
		return nil, 0, errors.New("the first page is too short")
	}
	free, count := map[int64]use{}, int64(binary.BigEndian.Uint32(head[28:]))
	for trunk := int64(binary.BigEndian.Uint32(head[32:])); trunk != 0 && free[trunk] == ofTable; {
		page, err := p.page(trunk)
		if err != nil {
			return nil, 0, err
		}
		if len(page) < 8 {
			break
		}
		free[trunk] = freeTrunk
		for i, end := 8, trunkEnd(page); i < end; i += 4 {
			free[int64(binary.BigEndian.Uint32(page[i:]))] = freeLeaf
		}
		trunk = int64(binary.BigEndian.Uint32(page))
	}
	return free, count, nil
}

// trunkEnd is where the list of free pages in one of them ends.
func trunkEnd(page []byte) int {
	return min(8+4*int(min(binary.BigEndian.Uint32(page[4:]), 1<<16)), len(page)&^3)
}

// zeroFree overwrites what is free in a page, and tells whether that was zero before.
func zeroFree(n int64, page []byte, as use) (clean bool) {
	clean = true
	zero := func(from, to int) {
		if from < 0 || to > len(page) || from >= to {
			return
		}
		for i := from; i < to; i++ {
			clean = clean && page[i] == 0
			page[i] = 0
		}
	}
	switch as {
	case freeLeaf:
		zero(0, len(page))
		return clean
	case freeTrunk:
		zero(trunkEnd(page), len(page))
		return clean
	}
	at := 0
	if n == 1 {
		at = 100 // behind the header of the file
	}
	if len(page) < at+12 {
		return true
	}
	header := 8
	switch page[at] {
	case 2, 5: // inside of a tree
		header = 12
	case 10, 13: // at its leaves
	default:
		return true // the rest of something large, which fills it
	}
	two := func(i int) int { return int(binary.BigEndian.Uint16(page[i:])) }
	content := two(at + 5)
	if content == 0 {
		content = 1 << 16
	}
	zero(at+header+2*two(at+3), min(content, len(page)))
	for block, last := two(at+1), 0; block > last && block+4 <= len(page); block, last = two(block), block {
		zero(block+4, block+two(block+2))
	}
	return clean
}

// EmptyLog folds the write-ahead log in and cuts it off: what was overwritten in the database file is still in it.
func (db *DB) EmptyLog(ctx context.Context) error {
	for end := time.Now().Add(foldWait); ; {
		var whole bool
		job := &write{do: func(*Tx) error { return nil }, done: make(chan struct{})}
		job.between = func(db *DB) (err error) { whole, err = db.cutLog(); return err }
		if err := db.await(ctx, job); err != nil || whole {
			return err
		}
		if time.Now().After(end) {
			return errors.New("the write-ahead log is held by a reader")
		}
		if !Sleep(ctx, foldAgain) {
			return ctx.Err()
		}
	}
}

// cutLog tells whether the log is empty now. Readers that are still in it are not waited for: everybody else would
// wait, too.
func (db *DB) cutLog() (whole bool, err error) {
	defer func() { db.noteFold(false, err) }()
	if _, _, err := db.handle.checkpoint("PASSIVE"); err != nil {
		return false, err
	}
	if err := db.handle.pragma(`busy_timeout = 0`); err != nil {
		return false, err
	}
	db.noteEmpty()
	var busy, pages, folded int
	err = db.handle.Row(`PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &folded)
	return err == nil && busy == 0, errors.Join(err, db.handle.pragma(`busy_timeout = 5000`))
}
