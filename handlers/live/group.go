package live

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"

	"tagline/store"
	"tagline/web"
)

// groupKey is what pages have in common that show the same to the same person.
type groupKey struct {
	me          int64
	scope, zone string
	page        string // its address
	from, until store.Position
	unread      int64
}

// group is the open pages of one person that show the same. What changes mean for them is decided, rendered and
// encoded once. What other people see as well comes from the cache.
type group struct {
	key   groupKey
	users int // of groups: members, and those about to be one

	mu      sync.Mutex
	view    pageView
	members map[*member]bool
	absent  absent
}

// member is a page in its group: the group sends it frames until it closes them. Then the page must see for itself what
// happened.
type member struct {
	frames chan *frame
	change int64  // the last change that it has gone through
	told   int64  // that of the last frame
	shown  *shown // by the frames that were sent, which never changes
}

// memberFrames is how many frames wait for a socket. One that is slower catches up on all at once.
const memberFrames = 32

// mostSilent is how many changes a page is not told of that do not change it: it may have to catch up on them.
const mostSilent = liveBacklog / 4

// frame is what changes mean for the pages that show the same.
type frame struct {
	change  int64 // the last of them
	content []byte
	stale   bool
	look    bool  // the user's access or sign-ins changed
	err     error // to end with
	panic   any   // likewise
}

func (f *frame) empty() bool { return len(f.content) == 0 && !f.stale && f.err == nil }

// show has the pages show the changes, which are ascending, and returns how many of them are sent a frame. A panic is
// handed on to their sockets.
func (g *group) show(changes []store.Change) (woken int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.members) == 0 {
		return 0
	}
	if p := caught(func() { woken = g.sendDeltas(changes) }); p != nil {
		for m := range g.members {
			g.send(m, &frame{panic: p})
		}
	}
	return woken
}

func (g *group) sendDeltas(changes []store.Change) (woken int) {
	if slices.ContainsFunc(changes, func(c store.Change) bool { return c.Preferences && c.UserID == g.key.me }) {
		return g.dismiss()
	}
	look := slices.ContainsFunc(changes, func(c store.Change) bool { return c.PersonID == g.key.me })
	newest := changes[len(changes)-1].Number
	relevant := g.view.relevant(changes)
	var done renderings
	for m := range g.members {
		if m.change >= newest {
			continue
		}
		f := &frame{change: newest, look: look}
		if len(relevant) > 0 {
			r := done.of(m.shown, func(was *shown) *rendering { return g.render(was, relevant, *f) })
			f, m.shown = r.frame, r.shows
		}
		m.change = newest
		if !f.empty() || look || newest-m.told > mostSilent {
			g.send(m, f)
			woken++
		}
	}
	for _, r := range done {
		g.absent.note(r)
	}
	return woken
}

// send never waits.
func (g *group) send(m *member, f *frame) {
	select {
	case m.frames <- f:
		m.told = f.change
	default:
		delete(g.members, m)
		close(m.frames)
	}
}

// dismiss has each page see for itself what happened.
func (g *group) dismiss() (woken int) {
	for m := range g.members {
		close(m.frames)
	}
	woken = len(g.members)
	clear(g.members)
	return woken
}

// rendering is the frame that changes mean for the pages that show the same, and what they show with it.
type rendering struct {
	frame    *frame
	was      *shown
	shows    *shown
	rows     []int64 // that are in the list now
	lackRows []int64 // that are not
}

// renderings are those of the same changes for pages that do not show the same yet: some have just been opened.
type renderings []*rendering

// of returns what is rendered for pages that show was. Once two show the same they have the same.
func (done *renderings) of(was *shown, render func(*shown) *rendering) *rendering {
	for _, r := range *done {
		if r.was == was {
			return r
		}
	}
	r := render(was)
	if r.shows.equal(was) {
		r.shows = was
	}
	for _, other := range *done {
		if other.shows.equal(r.shows) {
			r.shows = other.shows
		}
	}
	*done = append(*done, r)
	return r
}

// render fills the frame with what the changes that are relevant mean. It is sent to several pages: nobody writes to it
// after this.
func (g *group) render(was *shown, relevant []store.Change, f frame) *rendering {
	ctx, cancel := storeContext()
	defer cancel()
	d := delta{pageView: &g.view, shown: *was, content: new(bytes.Buffer), absent: g.absent}
	g.view.viewer.Now = g.view.server.Now()
	f.stale, f.err = d.renderOrStale(ctx, relevant)
	f.content = d.content.Bytes()
	return &rendering{&f, was, &d.shown, d.rows, d.lackRows}
}

// renderOrStale writes what the changes mean for the page, or returns that it is to be loaded anew.
func (d *delta) renderOrStale(ctx context.Context, relevant []store.Change) (stale bool, err error) {
	if d.renames(relevant) {
		return true, d.readNames(ctx, relevant[len(relevant)-1].Number)
	}
	err = d.render(ctx, relevant)
	if errors.Is(err, store.ErrTooOld) {
		return true, nil
	}
	return d.content.Len() > longestContent, err
}

// renames tells whether the changes are of names, which stand all over the page.
func (v *pageView) renames(changes []store.Change) bool {
	return v.page.Kind != OtherPage && slices.ContainsFunc(changes, func(c store.Change) bool {
		return c.Settings == store.NamesSetting
	})
}

// readNames reads the names as they are now. Whoever changed them may not have come to it yet.
func (v *pageView) readNames(ctx context.Context, newest int64) error {
	_, err := web.GetCached(v.server.cache, namesKey{}, newest, func() (bool, error) {
		return true, v.server.Pages.ReloadNames(ctx)
	})
	v.name()
	return err
}

type namesKey struct{}

// absent are conversations that the lists of a group's pages do not show: they did not fit when they changed last. That
// they still do not fit changes nothing. It is forgotten when a page joins or has more rows, which may be newer or older.
type absent map[int64]bool

// mostAbsent bounds them. Where there are more a page is told once more of each that is not in its list.
const mostAbsent = 2000

func (a absent) note(r *rendering) {
	if len(a)+len(r.lackRows) > mostAbsent {
		clear(a)
	}
	for _, id := range r.lackRows {
		a[id] = true
	}
	for _, id := range r.rows {
		delete(a, id)
	}
}
