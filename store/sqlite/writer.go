package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
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

// oneThread, set by the linker (-X tagline/store/sqlite.oneThread=yes), keeps the writer on one thread: strace counts the
// calls it makes fail by thread. Only tests of faults are built so.
var oneThread string

// writer is the one goroutine that writes. It commits all waiting writes in one transaction (group commit), because a
// commit costs a disk flush whatever it holds, publishes their changes, and then answers each.
type writer struct {
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
	space    space
}

// write is one business fact on its way to disk.
type write struct {
	do      func(*Tx) error
	after   []func()            // once it is on disk
	between func(*writer) error // after that, between batches
	err     error
	done    chan struct{} // closed when err is final
}

func (f Format) startWriter(ctx context.Context, path string, config Config, alone *serving) (*writer, error) {
	h, open, err := openFiles(ctx, path)
	if err != nil && (alone == nil || diagnose(err) != Full) {
		return nil, err
	}
	w := &writer{
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
		err = w.begin(h, open)
	} else {
		err = w.beginFull(err)
	}
	if err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

// close lets the waiting writes finish and refuses new ones.
func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.ended
	defer w.content.close()
	return w.leave()
}

// Write runs do in a transaction and returns once that is on disk, or nothing of it. When ctx ends first the outcome
// is open: the write may still happen.
func (w *writer) Write(ctx context.Context, do func(*Tx) error) error {
	return w.await(ctx, &write{do: do, done: make(chan struct{})})
}

func (w *writer) await(ctx context.Context, job *write) error {
	if err := w.enqueue(job); err != nil {
		return err
	}
	select {
	case <-job.done:
		return job.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) enqueue(job *write) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.queue <- job:
		return nil
	default:
		return ErrBusy
	}
}

func (w *writer) run() {
	if oneThread != "" {
		runtime.LockOSThread()
	}
	defer close(w.ended)
	for job := range w.queue {
		batch := w.drain([]*write{job})
		began := time.Now()
		w.began.Store(&began)
		w.commit(batch)
		w.measures.commit.Observe(time.Since(began).Seconds())
		w.measures.batch.Observe(float64(len(batch)))
		w.finish(batch)
		for _, job := range batch {
			if job.between != nil && job.err == nil {
				job.err = Guard(func() error { return job.between(w) })
			}
			close(job.done)
		}
		w.unlooked += len(batch)
		w.checkpoint()
		w.began.Store(nil)
	}
}

// drain adds what is waiting already. It never waits for more: while one batch is flushed the next one gathers.
func (w *writer) drain(batch []*write) []*write {
	for len(batch) < batchWrites {
		select {
		case job, open := <-w.queue:
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
func (w *writer) finish(batch []*write) {
	w.doAll(w.begun)
	for _, job := range batch {
		w.doAll(job.after)
	}
}

func (w *writer) doAll(after []func()) {
	for _, do := range after {
		if err := Guard(func() error { do(); return nil }); err != nil {
			w.fail(err)
		}
	}
}

// Guard turns a panic into an error: one body that trips over a bug must end neither the process nor the writer, on
// which everybody waits.
func Guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}
