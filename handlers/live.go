package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	liveBuffer  = 256              // changes a socket may lag behind before it is closed to resume
	liveBacklog = 1000             // changes a page may catch up on; one further behind loads its panes anew
	liveWait    = 10 * time.Second // for the store to answer
)

// The codes a socket is closed with; live.js knows them.
const (
	closeRestart   = 1012 // come back, to this server or the next
	closeLagging   = 1013 // come back and catch up
	closeError     = 1011 // come back later
	closeGone      = 1000 // the browser went away
	closeSignedOut = 4401 // go to the sign-in page
)

// screen is what a socket keeps up to date. The browser says so when it connects and when it goes to another page.
type screen struct {
	Page   string `json:"page"`   // its address on this site
	Change int64  `json:"change"` // the last change it shows
	From   string `json:"from"`   // position of the first message it shows
	Unread int64  `json:"unread"` // the message above which "New messages" stands
	View   int    `json:"view"`   // counts the pages of a browser tab, so that frames for an earlier one are dropped
}

// frame is what is sent over a socket. live.js and the htmx extension read it.
type frame struct {
	Change  int64  `json:"change"`
	View    int    `json:"view"`
	Content string `json:"content,omitempty"` // HTML with a part for every place that changes
	Stale   bool   `json:"stale,omitempty"`   // the page cannot be caught up: load it anew
}

func (a *App) live(w http.ResponseWriter, r *http.Request) error {
	var s screen
	if err := json.Unmarshal([]byte(r.URL.Query().Get("screen")), &s); err != nil {
		return web.BadRequest("The page says what it shows when it connects.")
	}
	l := &liveSocket{app: a, sum: a.sessions.Sum(r), viewer: a.viewer(r, person(r)), listener: a.hub.Listen(liveBuffer)}
	if err := l.turn(s); err != nil {
		a.hub.Leave(l.listener)
		return web.BadRequest("The page says what it shows when it connects.")
	}
	return a.sockets.Serve(w, r, func(socket *web.Socket) int {
		defer a.hub.Leave(l.listener)
		l.socket = socket
		return l.run()
	})
}

// liveSocket keeps one open page up to date.
type liveSocket struct {
	app      *App
	sum      []byte // of the session
	viewer   views.Viewer
	listener *web.Listener[store.Change]
	socket   *web.Socket

	screen  screen
	page    page
	from    store.Position
	told    int64          // the last change the browser was told of
	trouble *views.Trouble // what it was told of, nil before the first time
}

// turn makes s what the socket keeps up to date.
func (l *liveSocket) turn(s screen) error {
	u, err := url.Parse(s.Page)
	if err != nil {
		return err
	}
	from, err := parsePosition(s.From)
	if err != nil {
		return err
	}
	l.screen, l.page, l.from, l.told = s, parsePage(u), from, s.Change
	l.trouble = nil
	return nil
}

// run returns the code to close the socket with.
func (l *liveSocket) run() int {
	pings := time.NewTicker(web.PingEvery)
	defer pings.Stop()
	if code := l.catchUp(); code != 0 {
		return code
	}
	for {
		code := 0
		select {
		case change, open := <-l.listener.C:
			if !open {
				return l.dropped()
			}
			code = l.show(l.gather(change))
		case message, open := <-l.socket.Messages:
			if !open {
				return closeGone
			}
			var s screen
			if json.Unmarshal(message, &s) != nil || l.turn(s) != nil {
				return closeGone
			}
			code = l.catchUp()
		case <-pings.C:
			code = l.ping()
		}
		if code != 0 {
			return code
		}
	}
}

// dropped is why the hub let go of the socket.
func (l *liveSocket) dropped() int {
	if l.app.closing.Load() {
		return closeRestart
	}
	return closeLagging
}

// gather adds what waits already, so that a burst makes one frame.
func (l *liveSocket) gather(change store.Change) []store.Change {
	changes := []store.Change{change}
	for {
		select {
		case change, open := <-l.listener.C:
			if !open {
				return changes // the next look finds it closed
			}
			changes = append(changes, change)
		default:
			return changes
		}
	}
}

// catchUp shows what happened since the screen's change number.
func (l *liveSocket) catchUp() int {
	ctx, cancel := l.deadline()
	defer cancel()
	changes, err := l.app.store.ChangesSince(ctx, l.screen.Change, liveBacklog)
	if errors.Is(err, store.ErrTooOld) {
		return l.send(frame{View: l.screen.View, Stale: true})
	}
	if err != nil {
		return l.failed(err)
	}
	return l.show(changes)
}

// show brings the page up to date with the changes. What the person may see is asked anew each time.
func (l *liveSocket) show(changes []store.Change) int {
	newest := l.screen.Change
	news := changes[:0]
	for _, c := range changes {
		if c.Number > l.screen.Change {
			news = append(news, c)
			newest = max(newest, c.Number)
		}
	}
	if len(news) == 0 {
		return 0
	}
	ctx, cancel := l.deadline()
	defer cancel()
	user, err := l.app.store.SessionUser(ctx, l.sum)
	if errors.Is(err, store.ErrNotFound) {
		return closeSignedOut
	}
	if err != nil {
		return l.failed(err)
	}
	l.viewer.User, l.viewer.Now = user, l.app.now()
	var content bytes.Buffer
	if err := l.render(ctx, news, &content); err != nil {
		return l.failed(err)
	}
	l.screen.Change = newest
	if content.Len() == 0 {
		return 0
	}
	return l.send(frame{Change: newest, View: l.screen.View, Content: content.String()})
}

// ping keeps the connection alive, ends that of a session that is over, and tells the browser how far it is and what
// only time has changed.
func (l *liveSocket) ping() int {
	ctx, cancel := l.deadline()
	defer cancel()
	user, err := l.app.store.SessionUser(ctx, l.sum)
	if errors.Is(err, store.ErrNotFound) {
		return closeSignedOut
	}
	if l.socket.Ping() != nil {
		return closeGone
	}
	var content bytes.Buffer
	if err == nil {
		l.viewer.User, l.viewer.Now = user, l.app.now()
		err = l.renderTrouble(ctx, &content)
	}
	if err != nil {
		return l.failed(err)
	}
	if l.told == l.screen.Change && content.Len() == 0 {
		return 0
	}
	return l.send(frame{Change: l.screen.Change, View: l.screen.View, Content: content.String()})
}

func (l *liveSocket) send(f frame) int {
	data, err := json.Marshal(f)
	if err != nil {
		return l.failed(err)
	}
	if l.socket.Write(data) != nil {
		return closeGone
	}
	l.told = f.Change
	return 0
}

func (l *liveSocket) failed(err error) int {
	l.app.log.Error("live page", "error", err)
	return closeError
}

func (l *liveSocket) deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), liveWait)
}
