package handlers

import (
	"context"
	"time"

	"tagline/jobs"
)

// disconnectRevoked hurries the sockets of users whose access changed: one that waits for a browser that does not read
// would not come to it for a while.
func (a *App) disconnectRevoked() *jobs.Loop {
	l := a.hub.Listen()
	news := func() <-chan struct{} { return l.News() } // l changes
	return jobs.StartLoop(a.env(), "signing out", news, func(context.Context) (time.Duration, error) {
		changes, ok := l.Take()
		if !ok {
			l = l.Again() // where it fell behind the sockets did too, and are closed
		}
		for _, c := range changes {
			if c.PersonID != 0 {
				a.sockets.Hurry(c.PersonID)
			}
		}
		return jobs.UntilWoken, nil
	})
}

// env is what the app's own loops work with.
func (a *site) env() jobs.Env { return jobs.Env{Store: a.store, Now: a.now, Log: a.log} }
