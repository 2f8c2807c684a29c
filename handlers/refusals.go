package handlers

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tagline/store"
)

const (
	refusalQueue = 256                    // refused requests that may wait to be noted
	refusalPause = 100 * time.Millisecond // at least so long between two writes
	headWait     = 2 * time.Second        // for the beginning of a refused body
	headRead     = 4 << 10                // bytes read of a refused body
)

// refusals notes refused requests aside from all others: they wait in a short queue of their own and are written a few
// times a second, so that whoever sends many slows down nobody. What comes faster is counted.
type refusals struct {
	store  *store.Store
	log    *slog.Logger
	queue  chan store.Refusal
	missed atomic.Int64

	stop    func()
	stopped chan struct{}
}

func newRefusals(s *store.Store, log *slog.Logger) *refusals {
	stop := make(chan struct{})
	n := &refusals{
		store: s, log: log, queue: make(chan store.Refusal, refusalQueue),
		stop: sync.OnceFunc(func() { close(stop) }), stopped: make(chan struct{}),
	}
	go func() {
		defer close(n.stopped)
		keepUp(s, "the list of refused requests", func() { n.run(stop) })
	}()
	return n
}

// close writes what waits. Nothing is noted after it.
func (n *refusals) close() {
	n.stop()
	<-n.stopped
}

// note never blocks.
func (n *refusals) note(r store.Refusal) {
	select {
	case n.queue <- r:
	default:
		n.missed.Add(1)
	}
}

func (n *refusals) run(stop <-chan struct{}) {
	for {
		var batch []store.Refusal
		select {
		case r := <-n.queue:
			batch = n.drain([]store.Refusal{r})
		case <-stop:
			batch = n.drain(nil)
		}
		for n.write(batch) {
			if !wait(stop, refusalPause) {
				n.write(batch)
				break
			}
		}
		if !wait(stop, refusalPause) {
			n.write(n.drain(nil))
			return
		}
	}
}

// drain adds what waits. Requests were missed only because the queue was full, so the last that waited tells of them.
func (n *refusals) drain(batch []store.Refusal) []store.Refusal {
	for {
		select {
		case r := <-n.queue:
			batch = append(batch, r)
		default:
			if len(batch) > 0 {
				batch[len(batch)-1].Missed = int(n.missed.Swap(0))
			}
			return batch
		}
	}
}

// write tells whether the batch must be written again later, because the webhooks themselves are waiting.
func (n *refusals) write(batch []store.Refusal) (again bool) {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	err := n.store.RecordRefusals(ctx, batch)
	if err != nil && !errors.Is(err, store.ErrBusy) {
		n.log.Error("refused requests not noted", "count", len(batch), "error", err)
		return false
	}
	return err != nil
}

// wait tells whether the time passed before stop.
func wait(stop <-chan struct{}, d time.Duration) bool {
	select {
	case <-stop:
		return false
	case <-time.After(d):
		return true
	}
}

// heldBody keeps the beginning of what is read of a body.
type heldBody struct {
	io.ReadCloser
	head []byte
}

func (b *heldBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.head = append(b.head, p[:min(n, headRead-len(b.head))]...)
	return n, err
}

// fill reads on until there is enough of the body to show. A sender that is slow is not waited for.
func (b *heldBody) fill(w http.ResponseWriter) {
	if len(b.head) >= headRead {
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(headWait)) // else the server's own deadline holds
	_, _ = io.CopyN(io.Discard, b, int64(headRead-len(b.head)))
}

// refused is what is kept of a request that is refused.
func (a *App) refused(r *http.Request, cause store.Cause, head []byte) store.Refusal {
	host := ""
	if address := a.proxies.Address(r); address.IsValid() {
		host = address.String()
	}
	return store.Refusal{
		At: a.now().UnixMilli(), Cause: cause, Address: cmp.Or(host, "unknown"), Method: clipped(r.Method, 16),
		Path: redactedPath(r.URL.Path), ContentType: clipped(r.Header.Get("Content-Type"), headerLength),
		UserAgent: clipped(r.UserAgent(), headerLength), ContentLength: r.ContentLength, Head: redactedHead(head),
	}
}
