package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// clearance is what a socket may show: who is behind it, and what that person may see, as long as nothing about it
// changes.
type clearance struct {
	viewer views.Viewer
	scope  string // names what the person may see and do, for what is shared
	access int64  // see store.Access
	asked  time.Time
}

// askEvery is how long the answer holds that the session has not ended by itself.
const askEvery = 5 * time.Second

// unknownAccess is not the number of any access.
const unknownAccess = -1

// current tells whether everything about the person is as it was when recognise returned.
func (l *pageSession) current() bool {
	return l.server.store.SameAccess(l.me, l.access) && l.server.now().Sub(l.asked) < askEvery
}

// recognise sees to it that the socket knows who is behind it and what they may see now. It asks the store only where that
// may have changed. It returns the code to close the socket with, or 0.
func (l *pageSession) recognise(ctx context.Context) int {
	l.viewer.Now = l.server.now()
	if l.current() {
		return 0
	}
	var access int64
	var user store.User
	var err error
	l.work(func() {
		if access, err = l.server.store.Access(ctx, l.me); err == nil {
			user, err = l.server.store.SessionUser(ctx, l.sum)
		}
	})
	if errors.Is(err, store.ErrNotFound) {
		return closeSignedOut
	}
	if err != nil {
		return l.failed(err)
	}
	l.access, l.asked, l.viewer.User = access, l.viewer.Now, user
	l.scope = fmt.Sprint(user.Role, " ", user.ReadOnly, " ", user.Scope().Key())
	l.name()
	return 0
}

// name makes the names that hold now the viewer's.
func (l *pageSession) name() {
	names := l.server.pages.Names()
	l.viewer.Names, _ = web.GetCached(l.server.cache, namesWithin{names, l.scope}, 0, func() (store.Names, error) { return names.Within(l.viewer.User.Scope()), nil })
}

type namesWithin struct {
	names *store.Names
	scope string
}
