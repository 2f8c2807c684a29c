package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

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
