package live

import (
	"context"
	"encoding/json"
	"net/url"
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

	sessionHash []byte // of the user's sign-in
	socket      *web.Socket
	group       *group  // of pages that show the same, nil at first
	member      *member // what the page is there

	screen  screen
	present fragment // what the browser was told last of who is there, nil where that is not known

	room  int64         // the conversation in which others are told that its user is there, or 0; of presence alone
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
	l.screen, l.present = s, nil
	l.page, l.from, l.until, l.unread = l.server.Pages.Parse(u, l.viewer.Zone), from, until, s.Unread
	if l.list = views.InboxURL(l.page.Filter); l.page.Kind == TagsPage {
		l.list = "/tags"
	}
	return nil
}

func (l *pageSession) groupKey() groupKey {
	return groupKey{l.me, l.scope, l.viewer.Zone.String(), l.screen.Page, l.from, l.until, l.unread}
}

// run keeps the page up to date until there is a reason to end, and returns it.
func (l *pageSession) run() error {
	pings := time.NewTicker(web.PingEvery)
	defer pings.Stop()
	defer l.leavePresence()
	defer l.leaveGroup()
	var presenceDue <-chan time.Time // when to say who is there
	err := l.resume()
	for err == nil {
		select {
		case f, more := <-l.member.frames:
			err = l.take(f, more)
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
		case <-l.server.closed:
			return web.CloseRestart
		}
	}
	return err
}

// take sends a frame of the group. What the user may see is looked at right before it leaves.
func (l *pageSession) take(f *frame, more bool) error {
	if !more {
		l.access = unknownAccess
		return l.resume()
	}
	had := l.scope
	if err := l.lookAgain(); err != nil {
		return err
	}
	switch {
	case l.scope != had:
		return l.scopeChanged()
	case !l.current():
		return l.resume()
	case f.panic != nil:
		panic(f.panic)
	case f.err != nil:
		return f.err
	case f.look && f.empty():
		return nil // it was looked at
	}
	l.screen.Change = max(l.screen.Change, f.change)
	return l.sendFrame(f.content, f.stale)
}

// lookAgain looks at the user where what they may see may have changed.
func (l *pageSession) lookAgain() error {
	if l.current() {
		return nil
	}
	return l.server.apart(func() error {
		ctx, cancel := storeContext()
		defer cancel()
		return l.refreshViewer(ctx)
	})
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

// resume brings a page up to date that has just been opened, or comes back, or has to see for itself what happened.
func (l *pageSession) resume() error {
	if err := l.catchUp(); err != nil {
		return err
	}
	return l.joinPresence()
}

// scopeChanged has the page load its panes anew after what the user may see has changed.
func (l *pageSession) scopeChanged() error {
	l.leavePresence()
	if err := l.stale(); err != nil {
		return err
	}
	return l.resume()
}

// ping keeps the connection alive, ends that of a session that is over, and tells the browser how far it is and what
// only time has changed. It always says something: a browser cannot see pings, and takes silence for a dead connection.
func (l *pageSession) ping() error {
	if l.socket.Ping() != nil {
		return web.CloseGone
	}
	had := l.scope
	l.access = unknownAccess
	var warnings []byte
	err := l.server.apart(func() (err error) {
		ctx, cancel := storeContext()
		defer cancel()
		if err = l.refreshViewer(ctx); err == nil && l.scope == had {
			warnings, err = l.changedWarnings(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	if l.scope != had {
		return l.scopeChanged()
	}
	return l.sendFrame(warnings, false)
}

// changedWarnings returns what has changed of the warnings. The screen shows every change then that the group has gone
// through, if no frame waits to be sent.
func (l *pageSession) changedWarnings(ctx context.Context) ([]byte, error) {
	l.group.mu.Lock()
	defer l.group.mu.Unlock()
	d := newDelta(&l.pageView, *l.member.shown)
	err := d.renderWarnings(ctx, l.server.Hub.Latest().Number)
	if l.member.shown = &d.shown; len(l.member.frames) == 0 {
		l.screen.Change = max(l.screen.Change, l.member.change)
	}
	return d.content.Bytes(), err
}
