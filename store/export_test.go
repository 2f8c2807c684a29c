package store

import "context"

// Bare is the benchmarks' yardstick: the same statements as ours behind the plainest writer there can be. It commits
// what waits together, or each write alone; it has no savepoints, publishes nothing, survives nothing.
type Bare struct {
	*Store
	alone bool
}

// NewBare takes the writer of an open store for a bare one. alone commits each write in a transaction of its own.
func NewBare(s *Store, alone bool) *Bare {
	old := s.writer
	queue := old.queue
	old.mu.Lock()
	old.closed = true
	close(queue)
	old.mu.Unlock()
	<-old.ended
	must(old.handle.exec(`PRAGMA wal_autocheckpoint = 1000`)) // ours does that itself
	bare := &writer{path: old.path, options: old.options, handle: old.handle,
		queue: make(chan *write, waitingWrites), ended: make(chan struct{})}
	s.writer = bare
	b := &Bare{Store: s, alone: alone}
	go b.run(bare)
	return b
}

func (b *Bare) run(w *writer) {
	defer close(w.ended)
	for job := range w.queue {
		batch := []*write{job}
		if !b.alone {
			batch = w.drain(batch)
		}
		t := &tx{writer: w, handle: w.handle, now: w.options.Now().UnixMilli()}
		must(t.exec(`BEGIN IMMEDIATE`))
		must(t.row(`SELECT coalesce(max(number), 0) FROM changes`).Scan(&t.number))
		for _, job := range batch {
			must(job.do(t))
		}
		must(t.exec(`COMMIT`))
		for _, job := range batch {
			close(job.done)
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Do runs a function as a write.
func (s *Store) Do(ctx context.Context, do func() error) error {
	return s.write(ctx, func(*tx) error { return do() })
}

// AddThen adds a contact in a write and then does the rest of it.
func (s *Store) AddThen(ctx context.Context, number string, then func() error) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.contact(number); err != nil {
			return err
		}
		return then()
	})
}

// Waiting is how many writes wait.
func (s *Store) Waiting() int { return len(s.writer.queue) }
