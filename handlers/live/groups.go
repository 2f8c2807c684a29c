package live

import (
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tagline/store"
	"tagline/web"
)

// groups are the open pages by what they show, and to whom.
type groups struct {
	mu  sync.Mutex
	all map[groupKey]*group
}

func newGroups() *groups { return &groups{all: map[groupKey]*group{}} }

// use returns the group of a key. Who has it calls leave.
func (all *groups) use(key groupKey) *group {
	all.mu.Lock()
	defer all.mu.Unlock()
	g := all.all[key]
	if g == nil {
		g = &group{key: key, members: map[*member]bool{}, absent: absent{}}
		all.all[key] = g
	}
	g.users++
	return g
}

// leave takes a member out of its group, which is forgotten with the last one.
func (all *groups) leave(g *group, m *member) {
	g.mu.Lock()
	delete(g.members, m)
	g.mu.Unlock()
	all.mu.Lock()
	defer all.mu.Unlock()
	if g.users--; g.users == 0 {
		delete(all.all, g.key)
	}
}

func (all *groups) list() []*group {
	all.mu.Lock()
	defer all.mu.Unlock()
	return slices.Collect(maps.Values(all.all))
}

// each has the groups do something, as many at once as there are cores, and returns the sum of what they return.
func (all *groups) each(do func(*group) int) int {
	list := all.list()
	var next, sum atomic.Int64
	work := func() {
		for n := next.Add(1); int(n) <= len(list); n = next.Add(1) {
			sum.Add(int64(do(list[n-1])))
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
	return int(sum.Load())
}

// dispatch has the groups show what the hub brings, until the hub is closed.
func (s *Server) dispatch() {
	defer close(s.closed)
	for listener := s.Hub.Listen(); ; {
		<-listener.News()
		changes, ok := listener.Take()
		switch {
		case ok && len(changes) > 0:
			woken := s.groups.each(func(g *group) int { return g.show(changes) })
			time.Sleep(web.Pace(woken))
		case ok:
		case s.closing.Load():
			return
		default: // it fell too far behind
			listener = listener.Again()
			s.groups.each(func(g *group) int { g.mu.Lock(); defer g.mu.Unlock(); return g.dismiss() })
		}
	}
}

// apart does what asks the store or renders, for one socket. It does so in a goroutine of its own, so that the stacks of
// thousands of sockets stay small, and for a few at once, so that many pages that open at the same time leave cores to
// those that are open. A panic is the caller's.
func (s *Server) apart(do func() error) (err error) {
	s.turns <- struct{}{}
	defer func() { <-s.turns }()
	done := make(chan any)
	go func() {
		var panicked any
		defer func() { done <- panicked }()
		panicked = caught(func() { err = do() })
	}()
	if p := <-done; p != nil {
		panic(p)
	}
	return err
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

// concerns tells whether a change is of what the person may see or of how they want it shown.
func concerns(c store.Change, person int64) bool {
	return c.PersonID == person || c.Preferences && c.UserID == person
}
