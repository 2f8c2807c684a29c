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

// The codes a socket is closed with, besides web.CloseCrowded; live.js knows them.
const (
	closeRestart   = 1012 // come back, to this server or the next
	closeLagging   = 1013 // come back and catch up
	closeError     = 1011 // come back later
	closeGone      = 1000 // the browser went away
	closeSignedOut = 4401 // go to the sign-in page
)

// screen is what a socket keeps up to date. The browser says so when it connects and when it goes to another page.
type screen struct {
	Page     string `json:"page"`     // its address on this site
	Change   int64  `json:"change"`   // the last change it shows
	Database string `json:"database"` // whose change that is; "" where the page does not know
	From     string `json:"from"`     // position of the first message it shows
	Until    string `json:"until"`    // position of the last one where the thread goes on behind it, else ""
	Unread   int64  `json:"unread"`   // the message above which "New messages" stands
	View     int    `json:"view"`     // counts the pages of a browser tab, so that frames for an earlier one are dropped
	Hidden   bool   `json:"hidden"`   // nobody can see it: the tab is in the background
	Writing  bool   `json:"writing"`  // a reply is being written in the open conversation
}

// pageSession keeps one open page up to date.
type pageSession struct {
	server   *Server
	sum      []byte // of the session
	me       int64  // whose session it is
	listener *web.Listener[store.Change]
	socket   *web.Socket
	clearance

	screen  screen
	page    Page
	list    string // the address of its list
	from    store.Position
	until   store.Position
	told    int64            // the last change the browser was told of
	nav     *shownNavigation // what it shows beside the views, nil where that is not known
	trouble *views.Trouble   // what it was told of, nil before the first time
	lines   shownLines       // of the open thread
	menu    *shownMenu       // as well

	present fragment // what it was told last of who is there, nil where that is not known

	room  int64         // the conversation in which others are told that its person is there, or 0; of presence alone
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
	l.screen, l.page, l.from, l.until, l.told = s, l.server.pages.Parse(u, l.viewer.Zone), from, until, s.Change
	if l.list = views.InboxURL(l.page.Filter); l.page.Kind == TagsPage {
		l.list = "/tags"
	}
	l.nav, l.trouble, l.lines, l.menu, l.present = nil, nil, shownLines{}, nil, nil
	return nil
}

// run returns the code to close the socket with.
func (l *pageSession) run() int {
	pings := time.NewTicker(web.PingEvery)
	defer pings.Stop()
	defer l.depart()
	var look <-chan time.Time // when to say who is there
	code := l.arrive()
	for code == 0 {
		select {
		case <-l.listener.News():
			changes, ok := l.listener.Take()
			if !ok {
				return l.dropped()
			}
			code = l.show(changes)
		case message, open := <-l.socket.Messages:
			code = l.hear(message, open)
		case <-l.moved:
			if look == nil {
				look = time.After(presencePace)
			}
		case <-look:
			look = nil
			code = l.showPresence()
		case <-pings.C:
			code = l.ping()
		}
	}
	return code
}

// hear takes in what the browser says: which page it shows now, or that somebody begins or ceases to look or to write.
func (l *pageSession) hear(message []byte, open bool) int {
	var s screen
	if !open || json.Unmarshal(message, &s) != nil {
		return closeGone
	}
	if l.sameScreen(s) && (s.Hidden != l.screen.Hidden || s.Writing != l.screen.Writing) {
		l.screen.Hidden, l.screen.Writing = s.Hidden, s.Writing
		if code := l.attend(); code != 0 || l.page.Conversation != 0 {
			return code
		}
		return l.sendFrame(nil, false) // the browser waits for a sign of life
	}
	if l.turn(s) != nil {
		return closeGone
	}
	return l.arrive()
}

func (l *pageSession) sameScreen(s screen) bool {
	return s.View == l.screen.View && s.Page == l.screen.Page && s.From == l.screen.From && s.Until == l.screen.Until && s.Change >= l.screen.Change
}

// arrive brings a page up to date that has just been opened, or comes back.
func (l *pageSession) arrive() int {
	if code := l.catchUp(); code != 0 {
		return code
	}
	return l.attend()
}

// dropped is why there is nothing more to take from the hub.
func (l *pageSession) dropped() int {
	if l.server.closing.Load() {
		return closeRestart
	}
	return closeLagging
}

// catchUp shows what happened since the screen's change number.
func (l *pageSession) catchUp() int {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if code := l.recognise(ctx); code != 0 {
		return code
	}
	var changes []store.Change
	var err error
	l.work(func() { changes, err = l.missed(ctx) })
	if err != nil {
		return l.staleOr(err)
	}
	before := l.screen.Change
	if code := l.show(changes); code != 0 || l.screen.Change != before && l.told == l.screen.Change {
		return code
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
		l.nav = nav // the page shows just that: nothing has changed from before it was rendered until after it was read here
	}
	return changes, err
}

// notFromTheFuture is store.ErrTooOld where the screen names a change that has not happened: the database is an older one
// again. What is shared with others must never be said to show it.
func (l *pageSession) notFromTheFuture(ctx context.Context) error {
	if l.screen.Change <= l.server.hub.Latest().Number {
		return nil
	}
	newest, err := l.server.store.ChangeNumber(ctx) // since the start nothing may have happened, and nobody was told yet of the last
	if err == nil && l.screen.Change > newest {
		err = store.ErrTooOld
	}
	return err
}

// staleOr has the page load its panes anew, unless the error is none of its number.
func (l *pageSession) staleOr(err error) int {
	if err != nil && !errors.Is(err, store.ErrTooOld) {
		return l.failed(err)
	}
	return l.stale()
}

// show brings the page up to date with the changes, which are ascending. What the person may see is looked at for each
// frame, and once more right before it leaves: if that has changed meanwhile, the frame is made anew.
func (l *pageSession) show(changes []store.Change) int {
	begin, _ := slices.BinarySearchFunc(changes, l.screen.Change+1, func(c store.Change, n int64) int { return int(c.Number - n) })
	if changes = changes[begin:]; len(changes) == 0 {
		return 0
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if slices.ContainsFunc(changes, func(c store.Change) bool { return c.Preferences && c.UserID == l.me }) {
		l.access = unknownAccess // they are read with it
	}
	newest := changes[len(changes)-1].Number
	for {
		had := l.scope
		if code := l.recognise(ctx); code != 0 {
			return code
		}
		if l.scope != had {
			l.screen.Change = newest
			return l.outOfScope()
		}
		news := l.concerning(changes)
		if len(news) == 0 {
			l.screen.Change = newest
			return 0
		}
		if code, done := l.rename(ctx, news); done {
			return code
		}
		if code, done := l.attempt(ctx, news, newest); done {
			return code
		}
	}
}

// attempt makes a frame of the news and sends it, unless what the person may see has changed meanwhile.
func (l *pageSession) attempt(ctx context.Context, news []store.Change, newest int64) (code int, done bool) {
	content := frames.Get().(*bytes.Buffer)
	defer putFrame(content)
	content.Reset()
	told, lines, menu := l.trouble, l.lines, l.menu
	var nav *shownNavigation
	var err error
	l.work(func() { nav, err = l.render(ctx, news, content) })
	if err != nil {
		l.screen.Change = newest
		return l.staleOr(err), true
	}
	if !l.current() {
		l.trouble, l.lines, l.menu = told, lines, menu
		return 0, false
	}
	l.screen.Change = newest
	if nav != nil {
		l.nav = nav
	}
	if content.Len() == 0 {
		return 0, true
	}
	return l.send(content), true
}

// concerning returns those of the changes that may change the page.
func (l *pageSession) concerning(changes []store.Change) []store.Change {
	if !slices.ContainsFunc(changes, l.passesBy) {
		return changes // mostly
	}
	return slices.DeleteFunc(slices.Clone(changes), l.passesBy)
}

// passesBy tells whether a change cannot change the page.
func (l *pageSession) passesBy(c store.Change) bool {
	switch {
	case c.PersonID != 0 || c.UserID != 0 && c.UserID != l.me:
		return true
	case l.page.Kind == OtherPage:
		return !c.Preferences
	case l.page.Kind == LogPage || l.page.Kind == ConnectPage:
		return false
	}
	return c.ConversationID != 0 && c.ContactID == 0 && !l.viewer.User.Scope().Sees(c.Subuser)
}

// rename has the page load its panes anew if names changed: they stand all over it. They are read first, since whoever
// changed them may not have come to it yet.
func (l *pageSession) rename(ctx context.Context, news []store.Change) (code int, done bool) {
	if !slices.ContainsFunc(news, func(c store.Change) bool { return c.Settings == store.NamesSetting }) || l.page.Kind == OtherPage {
		return 0, false
	}
	newest := news[len(news)-1].Number
	if _, err := web.GetCached(l.server.cache, namesKey{}, newest, func() (bool, error) { return true, l.server.pages.ReloadNames(ctx) }); err != nil {
		return l.failed(err), true
	}
	l.name()
	l.screen.Change = newest
	return l.stale(), true
}

type namesKey struct{}

// ping keeps the connection alive, ends that of a session that is over, and tells the browser how far it is and what
// only time has changed. It always says something: a browser cannot see pings, and takes silence for a dead connection.
func (l *pageSession) ping() int {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if l.socket.Ping() != nil {
		return closeGone
	}
	had := l.scope
	l.access = unknownAccess
	if code := l.recognise(ctx); code != 0 {
		return code
	}
	if l.scope != had {
		return l.outOfScope()
	}
	content := new(bytes.Buffer)
	var err error
	l.work(func() { err = l.renderTrouble(ctx, l.server.hub.Latest().Number, content) })
	if err != nil {
		return l.failed(err)
	}
	return l.send(content)
}

// work has a worker do what asks the store or renders. The socket's own goroutine only waits and sends.
func (l *pageSession) work(do func()) { l.server.workers.do(l.done, do) }

func (l *pageSession) failed(err error) int {
	l.server.log.Error("live page", "error", err)
	return closeError
}
