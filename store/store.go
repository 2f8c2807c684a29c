// Package store keeps everything Tagline knows in one SQLite file: the log of webhook bodies, the messages, contacts
// and tag changes concluded from them, and the people who read them. Nothing outside it sees SQL.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"tagline/store/sqlite"
)

// ErrNotFound is returned for what does not exist and for what lies outside the scope, alike.
var ErrNotFound = errors.New("not found")

// previewLength is how many characters of the last message a conversation's summary keeps.
const previewLength = 160

// keptChanges is how many change numbers can be resumed from. Pages that fall further behind start afresh.
const keptChanges = 100_000

// Options are what a Store can be told; the zero value is the program's own behaviour.
type Options struct {
	// Now is the clock; time.Now by default.
	Now func() time.Time
	// Published is told of every change after it is on disk, in ascending order and from one goroutine.
	// It must not block.
	Published func(Change)
	// RepeatWindow is how long a body without a timestamp counts as a repeat of the same one; 5 s by default.
	RepeatWindow time.Duration
	// SessionIdle is after how long without use a session ends; 12 h by default.
	SessionIdle time.Duration
	// LowSpace is how much free disk space is too little, in bytes; 200 MB by default. Health is yellow below it.
	LowSpace int64
	// Backups says when BackUp makes backups; never by default.
	Backups Schedule
	// Serve makes this the one process that serves the database until Close. Where another one does it is refused.
	Serve bool
	// Log is told when storing fails and when it works again, and what is done to the schema; nobody is by default.
	Log *slog.Logger
}

// Store is one open database. Its methods may be called from any goroutine.
type Store struct {
	options Options
	db      *sqlite.DB
	reads   *sqlite.Reader
	effects *effects
	broken  atomic.Pointer[breakage]

	searching chan struct{} // has room for searchesAtOnce
	tagCounts keptTagCounts
}

// Open opens the database file, creating it (mode 0600) and bringing its schema up to date where needed. A file
// that is damaged, foreign or made by a newer Tagline is left untouched and named in the error.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Published == nil {
		options.Published = func(Change) {}
	}
	if options.RepeatWindow == 0 {
		options.RepeatWindow = 5 * time.Second
	}
	if options.SessionIdle == 0 {
		options.SessionIdle = 12 * time.Hour
	}
	if options.LowSpace == 0 {
		options.LowSpace = lowSpace
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	e := newEffects(options)
	db, err := format.Open(ctx, path, sqlite.Config{Now: options.Now, Log: options.Log, Serve: options.Serve,
		Backups: options.Backups, Begin: e.begin, End: e.end})
	if err != nil {
		return nil, err
	}
	s := &Store{options: options, db: db, reads: db.Reads(), effects: e, searching: make(chan struct{}, searchesAtOnce)}
	if err := errors.Join(s.readClock(ctx), s.adoptCopy(ctx), s.readTargets(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return s, nil
}

// Close answers the waiting writes, folds the write-ahead log into the database file and closes it.
func (s *Store) Close() error { return s.db.Close() }

// now is the store's clock in Unix ms.
func (s *Store) now() int64 { return s.options.Now().UnixMilli() }
