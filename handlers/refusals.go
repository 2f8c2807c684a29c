package handlers

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"tagline/jobs"
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
	loop   *jobs.Loop

	// Of the loop alone, and of close once that has ended.
	batch   []store.Refusal // taken from the queue and not written yet
	written time.Time       // when the last write ended
}

func newRefusals(env jobs.Env) *refusals {
	n := &refusals{store: env.Store, log: env.Log, queue: make(chan store.Refusal, refusalQueue)}
	n.loop = jobs.StartLoop(env, "the list of refused requests", nil, n.run)
	return n
}

// close writes what waits. Nothing is noted after it.
func (n *refusals) close() {
	n.loop.Close()
	n.write() // what a busy store has not taken
	n.write()
}

// note never blocks.
func (n *refusals) note(r store.Refusal) {
	select {
	case n.queue <- r:
	default:
		n.missed.Add(1)
	}
	n.loop.Wake()
}

// run writes what waits, unless it has just done so.
func (n *refusals) run(context.Context) (time.Duration, error) {
	if pause := refusalPause - time.Since(n.written); pause > 0 {
		return pause, nil
	}
	if n.write() {
		return refusalPause, nil
	}
	return jobs.UntilWoken, nil
}

// drain takes what waits. Requests were missed only because the queue was full, so the last that waited tells of them.
func (n *refusals) drain() (batch []store.Refusal) {
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

// write writes what waits. It tells whether that must be tried again, because the webhooks themselves are waiting.
func (n *refusals) write() (again bool) {
	if len(n.batch) == 0 {
		n.batch = n.drain()
	}
	if len(n.batch) == 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	err := n.store.RecordRefusals(ctx, n.batch)
	n.written = time.Now()
	if errors.Is(err, store.ErrBusy) {
		return true
	}
	if err != nil {
		n.log.Error("refused requests not noted", "count", len(n.batch), "error", err)
	}
	n.batch = nil
	return false
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
func (a *webhooks) refused(r *http.Request, cause store.Cause, head []byte) store.Refusal {
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
