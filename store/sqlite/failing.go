package sqlite

import (
	"errors"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Failure is why nothing can be stored, in words for people. It names files without their folders.
type Failure struct {
	Trouble  Trouble
	Happened string // a sentence without its full stop
	Advice   string // what to do: the sentence behind a colon, and others
}

// lookEvery is how often the disk is looked at, and how often storing is tried while it fails and nobody writes.
const lookEvery = 5 * time.Second

func failureOf(err error) Failure {
	if lost, ok := errors.AsType[*lostError](err); ok {
		return Failure{Lost, lost.happened(), lost.advice()}
	}
	t := diagnose(err)
	happened, advice := t.words()
	return Failure{t, happened, advice}
}

// leastRoom is how much of a disk is as good as nothing, in bytes: no more than a few of the largest webhooks. Smaller
// writes may work all the same, in what failed ones have left of the log.
const leastRoom = 256 << 10

// Failure is why storing fails or is about to, because the disk has no room; nil while it works. It keeps no timer:
// asking is also what makes the writer try again while storing fails, and look at the files while nobody writes.
func (db *DB) Failure() *Failure {
	f := db.fault.Load()
	if f != nil && db.looked.due() || f == nil && db.serving != nil && db.idle.due() {
		// When nothing can be enqueued the writer is at work anyhow.
		_ = db.enqueue(&write{do: func(*Tx) error { return nil }, done: make(chan struct{})})
	}
	if free, known := db.FreeSpace(); f == nil && known && free < leastRoom {
		full := failureOf(syscall.ENOSPC)
		return &full
	}
	return f
}

// Failing tells from what a write returned whether nothing at all can be stored at the moment. Failure says why.
func (db *DB) Failing(err error) bool {
	if err == nil || db.fault.Load() == nil {
		return false
	}
	_, lost := errors.AsType[*lostError](err)
	_, system := errors.AsType[syscall.Errno](err)
	return lost || system || ofDatabase(err) || errors.Is(err, errHeld)
}

// UnderWay is for how long the batch under way has been; 0 between batches. It is measured on the monotonic clock: the
// clock on the wall jumps, and nothing is wrong with the disk then.
func (db *DB) UnderWay() time.Duration {
	began := db.began.Load()
	if began == nil {
		return 0
	}
	return time.Since(*began)
}

// FreeSpace is how many bytes are free on the disk with the database. It is unknown where the system doesn't tell.
func (db *DB) FreeSpace() (bytes int64, known bool) { return db.space.left(filepath.Dir(db.path)) }

// fail notes that storing does not work. The handle is replaced before the next batch.
func (db *DB) fail(err error) {
	db.broken = true
	_, lost := errors.AsType[*lostError](err)
	db.sound = db.sound && lost
	db.unlooked = lookAfter // the log may be the cause, or what suffers
	f := failureOf(err)
	if before := db.fault.Swap(&f); before == nil || *before != f {
		db.config.Log.Error("storing fails", "error", err)
	}
}

// recovered notes that it works, unless the log still waits to be folded in.
func (db *DB) recovered() {
	if db.behind {
		return
	}
	if db.fault.Swap(nil) != nil {
		db.config.Log.Info("storing works again")
	}
}

// pause lets something happen every lookEvery.
type pause struct {
	mu   sync.Mutex
	last time.Time // zero: never
}

func (p *pause) due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.last.IsZero() && time.Since(p.last) < lookEvery {
		return false
	}
	p.last = time.Now()
	return true
}

// space remembers how much a disk has left.
type space struct {
	pause pause
	mu    sync.Mutex
	free  int64
	known bool
}

// left is how many bytes of the disk with the folder are free to us. It is unknown where the system doesn't tell. A
// disk without room is looked at each time: somebody may have made some.
func (s *space) left(folder string) (free int64, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pause.due() || s.known && s.free < leastRoom {
		s.free, s.known = freeSpace(folder)
	}
	return s.free, s.known
}
