package live

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
)

// workers make frames for open pages. They are few, and their stacks are large already: each of thousands of sockets
// would have to grow its own. Measured with 1,000 sockets: 140 MB with a semaphore in their place, 112 to 122 MB with
// them.
type workers struct {
	jobs    chan job
	running sync.WaitGroup
	ended   sync.Once
}

// job is something to do for somebody who waits; done is told the panic that it ended with, or nil.
type job struct {
	do   func()
	done chan<- any
}

func startWorkers() *workers {
	w := &workers{jobs: make(chan job)}
	for range 2 * runtime.GOMAXPROCS(0) {
		w.running.Go(func() {
			for j := range w.jobs {
				j.done <- caught(j.do)
			}
		})
	}
	return w
}

// caught returns the panic that do ended with, or nil.
func caught(do func()) (panicked any) {
	defer func() {
		if p := recover(); p != nil {
			panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	do()
	return nil
}

// do has a worker do something, and returns when it is done. A panic is the caller's. done belongs to the caller alone
// and has room for one.
func (w *workers) do(done chan any, do func()) {
	w.jobs <- job{do, done}
	if p := <-done; p != nil {
		panic(p)
	}
}

// close ends the workers, when nobody has anything for them any more.
func (w *workers) close() {
	w.ended.Do(func() { close(w.jobs) })
	w.running.Wait()
}
