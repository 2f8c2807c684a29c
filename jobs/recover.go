package handlers

import (
	"fmt"
	"runtime/debug"
	"time"

	"tagline/store"
)

// restartPause is how long a part that failed waits before it goes on.
const restartPause = 100 * time.Millisecond

// keepUp runs a part of the app until it returns. Where it panics, health is red for a while, and it begins anew: a bug in
// one part must not end the others, and least of all storing.
func keepUp(s *store.Store, part string, run func()) {
	for guarded(s, part, func() error { run(); return nil }) != nil {
		time.Sleep(restartPause)
	}
}

// guarded turns a panic in a part of the app into an error, which has been logged, and makes health red for a while.
func guarded(s *store.Store, part string, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			s.Broken(part, err)
		}
	}()
	trap(part)
	return do()
}

// trap lets tests have a part panic.
var trap = func(part string) {}

// usher hurries the sockets of people whose access changed: one that waits for a browser that does not read would not come
// to it for a while.
func (a *App) usher() {
	l := a.hub.Listen()
	for !a.closing.Load() {
		<-l.News()
		changes, ok := l.Take()
		if !ok {
			l = a.hub.Listen() // it fell behind; the sockets did too, and are closed
		}
		for _, c := range changes {
			if c.PersonID != 0 {
				a.sockets.Hurry(c.PersonID)
			}
		}
	}
}
