package sqlite

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// See "WAL-mode File Format" in SQLite's documentation for the layout of the write-ahead log and its index.
const (
	logHeadSize   = 32
	frameHeadSize = 24
	logMagic      = 0x377f0682 // the last bit says in which order the bytes of checksums are
	indexVersion  = 3007000
	indexHeadSize = 48 // it is there twice
	indexAttempts = 100
)

// logIndex is what the index says of the log: what is committed.
type logIndex struct {
	salt   [8]byte
	page   int64 // its size in bytes
	frames int64
	sum    [2]uint32 // the checksum of the last frame
}

var (
	errNotTheLog = errors.New("the log does not hold what its index says")
	errNoIndex   = errors.New("the index of the log cannot be read")
)

// readIndex reads the beginning of the index. It is errNoIndex where its two copies differ for longer than a write
// takes.
func readIndex(f io.ReaderAt) (logIndex, error) {
	var b [2 * indexHeadSize]byte
	for range indexAttempts {
		if _, err := f.ReadAt(b[:], 0); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return logIndex{}, err
		}
		if [indexHeadSize]byte(b[:]) != [indexHeadSize]byte(b[indexHeadSize:]) {
			continue
		}
		number := func(at int) uint32 { return binary.NativeEndian.Uint32(b[at:]) }
		if number(0) != indexVersion || b[12] == 0 {
			break
		}
		page := int64(binary.NativeEndian.Uint16(b[14:]))
		if page == 1 {
			page = 1 << 16
		}
		return logIndex{[8]byte(b[32:]), page, int64(number(16)), [2]uint32{number(24), number(28)}}, nil
	}
	return logIndex{}, errNoIndex
}

// folded is how much of the log is in the database, in frames.
type folded struct {
	salt             [8]byte
	done, undertaken uint32
}

// rests tells whether nobody is folding in, as far as one can tell: who was killed at it leaves the same behind.
func (f folded) rests() bool { return f.done == f.undertaken }

func readFolded(f io.ReaderAt) (folded, error) {
	const done, undertaken = 2 * indexHeadSize, 2*indexHeadSize + 32
	var b [undertaken + 4]byte
	_, err := f.ReadAt(b[:], 0)
	if errors.Is(err, io.EOF) {
		err = errNoIndex
	}
	number := binary.NativeEndian.Uint32
	return folded{[8]byte(b[32:]), number(b[done:]), number(b[undertaken:])}, err
}

// end is how long the log is up to a frame, in bytes.
func (i logIndex) end(frame int64) int64 { return logHeadSize + frame*(frameHeadSize+i.page) }

// begins tells whether a log of the index begins so.
func (i logIndex) begins(head [logHeadSize]byte) bool {
	return binary.BigEndian.Uint32(head[:])&^1 == logMagic && [8]byte(head[16:]) == i.salt &&
		int64(binary.BigEndian.Uint32(head[8:])) == i.page
}

// begunAfter tells whether the log can have begun anew since: SQLite counts that in the salt, once all of the log
// before is in the database. A log that is older does not come after, and hardly one of another database.
func (i logIndex) begunAfter(before logIndex) bool {
	times := binary.BigEndian.Uint32(i.salt[:]) - binary.BigEndian.Uint32(before.salt[:])
	return times > 0 && times <= saltStep
}

// ends tells whether the last frame begins so.
func (i logIndex) ends(frame [frameHeadSize]byte) bool {
	return [8]byte(frame[8:]) == i.salt && binary.BigEndian.Uint32(frame[16:]) == i.sum[0] &&
		binary.BigEndian.Uint32(frame[20:]) == i.sum[1]
}

// lastPages are the pages in the last few frames; none where they cannot be read.
func (i logIndex) lastPages(log io.ReaderAt) (pages []uint32) {
	const few = 8
	var frame [frameHeadSize]byte
	for n := max(0, i.frames-few); n < i.frames; n++ {
		if _, err := log.ReadAt(frame[:], i.end(n)); err != nil {
			return nil
		}
		pages = append(pages, binary.BigEndian.Uint32(frame[:]))
	}
	return pages
}

// compare reads the log up to the last frame that is committed, as SQLite does when it opens one that was left behind.
// It is errNotTheLog where that would not find everything.
func (i logIndex) compare(log io.ReaderAt) error {
	if i.frames == 0 {
		return nil
	}
	r := bufio.NewReaderSize(io.NewSectionReader(log, 0, i.end(i.frames)), 1<<16)
	var head [logHeadSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || !i.begins(head) {
		return notTheLog(err)
	}
	sum := checksum{order: binary.LittleEndian}
	if head[3]&1 != 0 {
		sum.order = binary.BigEndian
	}
	if sum.add(head[:24]); !sum.stands(head[24:]) {
		return errNotTheLog
	}
	frame := make([]byte, frameHeadSize+i.page)
	for range i.frames {
		if _, err := io.ReadFull(r, frame); err != nil || [8]byte(frame[8:]) != i.salt {
			return notTheLog(err)
		}
		sum.add(frame[:8])
		sum.add(frame[frameHeadSize:])
		if !sum.stands(frame[16:]) {
			return errNotTheLog
		}
	}
	if !i.ends([frameHeadSize]byte(frame)) {
		return errNotTheLog
	}
	return nil
}

func notTheLog(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errNotTheLog
	}
	return err
}

// checksum is SQLite's of the log.
type checksum struct {
	order  binary.ByteOrder
	s0, s1 uint32
}

func (c *checksum) add(b []byte) {
	for ; len(b) >= 8; b = b[8:] {
		c.s0 += c.order.Uint32(b) + c.s1
		c.s1 += c.order.Uint32(b[4:]) + c.s0
	}
}

func (c *checksum) stands(b []byte) bool {
	return binary.BigEndian.Uint32(b) == c.s0 && binary.BigEndian.Uint32(b[4:]) == c.s1
}
