package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// The errors that callers tell apart.
var (
	// ErrBusy is returned when too many writes are waiting; nothing was written.
	ErrBusy = errors.New("too many writes are waiting")
	// ErrClosed is returned for writes after Close; nothing was written.
	ErrClosed = errors.New("the store is closed")
	// ErrExists is returned for a name that is taken.
	ErrExists = errors.New("already exists")
)

const (
	// waitingWrites is how many writes may wait before further ones are refused with ErrBusy.
	waitingWrites = 1024
	// batchWrites bounds one transaction, so that a commit answers its first write soon.
	batchWrites = 256
)

// DB is an open database. Its methods may be called from any goroutine. One goroutine writes: it commits all waiting
// writes in one transaction (group commit), because a commit costs a disk flush whatever it holds, publishes their
// changes, and then answers each.
type DB struct {
	path    string
	format  Format
	config  Config
	serving *serving // nil where others may serve the database

	queue chan *write
	ended chan struct{}

	mu     sync.RWMutex // guards closed against sends on queue
	closed bool

	// Of the writer's goroutine alone; of close once that has ended.
	handle   *handle // nil until it can be opened
	files    files   // that it has open; others read them under mu
	content  *content
	broken   bool   // it must be mended before it is used again
	left     bool   // it cannot be closed without harm
	sound    bool   // nothing is wrong with it but that its files have lost their names
	behind   bool   // the last checkpoint failed
	rescue   rescue // the copy of what is committed, while the files have lost their names
	unlooked int    // writes since the length of the log was looked at
	begun    []func()

	backups  *scheduler
	reads    *Reader // its connections are replaced with the handle where both must be
	measures measures
	fault    atomic.Pointer[Failure]   // nil while storing works
	began    atomic.Pointer[time.Time] // when the batch under way did; nil between batches
	looked   pause
	idle     pause // of looks at the files while storing works
	space    space
}

// write is one business fact on its way to disk.
type write struct {
	do      func(*Tx) error
	after   []func()        // once it is on disk
	between func(*DB) error // after that, between batches
	err     error
	done    chan struct{} // closed when err is final
}

func (f Format) startWriter(ctx context.Context, path string, config Config, alone *serving) (*DB, error) {
	h, open, err := openFiles(ctx, path)
	if err != nil && (alone == nil || diagnose(err) != Full) {
		return nil, err
	}
	db := &DB{
		path:     path,
		format:   f,
		config:   config,
		backups:  newScheduler(f, path, config),
		serving:  alone,
		queue:    make(chan *write, waitingWrites),
		ended:    make(chan struct{}),
		measures: newMeasures(),
	}
	if err == nil {
		err = db.begin(h, open)
	} else {
		err = db.beginFull(err)
	}
	if err != nil {
		return nil, err
	}
	go db.run()
	return db, nil
}

// close lets the waiting writes finish and refuses new ones.
func (db *DB) close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.queue)
	db.mu.Unlock()
	<-db.ended
	defer db.content.close()
	return db.leave()
}

// Write runs do in a transaction and returns once that is on disk, or nothing of it. When ctx ends first the outcome
// is open: the write may still happen.
func (db *DB) Write(ctx context.Context, do func(*Tx) error) error {
	return db.await(ctx, &write{do: do, done: make(chan struct{})})
}

func (db *DB) await(ctx context.Context, job *write) error {
	if err := db.enqueue(job); err != nil {
		return err
	}
	select {
	case <-job.done:
		return job.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (db *DB) enqueue(job *write) error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if db.closed {
		return ErrClosed
	}
	select {
	case db.queue <- job:
		return nil
	default:
		return ErrBusy
	}
}

func (db *DB) run() {
	defer close(db.ended)
	for job := range db.queue {
		batch := db.drain([]*write{job})
		began := time.Now()
		db.began.Store(&began)
		db.commit(batch)
		db.measures.commit.Observe(time.Since(began).Seconds())
		db.measures.batch.Observe(float64(len(batch)))
		db.finish(batch)
		for _, job := range batch {
			if job.between != nil && job.err == nil {
				job.err = Recover(func() error { return job.between(db) })
			}
			close(job.done)
		}
		db.unlooked += len(batch)
		db.checkpoint()
		db.began.Store(nil)
	}
}

// drain adds what is waiting already. It never waits for more: while one batch is flushed the next one gathers.
func (db *DB) drain(batch []*write) []*write {
	for len(batch) < batchWrites {
		select {
		case job, open := <-db.queue:
			if !open {
				return batch
			}
			batch = append(batch, job)
		default:
			return batch
		}
	}
	return batch
}

// finish does what was to be done after the commit. All is on disk: whatever happens here, the writes have succeeded.
func (db *DB) finish(batch []*write) {
	db.doAll(db.begun)
	for _, job := range batch {
		db.doAll(job.after)
	}
}

func (db *DB) doAll(after []func()) {
	for _, do := range after {
		if err := Recover(func() error { do(); return nil }); err != nil {
			db.fail(err)
		}
	}
}

// Recover turns a panic into an error: one body that trips over a bug must end neither the process nor the writer, on
// which everybody waits.
func Recover(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}
