// Package live keeps open pages up to date: it decides what a change means for a page, and sends it over the page's
// websocket.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// Pages is what live pages need of the handlers that render whole pages.
type Pages interface {
	// Parse reads an address of this site; the days in it are those of the reader's zone.
	Parse(address *url.URL, zone *time.Location) Page
	// Names are the names of subusers and SIM cards. The pointer changes when they do.
	Names() *store.Names
	// ReloadNames reads the names again.
	ReloadNames(ctx context.Context) error
	// Thread is the conversation from one position until another, the zero until being its end, with what stands
	// between and beside its messages.
	Thread(
		ctx context.Context, viewer views.Viewer, c store.Conversation, from, until store.Position,
	) (views.Thread, error)
	// SavedViews are the views that the viewer may open, where tags are all those in the viewer's scope.
	SavedViews(ctx context.Context, viewer views.Viewer, tags []store.TagCount) ([]views.SavedView, error)
	// Warnings are the banners that the viewer gets.
	Warnings(ctx context.Context, viewer views.Viewer) (views.Trouble, error)
	// Fragments are the parts that the changes touch, except those of lists of conversations, navigation and thread.
	Fragments(ctx context.Context, viewer views.Viewer, p Page, changes []store.Change) ([]templ.Component, error)
}

// Deps are what live pages work with.
type Deps struct {
	Pages    Pages
	Store    *store.Store
	Hub      *web.Hub[store.Change]
	Sockets  *web.Sockets
	Database string // tells change numbers of this database from those of others
	Sends    bool   // replies go out
	Now      func() time.Time
	Log      *slog.Logger
}

// Server keeps open pages up to date over their sockets.
type Server struct {
	Deps
	cache    *web.Cache
	presence *presence
	groups   *groups
	turns    chan struct{} // holds one for each that works apart
	closing  atomic.Bool
	closed   chan struct{} // once the hub is
}

// NewServer returns a server that is ready to serve. Close it before the store.
func NewServer(d Deps) *Server {
	s := &Server{
		Deps:     d,
		cache:    web.NewCache(func() int64 { return d.Hub.Latest().Number }, d.Now),
		presence: newPresence(),
		groups:   newGroups(),
		turns:    make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
		closed:   make(chan struct{}),
	}
	go s.dispatch()
	return s
}

// Serve keeps the page that asks up to date until its socket ends. The session and the user are who asks, the zone is
// that of their browser.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, session []byte, user int64, zone *time.Location) error {
	var shown screen
	if err := json.Unmarshal([]byte(r.URL.Query().Get("screen")), &shown); err != nil {
		return web.BadRequest("The page says what it shows when it connects.")
	}
	viewer := views.Viewer{Zone: zone, Database: s.Database, Sends: s.Sends}
	l := &pageSession{
		pageView:    pageView{server: s, me: user, viewer: viewer},
		viewerState: viewerState{access: unknownAccess},
		sessionHash: session, moved: make(chan struct{}, 1),
	}
	if err := l.turn(shown); err != nil {
		return web.BadRequest("The page says what it shows when it connects.")
	}
	return s.Sockets.Serve(w, r, user, func(socket *web.Socket) error {
		l.socket = socket
		err := l.run()
		if _, closed := errors.AsType[web.CloseCode](err); !closed {
			s.Log.Error("live page", "error", err)
		}
		return err
	})
}

// Present are the other users who have the conversation open, each once, by name.
func (s *Server) Present(conversation, user int64) []views.Present {
	return s.presence.others(conversation, user)
}

// Close ends all sockets and the hub; pages come back to the next server.
func (s *Server) Close() {
	s.closing.Store(true)
	s.Hub.Close()
	s.Sockets.Close()
	<-s.closed
}
