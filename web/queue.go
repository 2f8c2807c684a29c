package web

import "sync"

// queue lets a few go in at once. Others wait in two lines of bounded length: whoever stands in the first one goes
// before all of the second.
type queue struct {
	most int // of each line

	mu    sync.Mutex
	free  int
	lines [2][]chan struct{}
}

func newQueue(atOnce, most int) *queue { return &queue{most: most, free: atOnce} }

// enter returns true once it is one's turn, or false at once where too many wait in the line.
func (q *queue) enter(first bool) bool {
	line := 1
	if first {
		line = 0
	}
	q.mu.Lock()
	if q.free > 0 { // then nobody waits
		q.free--
		q.mu.Unlock()
		return true
	}
	if len(q.lines[line]) >= q.most {
		q.mu.Unlock()
		return false
	}
	turn := make(chan struct{})
	q.lines[line] = append(q.lines[line], turn)
	q.mu.Unlock()
	<-turn
	return true
}

// leave lets the next one in. Whoever entered calls it once.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for line := range q.lines {
		if waiting := q.lines[line]; len(waiting) > 0 {
			close(waiting[0])
			q.lines[line] = waiting[1:]
			return
		}
	}
	q.free++
}
