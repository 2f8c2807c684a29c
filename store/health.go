package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// Level is how well storing goes.
type Level string

const (
	Green  Level = "green"  // all is well
	Yellow Level = "yellow" // everything is stored, but somebody should act
	Red    Level = "red"    // messages are not stored, or not safely
)

// Health is how well storing goes, in words for people: what is wrong and what to do. It tells no internals.
type Health struct {
	Level   Level  `json:"health"`
	Message string `json:"message"`
}

const (
	// lowSpace is how much free disk space is too little, in bytes.
	lowSpace = 200 << 20
	// lookEvery is how often the disk is looked at, and how often storing is tried while it fails and nobody writes.
	lookEvery = 5 * time.Second
	// stuckAfter is how long a commit may take before the disk counts as stuck. Webhooks are answered 503 by then.
	stuckAfter = 10 * time.Second
)

// Health tells how storing goes. It is cheap enough for every page, and keeps no timer: asking is also what makes the
// writer try again while storing fails, and look at the files while nobody writes. How long something lasts is measured on the monotonic clock: the clock on the
// wall jumps, and nothing is wrong with the disk then.
func (s *Store) Health() Health {
	w := s.writer
	if took := w.underWay(); took >= stuckAfter {
		return Health{Red, fmt.Sprintf("The disk has not answered for %d seconds. New messages cannot be stored, and TextLink does not send them again: check the disk.", int(took.Seconds()))}
	}
	if fault := w.fault.Load(); fault != nil {
		if s.looked.due() {
			w.look()
		}
		return *fault
	}
	if w.serving != nil && s.idle.due() {
		w.look()
	}
	if b := s.broken.Load(); b != nil && time.Since(b.at) < brokenShown {
		return Health{Red, fmt.Sprintf("A part of Tagline failed (%s). What arrives is still stored, and the part goes on; but look into the log, and tell those who make Tagline.", b.part)}
	}
	if free, known := s.space.left(filepath.Dir(s.path)); known && free < s.options.LowSpace {
		return Health{Yellow, fmt.Sprintf("The disk is nearly full: %d MB left. Free some space soon. Once it is full, new messages cannot be stored, and TextLink does not send them again.", free>>20)}
	}
	if trouble := s.backups.trouble(); trouble != "" {
		return Health{Yellow, trouble}
	}
	if trouble := s.clockTrouble(); trouble != "" {
		return Health{Yellow, trouble}
	}
	return Health{Green, "Everything is stored."}
}

// look makes the writer commit nothing, which tells whether it could. When nothing can be enqueued it is at work anyhow.
func (w *writer) look() {
	_ = w.enqueue(&write{do: func(*tx) error { return nil }, done: make(chan struct{})})
}

// underWay is for how long the batch under way has been; 0 between batches.
func (w *writer) underWay() time.Duration {
	began := w.began.Load()
	if began == nil {
		return 0
	}
	return time.Since(*began)
}

// brokenShown is for how long it is told that a part of the program failed.
const brokenShown = 10 * time.Minute

// breakage is a part of the program that failed.
type breakage struct {
	part string
	at   time.Time
}

// Broken notes that a part of the program failed in a way that nobody foresaw, and goes on. Health is red for a while, so
// that somebody looks into the log.
func (s *Store) Broken(part string, err error) {
	s.broken.Store(&breakage{part, time.Now()})
	s.options.Log.Error("a part of Tagline failed", "part", part, "error", err)
}

// fail notes that storing does not work. The handle is replaced before the next batch.
func (w *writer) fail(err error) {
	w.broken = true
	_, lost := errors.AsType[*lostError](err)
	w.sound = w.sound && lost
	w.unlooked = lookAfter // the log may be the cause, or what suffers
	h := Health{Red, healthOf(err)}
	if before := w.fault.Swap(&h); before == nil || *before != h {
		w.options.Log.Error("storing fails", "error", err)
	}
}

// recovered notes that it works, unless the log still waits to be folded in.
func (w *writer) recovered() {
	if w.behind {
		return
	}
	if w.fault.Swap(nil) != nil {
		w.options.Log.Info("storing works again")
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

// left is how many bytes of the disk with the folder are free to us. It is unknown where the system doesn't tell.
func (s *space) left(folder string) (free int64, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pause.due() {
		s.free, s.known = freeSpace(folder)
	}
	return s.free, s.known
}
