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
	ends   time.Time // when the sign-in may be over by itself
}

// leastLasts is how long a sign-in is believed to last at least that was there just now.
const leastLasts = time.Second

// unknownAccess is not the number of any access.
const unknownAccess = -1

// current tells whether everything about the user is as it was when refreshViewer returned.
func (l *pageSession) current() bool {
	return l.server.Store.SameAccess(l.me, l.access) && l.server.Now().Before(l.ends)
}

// refreshViewer sees to it that the session knows its user and what they may see now. It asks the store only where that
// may have changed. The error is web.CloseSignedOut where the user's sign-in has ended.
func (l *pageSession) refreshViewer(ctx context.Context) error {
	l.viewer.Now = l.server.Now()
	defer l.name()
	if l.current() {
		return nil
	}
	access, err := l.server.Store.Access(ctx, l.me)
	if err != nil {
		return err
	}
	user, err := l.server.Store.SessionUser(ctx, l.sessionHash)
	var ends time.Time
	if err == nil {
		ends, err = l.server.Store.SessionEnds(ctx, l.sessionHash)
	}
	if errors.Is(err, store.ErrNotFound) {
		return web.CloseSignedOut
	}
	if err != nil {
		return err
	}
	l.access, l.viewer.User, l.ends = access, user, ends
	if least := l.viewer.Now.Add(leastLasts); l.ends.Before(least) {
		l.ends = least
	}
	l.scope = fmt.Sprint(user.Role, " ", user.ReadOnly, " ", user.Scope().Key())
	return nil
}

// name makes the names that hold now the viewer's.
func (v *pageView) name() {
	names := v.server.Pages.Names()
	v.viewer.Names, _ = web.GetCached(v.server.cache, namesWithin{names, v.scope}, 0, func() (store.Names, error) {
		return names.Within(v.viewer.User.Scope()), nil
	})
}

type namesWithin struct {
	names *store.Names
	scope string
}
