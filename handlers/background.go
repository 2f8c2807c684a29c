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
	for !survives(s, part, run) {
		time.Sleep(restartPause)
	}
}

func survives(s *store.Store, part string, run func()) (returned bool) {
	defer func() {
		if p := recover(); p != nil {
			s.Broken(part, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	run()
	return true
}

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
