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

	// As of the last look.
	databaseStamp, logStamp stamp
	head                    databaseHead
	sample                  sample
	salt                    [8]byte // of the log before head and sample were read
	newest                  logIndex
}

// stamp changes with every write to a file.
type stamp struct{ size, modified int64 }

func stampOf(f *os.File) (stamp, error) {
	info, err := f.Stat()
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.Size(), info.ModTime().UnixNano()}, nil
}

// watch begins with the files as they are. It is nil where to open the database would take SQLite's locks away later,
// and where the process does not serve it.
func watch(f files, alone *serving) (_ *content, err error) {
	if alone == nil || alone.file == nil {
		return nil, nil
	}
	c := &content{path: f.path, database: alone.file}
	if c.log, err = os.Open(f.path + "-wal"); err == nil { // #nosec G304 -- beside the database
		c.index, err = os.Open(f.path + "-shm") // #nosec G304 -- beside the database
	}
	if err == nil {
		c.logStamp, err = stampOf(c.log)
	}
	if err == nil {
		c.newest, err = readIndex(c.index)
		c.salt = c.newest.salt
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
	if index.frames == 0 {
		return true
	}
	var head [logHeadSize]byte
	if _, err := c.log.ReadAt(head[:], 0); err != nil || !index.begins(head) {
		return false
	}
	if now, err := stampOf(c.log); err != nil || now.size < index.end(index.frames) {
		return false
	}
	if c.newest.salt != index.salt || c.newest.frames == 0 {
		return true // it began anew, after all of it was folded in
	}
	var frame [frameHeadSize]byte
	_, err := c.log.ReadAt(frame[:], index.end(c.newest.frames-1))
	return err == nil && c.newest.ends(frame)
}

// checkLog reads all of the log that counts, and returns the index that it was compared with.
func (c *content) checkLog(index logIndex) (logIndex, error) {
	for {
		err := index.compare(c.log)
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

// checkDatabase goes by what changes the file: that the log is folded in, by whomever. So the pages that are looked at
// are as they were, or as they stand in the log. That cannot be told where the log has begun anew since; then it must
// be possible.
func (c *content) checkDatabase() error {
	now, err := stampOf(c.database)
	if err != nil || now == c.databaseStamp {
		return err
	}
	index, err := readIndex(c.index)
	if err != nil {
		return err
	}
	head, err := readHead(c.database)
	if err != nil {
		return err
	}
	again, err := c.read(c.sample.page)
	if err != nil {
		return err
	}
	fits, err := c.fits(index, head, again)
	if err != nil {
		return err
	}
	if !fits || now.size < c.databaseStamp.size && (head == c.head || now.size < head.size()) {
		return &lostError{file: c.path, database: true, overwritten: true}
	}
	next, err := c.read(c.choose(head, index))
	if err != nil {
		return err
	}
	c.databaseStamp, c.head, c.sample, c.salt = now, head, next, index.salt
	return nil
}

// fits tells whether the database can be so by now.
func (c *content) fits(before logIndex, head databaseHead, again sample) (bool, error) {
	same := len(again.content) == 0 || bytes.Equal(again.content, c.sample.content) // the file may end before it by now
	if head == c.head && same {
		return true, nil
	}
	if before.salt != c.salt {
		return head.follows(c.head), nil
	}
	has := head == c.head
	var err error
	if !has {
		has, err = before.has(c.log, 1, head[:])
	}
	if err == nil && has && !same {
		has, err = before.has(c.log, again.page, again.content)
	}
	index, indexErr := readIndex(c.index)
	switch {
	case indexErr != nil:
		return false, indexErr
	case index.salt != before.salt: // it began anew meanwhile
		return head.follows(c.head), nil
	case errors.Is(err, errNotTheLog):
		return false, nil
	}
	return has, err
}

// sample is a page that tells a database from an older copy of it: most of what is written leaves the first page as it
// is.
type sample struct {
	page    uint32
	content []byte // shorter where the file ends before
}

// choose is a page that the last write that is folded in has changed, or the last page of the file.
func (c *content) choose(head databaseHead, index logIndex) uint32 {
	if page := index.lastPage(c.log); page != 0 {
		return page
	}
	return head.number(28)
}

func (c *content) read(page uint32) (sample, error) {
	size := c.head.page()
	s := sample{page, make([]byte, size)}
	n, err := c.database.ReadAt(s.content, max(0, int64(page)-1)*size)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	s.content = s.content[:n]
	return s, err
}

// databaseHead is the first bytes of a database (see "Database File Format" in SQLite's documentation).
type databaseHead [100]byte

// readHead reads it; of a file that is shorter the rest is zeros.
func readHead(f io.ReaderAt) (h databaseHead, err error) {
	_, err = f.ReadAt(h[:], 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return h, err
}

func (h databaseHead) number(at int) uint32 { return binary.BigEndian.Uint32(h[at:]) }

// page is the size of pages, in bytes.
func (h databaseHead) page() int64 {
	if page := int64(binary.BigEndian.Uint16(h[16:])); page != 1 {
		return page
	}
	return 1 << 16
}

// size is how long the file is by its own word, in bytes.
func (h databaseHead) size() int64 { return h.page() * int64(h.number(28)) }

// follows tells whether it can be what the other one has become. The counter stays the same while one connection
// writes.
func (h databaseHead) follows(before databaseHead) bool {
	const fixed, counter, pages, application = 24, 24, 28, 68  // up to fixed: what a file is, for ever
	later := int32(h.number(counter) - before.number(counter)) // #nosec G115 -- it wraps
	return bytes.Equal(h[:fixed], before[:fixed]) && h.number(application) == before.number(application) &&
		(later > 0 || later == 0 && h.number(pages) >= before.number(pages))
}
