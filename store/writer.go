package store

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// waitingWrites is how many writes may wait before further ones are refused with ErrBusy.
	waitingWrites = 1024
	// batchWrites bounds one transaction, so that a commit answers its first write soon.
	batchWrites = 256
)

// oneThread, set by the linker (-X tagline/store.oneThread=yes), keeps the writer on one thread: strace counts the
// calls it makes fail by thread. Only tests of faults are built so.
var oneThread string

// writer is the one goroutine that writes. It commits all waiting writes in one transaction (group commit), because a
// commit costs a disk flush whatever it holds, publishes their changes, and then answers each.
type writer struct {
	path    string
	options Options
	serving *serving // nil where others may serve the database

	queue     chan *write
	committed chan struct{}          // told after commits, for the search index
	wakes     [wakeAll]chan struct{} // told after commits that leave something for somebody
	written   atomic.Int64           // how many writes there were
	ended     chan struct{}

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

	reads    *reader // replaced with the handle where both must be
	unstored unstored
	accesses accesses
	clock    clockNote
	measures measures
	fault    atomic.Pointer[Health]    // nil while storing works
	began    atomic.Pointer[time.Time] // when the batch under way did; nil between batches
}

// write is one business fact on its way to disk.
type write struct {
	do      func(*tx) error
	changes []Change
	wakes   [wakeAll]bool       // for whom it left something
	after   func(*writer) error // done once it is on disk, between batches
	err     error
	done    chan struct{} // closed when err is final
}

func startWriter(ctx context.Context, path string, options Options, alone *serving) (*writer, error) {
	h, f, err := openFiles(ctx, path)
	if err != nil && (alone == nil || diagnose(err) != full) {
		return nil, err
	}
	w := &writer{
		path:      path,
		options:   options,
		serving:   alone,
		queue:     make(chan *write, waitingWrites),
		committed: make(chan struct{}, 1),
		ended:     make(chan struct{}),
		measures:  newMeasures(),
	}
	if err == nil {
		err = w.begin(h, f)
	} else {
		err = w.beginFull(err)
	}
	if err != nil {
		return nil, err
	}
	for who := range w.wakes {
		w.wakes[who] = make(chan struct{}, 1)
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

// write runs do in a transaction and returns once that is on disk, or nothing of it. When ctx ends first the outcome
// is open: the write may still happen.
func (s *Store) write(ctx context.Context, do func(*tx) error) error {
	job := &write{do: do, done: make(chan struct{})}
	if err := s.writer.enqueue(job); err != nil {
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
		w.publish(batch)
		w.written.Add(int64(len(batch)))
		for _, job := range batch {
			if job.after != nil && job.err == nil {
				job.err = guard(func() error { return job.after(w) })
			}
			close(job.done)
		}
		tell(w.committed)
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

// publish tells of the changes of the batch. They are on disk: whatever happens here, the writes have succeeded.
func (w *writer) publish(batch []*write) {
	for _, job := range batch {
		if job.err != nil {
			continue
		}
		for who, left := range job.wakes {
			if left {
				tell(w.wakes[who])
			}
		}
		for _, c := range job.changes {
			if err := guard(func() error { w.options.Published(c); return nil }); err != nil {
				w.fail(err)
			}
		}
	}
}

// tell wakes who waits at the channel, unless it was told and has not looked yet.
func tell(who chan<- struct{}) {
	select {
	case who <- struct{}{}:
	default:
	}
}

// guard turns a panic into an error: one body that trips over a bug must end neither the process nor the writer, on
// which everybody waits.
func guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}
