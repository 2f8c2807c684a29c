package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	liveBacklog  = 1000                   // changes a page may catch up on; one further behind loads its panes anew
	presencePace = 100 * time.Millisecond // many who come or go at once are told of together
)

// pageSession keeps one open page up to date over its socket. Its methods return nil to go on, and a web.CloseCode or
// what failed to end.
type pageSession struct {
	pageView
	viewerState
	shown

	sessionHash []byte // of the user's sign-in
	listener    *web.Listener[store.Change]
	socket      *web.Socket

	screen   screen
	lastSent int64    // the last change the browser was told of
	present  fragment // what it was told last of who is there, nil where that is not known

	room  int64         // the conversation in which others are told that its user is there, or 0; of presence alone
	done  chan any      // see workers
	moved chan struct{} // told when somebody else comes there, goes or writes
}

// turn makes s what the socket keeps up to date.
func (l *pageSession) turn(s screen) error {
	u, err := url.Parse(s.Page)
	if err != nil {
		return err
	}
	from, err := store.ParsePosition(s.From)
	if err != nil {
		return err
	}
	until, err := store.ParsePosition(s.Until)
	if err != nil {
		return err
	}
	l.screen, l.lastSent, l.shown, l.present = s, s.Change, shown{}, nil
	l.page, l.from, l.until, l.unread = l.server.pages.Parse(u, l.viewer.Zone), from, until, s.Unread
	if l.list = views.InboxURL(l.page.Filter); l.page.Kind == TagsPage {
		l.list = "/tags"
	}
	return nil
}

// run keeps the page up to date until there is a reason to end, and returns it.
func (l *pageSession) run() error {
	pings := time.NewTicker(web.PingEvery)
	defer pings.Stop()
	defer l.leavePresence()
	var presenceDue <-chan time.Time // when to say who is there
	err := l.resume()
	for err == nil {
		select {
		case <-l.listener.News():
			changes, ok := l.listener.Take()
			if !ok {
				return l.dropped()
			}
			err = l.show(changes)
		case message, open := <-l.socket.Messages:
			if !open {
				return web.CloseGone
			}
			err = l.handleMessage(message)
		case <-l.moved:
			if presenceDue == nil {
				presenceDue = time.After(presencePace)
			}
		case <-presenceDue:
			presenceDue = nil
			err = l.showPresence()
		case <-pings.C:
			err = l.ping()
		}
	}
	return err
}

// handleMessage takes in what the browser says: which page it shows now, or that somebody begins or ceases to look or
// to write.
func (l *pageSession) handleMessage(message []byte) error {
	var s screen
	if json.Unmarshal(message, &s) != nil {
		return web.CloseGone
	}
	if l.screen.samePage(s) && (s.Hidden != l.screen.Hidden || s.Writing != l.screen.Writing) {
		l.screen.Hidden, l.screen.Writing = s.Hidden, s.Writing
		if err := l.joinPresence(); err != nil || l.page.Conversation != 0 {
			return err
		}
		return l.sendFrame(nil, false) // the browser waits for a sign of life
	}
	if l.turn(s) != nil {
		return web.CloseGone
	}
	return l.resume()
}

// resume brings a page up to date that has just been opened, or comes back.
func (l *pageSession) resume() error {
	if err := l.catchUp(); err != nil {
		return err
	}
	return l.joinPresence()
}

// dropped is why there is nothing more to take from the hub.
func (l *pageSession) dropped() web.CloseCode {
	if l.server.closing.Load() {
		return web.CloseRestart
	}
	return web.CloseLagging
}

// catchUp shows what happened since the screen's change number.
func (l *pageSession) catchUp() error {
	ctx, cancel := storeContext()
	defer cancel()
	if err := l.refreshViewer(ctx); err != nil {
		return err
	}
	var changes []store.Change
	err := l.work(func() (err error) {
		changes, err = l.missed(ctx)
		return err
	})
	if err != nil {
		return l.staleOr(err)
	}
	before := l.screen.Change
	if err := l.show(changes); err != nil || l.screen.Change != before && l.lastSent == l.screen.Change {
		return err
	}
	return l.sendFrame(nil, false) // the browser waits for a sign of life
}

// missed returns what happened since the screen's change number. Where that cannot be known it is store.ErrTooOld.
func (l *pageSession) missed(ctx context.Context) ([]store.Change, error) {
	if l.screen.Database != "" && l.screen.Database != l.server.database {
		return nil, store.ErrTooOld
	}
	if err := l.notFromTheFuture(ctx); err != nil {
		return nil, err
	}
	nav, err := l.navigation(ctx, l.screen.Change, nil)
	if err != nil {
		return nil, err
	}
	changes, err := l.server.store.ChangesSince(ctx, l.screen.Change, liveBacklog)
	if err == nil && len(changes) == 0 {
		// the page shows just that: nothing has changed from before it was rendered until after it was read here
		l.nav = nav
	}
	return changes, err
}

// notFromTheFuture is store.ErrTooOld where the screen names a change that has not happened: the database is an older
// one again. What is cached for others must never be said to show it.
func (l *pageSession) notFromTheFuture(ctx context.Context) error {
	if l.screen.Change <= l.server.hub.Latest().Number {
		return nil
	}
	// since the start nothing may have happened, and nobody was told yet of the last
	newest, err := l.server.store.ChangeNumber(ctx)
	if err == nil && l.screen.Change > newest {
		err = store.ErrTooOld
	}
	return err
}

// staleOr has the page load its panes anew where the error says that it is too far behind. Other errors stay.
func (l *pageSession) staleOr(err error) error {
	if !errors.Is(err, store.ErrTooOld) {
		return err
	}
	return l.stale()
}

// show brings the page up to date with the changes, which are ascending. What the user may see is looked at for each
// frame, and once more right before it leaves: if that has changed meanwhile, the frame is made anew.
func (l *pageSession) show(changes []store.Change) error {
	begin, _ := slices.BinarySearchFunc(changes, l.screen.Change+1, func(c store.Change, n int64) int {
		return int(c.Number - n)
	})
	if changes = changes[begin:]; len(changes) == 0 {
		return nil
	}
	ctx, cancel := storeContext()
	defer cancel()
	if slices.ContainsFunc(changes, func(c store.Change) bool { return c.Preferences && c.UserID == l.me }) {
		l.access = unknownAccess // they are read with it
	}
	newest := changes[len(changes)-1].Number
	for {
		had := l.scope
		if err := l.refreshViewer(ctx); err != nil {
			return err
		}
		if l.scope != had {
			l.screen.Change = newest
			return l.scopeChanged()
		}
		relevant := l.relevant(changes)
		if len(relevant) == 0 {
			l.screen.Change = newest
			return nil
		}
		if l.renames(relevant) {
			return l.showNames(ctx, relevant[len(relevant)-1].Number)
		}
		if sent, err := l.sendDelta(ctx, relevant, newest); sent || err != nil {
			return err
		}
	}
}

// sendDelta makes a frame of the changes and sends it if there is something in it. It returns false where what the user
// may see has changed meanwhile.
func (l *pageSession) sendDelta(ctx context.Context, changes []store.Change, newest int64) (sent bool, err error) {
	content := frames.Get().(*bytes.Buffer)
	defer putFrame(content)
	content.Reset()
	d := delta{&l.pageView, l.shown, content}
	if err := l.work(func() error { return d.render(ctx, changes) }); err != nil {
		l.screen.Change = newest
		return true, l.staleOr(err)
	}
	if !l.current() {
		return false, nil
	}
	l.screen.Change, l.shown = newest, d.shown
	if content.Len() == 0 {
		return true, nil
	}
	return true, l.send(content)
}

// renames tells whether the changes are of names, which stand all over the page.
func (l *pageSession) renames(changes []store.Change) bool {
	return l.page.Kind != OtherPage && slices.ContainsFunc(changes, func(c store.Change) bool {
		return c.Settings == store.NamesSetting
	})
}

// showNames has the page load its panes anew with the names as they are now. They are read first, since whoever changed
// them may not have come to it yet.
func (l *pageSession) showNames(ctx context.Context, newest int64) error {
	_, err := web.GetCached(l.server.cache, namesKey{}, newest, func() (bool, error) {
		return true, l.server.pages.ReloadNames(ctx)
	})
	if err != nil {
		return err
	}
	l.name()
	l.screen.Change = newest
	return l.stale()
}

type namesKey struct{}

// ping keeps the connection alive, ends that of a session that is over, and tells the browser how far it is and what
// only time has changed. It always says something: a browser cannot see pings, and takes silence for a dead connection.
func (l *pageSession) ping() error {
	ctx, cancel := storeContext()
	defer cancel()
	if l.socket.Ping() != nil {
		return web.CloseGone
	}
	had := l.scope
	l.access = unknownAccess
	if err := l.refreshViewer(ctx); err != nil {
		return err
	}
	if l.scope != had {
		return l.scopeChanged()
	}
	d := delta{&l.pageView, l.shown, new(bytes.Buffer)}
	if err := l.work(func() error { return d.renderWarnings(ctx, l.server.hub.Latest().Number) }); err != nil {
		return err
	}
	l.shown = d.shown
	return l.send(d.content)
}

// work has a worker do what asks the store or renders. The socket's own goroutine only waits and sends.
func (l *pageSession) work(do func() error) (err error) {
	l.server.workers.do(l.done, func() { err = do() })
	return err
}
