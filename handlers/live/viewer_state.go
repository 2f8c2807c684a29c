package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tagline/store"
	"tagline/web"
)

// viewerState is how current a session's viewer and scope are.
type viewerState struct {
	access int64     // see store.Access
	asked  time.Time // when the store was asked for the user last
}

// askEvery is how long the answer holds that the session has not ended by itself.
const askEvery = 5 * time.Second

// unknownAccess is not the number of any access.
const unknownAccess = -1

// current tells whether everything about the user is as it was when refreshViewer returned.
func (l *pageSession) current() bool {
	return l.server.store.SameAccess(l.me, l.access) && l.server.now().Sub(l.asked) < askEvery
}

// refreshViewer sees to it that the session knows its user and what they may see now. It asks the store only where that
// may have changed. The error is web.CloseSignedOut where the user's sign-in has ended.
func (l *pageSession) refreshViewer(ctx context.Context) error {
	l.viewer.Now = l.server.now()
	if l.current() {
		return nil
	}
	var access int64
	var user store.User
	err := l.work(func() (err error) {
		if access, err = l.server.store.Access(ctx, l.me); err == nil {
			user, err = l.server.store.SessionUser(ctx, l.sessionHash)
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return web.CloseSignedOut
	}
	if err != nil {
		return err
	}
	l.access, l.asked, l.viewer.User = access, l.viewer.Now, user
	l.scope = fmt.Sprint(user.Role, " ", user.ReadOnly, " ", user.Scope().Key())
	l.name()
	return nil
}

// name makes the names that hold now the viewer's.
func (l *pageSession) name() {
	names := l.server.pages.Names()
	l.viewer.Names, _ = web.GetCached(l.server.cache, namesWithin{names, l.scope}, 0, func() (store.Names, error) {
		return names.Within(l.viewer.User.Scope()), nil
	})
}

type namesWithin struct {
	names *store.Names
	scope string
}
