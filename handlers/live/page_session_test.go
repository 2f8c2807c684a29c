package live

import (
	"errors"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// hooked are pages without names that are told when they are asked for them, which is when a session has just been
// looked at.
type hooked struct {
	nameless
	asked func()
	late  atomic.Int64 // how late it is, in hours
}

func (p *hooked) now() time.Time { return time.Now().Add(time.Duration(p.late.Load()) * time.Hour) }

func (p *hooked) Parse(*url.URL, *time.Location) Page { return Page{Kind: OtherPage} }

func (p *hooked) Names() *store.Names {
	if p.asked != nil {
		p.asked()
	}
	return &noNames
}

// signedInPage is the session of a page without a socket: it must not send anything.
func signedInPage(t *testing.T) (l *pageSession, pages *hooked, signOut func()) {
	t.Helper()
	hub := web.NewHub[store.Change]()
	pages = &hooked{}
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{Published: hub.Publish, Now: pages.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	user, err := s.CreateUser(t.Context(), store.User{Name: "anna", Role: store.Agent}, "")
	if err != nil {
		t.Fatal(err)
	}
	sum := []byte("session")
	if err := s.CreateSession(t.Context(), sum, user.ID, false, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	server := NewServer(Deps{Pages: pages, Store: s, Hub: hub, Sockets: web.NewSockets("", nil, nil), Now: pages.now})
	t.Cleanup(server.Close)
	l = &pageSession{
		pageView:    pageView{server: server, me: user.ID, viewer: views.Viewer{Zone: time.UTC}},
		viewerState: viewerState{access: unknownAccess}, sessionHash: sum,
	}
	if err := l.turn(screen{Page: "/"}); err != nil {
		t.Fatal(err)
	}
	signOut = func() {
		if err := s.DeleteSession(t.Context(), sum); err != nil {
			t.Error(err)
		}
	}
	return l, pages, signOut
}

// join has the page join its group, as if the browser had been told so.
func (l *pageSession) join(t *testing.T) {
	t.Helper()
	ctx, cancel := storeContext()
	defer cancel()
	if _, err := l.joinGroup(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.leaveGroup)
}

// A frame that was made before may wait to be sent when the commit comes that ends the session.
func TestAFrameThatWaitsIsNotSentOnceTheSessionHasEnded(t *testing.T) {
	l, _, signOut := signedInPage(t)
	l.join(t)
	signOut()
	if err := l.take(&frame{change: 1, content: []byte("what was there before")}, true); !errors.Is(err, web.CloseSignedOut) {
		t.Errorf("taking it ends with %v", err)
	}
}

func TestAPageIsNotCaughtUpOnceTheSessionHasEnded(t *testing.T) {
	for name, by := range map[string]func(pages *hooked, signOut func()){
		"signing out": func(_ *hooked, signOut func()) { signOut() },
		"itself":      func(pages *hooked, _ func()) { pages.late.Store(2) },
	} {
		t.Run("by "+name, func(t *testing.T) {
			l, pages, signOut := signedInPage(t)
			pages.asked = func() { pages.asked = nil; by(pages, signOut) } // once it was looked at
			if err := l.catchUp(); !errors.Is(err, web.CloseSignedOut) {
				t.Errorf("catching up ends with %v", err)
			}
		})
	}
}

// What a user chose while their page was joining its group is not missed: they are looked at once more.
func TestAChoiceIsNotMissedBetweenAUserAndTheirGroup(t *testing.T) {
	l, pages, _ := signedInPage(t)
	looks := 0
	pages.asked = func() {
		if looks++; looks == 1 {
			l.server.Hub.Publish(store.Change{Number: 100, Preferences: true, UserID: l.me})
		}
	}
	if l.join(t); looks != 2 {
		t.Errorf("the user was looked at %d times", looks)
	}
}

// What is not in the lists of a group's pages may be in that of one that joins.
func TestWhatIsAbsentIsForgottenWhenAPageJoins(t *testing.T) {
	l, _, _ := signedInPage(t)
	l.join(t)
	l.group.absent[1] = true
	other := *l
	other.group, other.member = nil, nil
	if other.join(t); other.group != l.group || len(l.group.absent) > 0 {
		t.Errorf("absent is still %v", l.group.absent)
	}
}
