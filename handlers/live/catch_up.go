package live

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"tagline/store"
	"tagline/web"
)

// catchUp shows what happened since the screen's change number, and has the page's group show it what happens from then
// on. The browser always gets a frame: it waits for a sign of life.
func (l *pageSession) catchUp() error {
	had, since := l.scope, l.screen.Change
	for {
		l.screen.Change = since
		var made []*frame
		err := l.server.apart(func() (err error) {
			ctx, cancel := storeContext()
			defer cancel()
			made, err = l.joinGroup(ctx)
			return err
		})
		if err != nil {
			return err
		}
		if !l.current() {
			continue // it was made for who may not see it any more
		}
		for _, f := range made {
			l.screen.Change = f.change
			if err := l.sendFrame(f.content, f.stale || had != "" && had != l.scope); err != nil {
				return err
			}
		}
		return nil
	}
}

// joinGroup makes the page one of its group, and returns what it is to show before anything that the group sends.
func (l *pageSession) joinGroup(ctx context.Context) ([]*frame, error) {
	l.leaveGroup()
	for since := l.screen.Change; ; l.screen.Change = since {
		listener := l.server.Hub.Listen() // before anything is read
		if err := l.refreshViewer(ctx); err != nil {
			return nil, err
		}
		d := newDelta(&l.pageView, shown{})
		missed, err := l.showMissed(ctx, d)
		if err != nil {
			return nil, err
		}
		l.group = l.server.groups.use(l.groupKey())
		later, joined, err := l.enter(ctx, d, listener)
		if err != nil {
			return nil, err
		}
		if !joined {
			l.leaveGroup()
			l.access = unknownAccess
			continue
		}
		if later.empty() {
			missed.change = later.change
			return []*frame{missed}, nil
		}
		return []*frame{missed, later}, nil
	}
}

// enter makes the page a member of its group with all that was published, and returns what that means for the page. It
// is false where the user must be looked at anew before.
func (l *pageSession) enter(
	ctx context.Context, d *delta, listener *web.Listener[store.Change],
) (later *frame, joined bool, err error) {
	g := l.group
	g.mu.Lock()
	defer g.mu.Unlock()
	changes, ok := listener.Take()
	if !ok && l.server.closing.Load() {
		return nil, false, web.CloseRestart
	}
	if !ok || slices.ContainsFunc(changes, func(c store.Change) bool { return concerns(c, l.me) }) {
		return nil, false, nil
	}
	if later, err = l.showLater(ctx, d, changes); err != nil {
		return nil, false, err
	}
	g.view = l.pageView
	clear(g.absent)
	l.member = &member{frames: make(chan *frame, memberFrames), change: later.change, told: later.change, shown: &d.shown}
	for other := range g.members {
		if other.shown.equal(l.member.shown) {
			l.member.shown = other.shown
			break
		}
	}
	g.members[l.member] = true
	return later, true, nil
}

// leaveGroup has no further frames come.
func (l *pageSession) leaveGroup() {
	if l.group != nil {
		l.server.groups.leave(l.group, l.member)
		l.group = nil
	}
}

// showMissed makes a frame of what happened since the screen's change number.
func (l *pageSession) showMissed(ctx context.Context, d *delta) (*frame, error) {
	published := l.server.Hub.Latest().Number // and stored
	changes, err := l.missed(ctx, d)
	if errors.Is(err, store.ErrTooOld) {
		l.screen.Change = published
		return &frame{change: published, stale: true}, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := l.showLater(ctx, d, changes)
	if err == nil {
		f.change = max(f.change, published)
		l.screen.Change = f.change
	}
	return f, err
}

// showLater makes a frame of those of the changes, which are ascending, that the screen does not show.
func (l *pageSession) showLater(ctx context.Context, d *delta, changes []store.Change) (*frame, error) {
	f := &frame{change: l.screen.Change}
	begin, _ := slices.BinarySearchFunc(changes, l.screen.Change+1, func(c store.Change, n int64) int {
		return int(c.Number - n)
	})
	if changes = changes[begin:]; len(changes) == 0 {
		return f, nil
	}
	f.change = changes[len(changes)-1].Number
	relevant := l.relevant(changes)
	if len(relevant) == 0 {
		return f, nil
	}
	var err error
	d.content = new(bytes.Buffer)
	f.stale, err = d.renderOrStale(ctx, relevant)
	f.content = d.content.Bytes()
	return f, err
}

// missed returns what happened since the screen's change number. Where that cannot be known it is store.ErrTooOld.
func (l *pageSession) missed(ctx context.Context, d *delta) ([]store.Change, error) {
	if l.screen.Database != "" && l.screen.Database != l.server.Database {
		return nil, store.ErrTooOld
	}
	if err := l.notFromTheFuture(ctx); err != nil {
		return nil, err
	}
	nav, err := l.navigation(ctx, l.screen.Change, nil)
	if err != nil {
		return nil, err
	}
	changes, err := l.server.Store.ChangesSince(ctx, l.screen.Change, liveBacklog)
	if err == nil && len(changes) == 0 {
		// the page shows just that: nothing has changed from before it was rendered until after it was read here
		d.nav = nav
	}
	return changes, err
}

// notFromTheFuture is store.ErrTooOld where the screen names a change that has not happened: the database is an older
// one again. What is cached for others must never be said to show it.
func (l *pageSession) notFromTheFuture(ctx context.Context) error {
	if l.screen.Change <= l.server.Hub.Latest().Number {
		return nil
	}
	// since the start nothing may have happened, and nobody was told yet of the last
	newest, err := l.server.Store.ChangeNumber(ctx)
	if err == nil && l.screen.Change > newest {
		err = store.ErrTooOld
	}
	return err
}
