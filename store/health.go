package store

import (
	"context"
	"fmt"
	"time"

	"tagline/store/sqlite"
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
	// stuckAfter is how long a commit may take before the disk counts as stuck. Webhooks are answered 503 by then.
	stuckAfter = 10 * time.Second
)

// Health tells how storing goes. It is cheap enough for every page, and keeps no timer: asking is also what makes the
// writer try again while storing fails, and look at the files while nobody writes. How long something lasts is measured
// on the monotonic clock: the clock on the wall jumps, and nothing is wrong with the disk then.
func (s *Store) Health() Health {
	if took := s.db.UnderWay(); took >= stuckAfter {
		return Health{Red,
			fmt.Sprintf("The disk has not answered for %d seconds. New messages cannot be stored, and TextLink does not send "+
				"them again: check the disk.", int(took.Seconds()))}
	}
	if failure := s.db.Failure(); failure != nil {
		return Health{Red, healthOf(failure)}
	}
	if b := s.broken.Load(); b != nil && time.Since(b.at) < brokenShown {
		return Health{Red,
			fmt.Sprintf("A part of Tagline failed (%s). What arrives is still stored, and the part goes on; but look into "+
				"the log, and tell those who make Tagline.", b.part)}
	}
	if free, known := s.db.FreeSpace(); known && free < s.options.LowSpace {
		return Health{Yellow,
			fmt.Sprintf("The disk is nearly full: %d MB left. Free some space soon. Once it is full, new messages cannot be "+
				"stored, and TextLink does not send them again.", free>>20)}
	}
	if trouble := s.backupTrouble(); trouble != "" {
		return Health{Yellow, trouble}
	}
	if trouble := s.clockTrouble(); trouble != "" {
		return Health{Yellow, trouble}
	}
	return Health{Green, "Everything is stored."}
}

// healthOf is what people are told while storing fails.
func healthOf(f *sqlite.Failure) string {
	lost := "New messages cannot be stored, and TextLink does not send them again"
	switch f.Trouble {
	case sqlite.Bug:
		lost = "Messages may be missing"
	case sqlite.Damaged:
		lost = "New messages may not be stored, and TextLink does not send them again"
	case sqlite.Denied, sqlite.ReadOnly, sqlite.Lost:
		lost = "New messages are not stored, and TextLink does not send them again"
	}
	return f.Happened + ". " + lost + ": " + f.Advice
}

// brokenShown is for how long it is told that a part of the program failed.
const brokenShown = 10 * time.Minute

// breakage is a part of the program that failed.
type breakage struct {
	part string
	at   time.Time
}

// Broken notes that a part of the program failed in a way that nobody foresaw, and goes on. Health is red for a while,
// so that somebody looks into the log.
func (s *Store) Broken(part string, err error) {
	s.broken.Store(&breakage{part, time.Now()})
	s.options.Log.Error("a part of Tagline failed", "part", part, "error", err)
}

// backupTrouble says in words for people that no backup is made, or "".
func (s *Store) backupTrouble() string {
	newest, failing := s.db.LastBackup()
	if !failing {
		return ""
	}
	since := "there is none yet"
	if newest != 0 {
		since = "the newest one is of " + time.UnixMilli(newest).UTC().Format("2 January 2006, 15:04 UTC")
	}
	return "Messages are stored, but the last backup failed; " +
		since + ". Tagline's log says why. It is tried again every few minutes."
}

// BacksUp tells whether backups are to be made.
func (s *Store) BacksUp() bool { return s.options.Backups.Every > 0 }

// BackUp makes a backup if one is due, and returns how long none will be. One that fails is logged, turns health
// yellow, and is due again in a few minutes. Only one goroutine may call it.
func (s *Store) BackUp(ctx context.Context) (next time.Duration, err error) { return s.db.BackUp(ctx) }

// BackupAge is how long ago the newest backup was begun that the server made by itself; there may be none.
func (s *Store) BackupAge() (age time.Duration, made bool) {
	newest, _ := s.db.LastBackup()
	return time.Duration(s.now()-newest) * time.Millisecond, newest != 0
}

// Copies returns the copies of the database that Tagline made itself, the newest first, also such as are not whole.
// What was deleted after one was made is still in it.
func (s *Store) Copies() []Copy { return s.db.Copies() }
