package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// content tells whether the open files still hold what SQLite wrote into them. Another program may write over them or
// cut them off without their losing their names: cp onto the database, an emptied log. A batch costs a few calls for it
// that read from no disk; all of the log is read only where the time of its last change is not that of our own last
// write.
type content struct {
	path                 string
	database, log, index *os.File
	own                  uint32 // a page that no two databases have alike: when its migrations were applied

	// As of the last look.
	databaseStamp, logStamp stamp
	head                    databaseHead
	sample                  sample
	folded                  folded // before the database was looked at
	newest                  logIndex
}

// stamp changes with every write to a file.
type stamp struct{ size, modified int64 }

func stampOf(f *os.File) (stamp, error) {
	info, err := f.Stat()
	if err != nil {
		return stamp{}, err
	}
	return stampFrom(info), nil
}

func stampFrom(info os.FileInfo) stamp { return stamp{info.Size(), info.ModTime().UnixNano()} }

// watch begins with the files as they are. It is nil where to open the database would take SQLite's locks away later,
// and where the process does not serve it.
func watch(f files, alone *serving, own uint32) (_ *content, err error) {
	if alone == nil || alone.file == nil {
		return nil, nil
	}
	c := &content{path: f.path, database: alone.file, own: own}
	if c.log, err = os.Open(f.path + "-wal"); err == nil { // #nosec G304 -- beside the database
		c.index, err = os.Open(f.path + "-shm") // #nosec G304 -- beside the database
	}
	if err == nil {
		c.logStamp, err = stampOf(c.log)
	}
	if err == nil {
		c.newest, err = readIndex(c.index)
	}
	if err == nil {
		c.folded, err = readFolded(c.index)
	}
	if err == nil {
		c.databaseStamp, err = stampOf(c.database)
	}
	if err == nil {
		c.head, err = readHead(c.database)
	}
	if err == nil {
		c.sample, err = c.read(c.choose(c.head, c.newest))
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// close closes what is open here alone: the database is open for its lock.
func (c *content) close() {
	if c == nil {
		return
	}
	for _, f := range []*os.File{c.log, c.index} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// kept is what stands in the files, for the next start.
type kept struct {
	database stamp
	held     bool   // something is committed in the log
	salt     uint32 // it counts how often the log began anew
}

func (c *content) kept() kept {
	if c == nil {
		return kept{}
	}
	return kept{c.databaseStamp, c.newest.frames > 0, binary.BigEndian.Uint32(c.newest.salt[:])}
}

// check returns a lostError where a file was written over since the last look. Nobody else may write to the database
// meanwhile, or its index is read again.
func (c *content) check() error {
	if c == nil {
		return nil
	}
	now, err := stampOf(c.log)
	if err != nil {
		return err
	}
	index, err := readIndex(c.index)
	if err != nil {
		return err
	}
	if now != c.logStamp || index != c.newest {
		if index, err = c.checkLog(index); err != nil {
			return err
		}
	}
	c.logStamp, c.newest = now, index
	return c.checkDatabase()
}

// checkCommitted is check for what was committed since: it stands where it belongs, behind what was there before.
func (c *content) checkCommitted() error {
	if c == nil {
		return nil
	}
	now, err := stampOf(c.log) // before the index: what comes in between is looked at by the next check
	if err != nil {
		return err
	}
	index, err := readIndex(c.index)
	if err != nil {
		return err
	}
	if index != c.newest && !c.goesOn(index) {
		if index, err = c.checkLog(index); err != nil {
			return err
		}
	}
	c.logStamp, c.newest = now, index
	return c.checkDatabase()
}

// goesOn tells whether the log has its beginning, the last frame that it had before, and is long enough for what was
// added.
func (c *content) goesOn(index logIndex) bool {
	if !c.follows(index) {
		return false
	}
	if index.frames == 0 {
		return true
	}
	var head [logHeadSize]byte
	if _, err := c.log.ReadAt(head[:], 0); err != nil || !index.begins(head) {
		return false
	}
	now, err := stampOf(c.log)
	return err == nil && now.size >= index.end(index.frames)
}

// follows tells whether the log of the index can be what the last one seen has become: longer, or begun anew. An older
// log with its index agrees with itself, and lacks what came after it.
func (c *content) follows(index logIndex) bool {
	if index.salt != c.newest.salt {
		return index.begunAfter(c.newest) || c.mayBeginAnew()
	}
	if c.newest.frames == 0 {
		return true
	}
	var frame [frameHeadSize]byte
	_, err := c.log.ReadAt(frame[:], c.newest.end(c.newest.frames-1))
	return err == nil && index.frames >= c.newest.frames && c.newest.ends(frame)
}

// mayBeginAnew tells whether nothing of the last log seen is missed: it is in the database, or that has changed.
func (c *content) mayBeginAnew() bool {
	if c.folded.salt != c.newest.salt || int64(c.folded.done) >= c.newest.frames {
		return true
	}
	now, err := stampOf(c.database)
	return err == nil && now != c.databaseStamp
}

// checkLogAlone is checkLog where the index is gone: SQLite is about to make it anew from what the log holds.
func (c *content) checkLogAlone() error {
	if c == nil || c.mayBeginAnew() {
		return nil
	}
	err := c.newest.compare(c.log)
	if errors.Is(err, errNotTheLog) {
		return &lostError{file: c.path + "-wal", overwritten: true}
	}
	return err
}

// checkLog reads all of the log that counts, and returns the index that it was compared with.
func (c *content) checkLog(index logIndex) (logIndex, error) {
	for {
		err := index.compare(c.log)
		if err == nil && !c.follows(index) {
			err = errNotTheLog
		}
		if err == nil {
			return index, nil
		}
		again, readErr := readIndex(c.index)
		switch {
		case readErr != nil:
			return index, readErr
		case again != index:
			index = again // somebody else has written meanwhile
		case !errors.Is(err, errNotTheLog):
			return index, err
		case index != c.newest && c.newest.frames > 0 && c.newest.compare(c.log) == nil:
			return index, &lostError{file: c.path + "-shm", overwritten: true}
		default:
			return index, &lostError{file: c.path + "-wal", overwritten: true}
		}
	}
}

// checkDatabase goes by what changes the file: that the log is folded in, by whomever. Where nobody has begun with that
// since the last look, the pages that are looked at are as they were. Else they need only be possible.
func (c *content) checkDatabase() error {
	if c == nil {
		return nil
	}
	before, err := readFolded(c.index) // what is folded in by now is in the file already
	if err != nil {
		return err
	}
	now, err := stampOf(c.database)
	if err != nil {
		return err
	}
	if now == c.databaseStamp && (before == c.folded || before.done == 0) {
		c.folded = before
		return nil
	}
	head, err := readHead(c.database)
	if err != nil {
		return err
	}
	again, err := c.read(c.sample.pages)
	if err != nil {
		return err
	}
	after, err := readFolded(c.index) // whoever folds in says so before
	if err != nil {
		return err
	}
	same := head == c.head && bytes.Equal(again.content, c.sample.content)
	possible := head.follows(c.head) && now.size >= min(c.databaseStamp.size, head.size())
	if !same && (!possible || after == c.folded && after.rests()) || head == c.head && now.size < c.databaseStamp.size {
		return &lostError{file: c.path, database: true, overwritten: true}
	}
	next, err := c.read(c.choose(head, c.newest))
	if err != nil {
		return err
	}
	c.databaseStamp, c.head, c.sample, c.folded = now, head, next, before
	return nil
}

// sample is pages that tell a database from an older copy of it, and from others: most of what is written leaves the
// first page as it is.
type sample struct {
	pages   []uint32
	content []byte // shorter where the file ends before
}

// choose is the database's own page, with those that the last write has changed or else the last page of the file.
func (c *content) choose(head databaseHead, index logIndex) []uint32 {
	if pages := index.lastPages(c.log); len(pages) > 0 {
		return append(pages, c.own)
	}
	return []uint32{head.number(28), c.own}
}

func (c *content) read(pages []uint32) (sample, error) {
	size := c.head.page()
	s := sample{pages: pages}
	page := make([]byte, size)
	for _, number := range pages {
		n, err := c.database.ReadAt(page, max(0, int64(number)-1)*size)
		if err != nil && !errors.Is(err, io.EOF) {
			return s, err
		}
		s.content = append(s.content, page[:n]...)
	}
	return s, nil
}
