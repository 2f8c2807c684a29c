package live

import (
	"bytes"
	"context"
	"slices"
	"time"

	"tagline/store"
	"tagline/views"
)

// pageView is which page is shown, and to whom: everything that decides how changes look on it, and nothing of the
// socket.
type pageView struct {
	server *Server
	me     int64 // whose page it is
	viewer views.Viewer
	scope  string // names what the user may see and do, in keys of the cache

	page   Page
	list   string         // the address of its list
	from   store.Position // of the first message it shows
	until  store.Position // of the last one where the thread goes on behind it, else zero
	unread int64          // the message above which "New messages" stands
}

// shown is what a page shows as far as it was sent it; parts that are zero are not known.
type shown struct {
	nav      *shownNavigation
	warnings *views.Trouble
	lines    shownLines // of the open thread
	menu     *shownMenu // as well
}

// equal tells whether a page that shows one shows the other as well.
func (s *shown) equal(other *shown) bool {
	return s == other || equalOr(s.nav, other.nav, (*shownNavigation).equal) &&
		equalOr(s.warnings, other.warnings, func(a, b *views.Trouble) bool { return a.Equal(*b) }) &&
		equalOr(s.menu, other.menu, func(a, b *shownMenu) bool { return *a == *b }) && s.lines.all == other.lines.all
}

// equalOr compares what is known of both with a function.
func equalOr[T any](a, b *T, equal func(a, b *T) bool) bool {
	return a == b || a != nil && b != nil && equal(a, b)
}

// delta is what changes mean for a page: the content of one frame, and what the page shows once it has it.
type delta struct {
	*pageView
	shown
	content        *bytes.Buffer
	absent         absent  // conversations that are not in the page's list
	rows, lackRows []int64 // conversations that are in the list now, and those that are not
}

func newDelta(v *pageView, was shown) *delta {
	return &delta{pageView: v, shown: was, content: new(bytes.Buffer)}
}

// render writes the parts of the page that the changes touch, as they are now for this viewer, with the same functions
// that render the page.
func (d *delta) render(ctx context.Context, changes []store.Change) (err error) {
	switch d.page.Kind {
	case InboxPage:
		err = d.renderInbox(ctx, changes)
	case TagsPage:
		err = d.renderTags(ctx, changes)
	}
	if err != nil {
		return err
	}
	parts, err := d.server.Pages.Fragments(ctx, d.viewer, d.page, changes)
	if err == nil && len(parts) > 0 {
		err = writeParts(ctx, d.content, parts...)
	}
	if err != nil {
		return err
	}
	return d.renderWarnings(ctx, changes[len(changes)-1].Number)
}

func (d *delta) renderInbox(ctx context.Context, changes []store.Change) error {
	touched, gone, err := d.changedConversations(ctx, changes)
	if err == nil {
		err = d.renderGone(ctx, gone)
	}
	if err != nil {
		return err
	}
	for _, t := range touched {
		if d.page.Searching {
			break // what was found stays as it is while somebody reads it
		}
		if err = d.renderRow(ctx, t); err != nil {
			return err
		}
	}
	if err = d.renderNavigation(ctx, changes, len(touched)+len(gone) > 0); err != nil {
		return err
	}
	if open := slices.IndexFunc(touched, func(t changedConversation) bool {
		return t.ID == d.page.Conversation
	}); open >= 0 {
		err = d.renderThread(ctx, touched[open])
	}
	return err
}

// renderTags brings what stands beside an open page of tags up to date.
func (d *delta) renderTags(ctx context.Context, changes []store.Change) error {
	touched, gone, err := d.changedConversations(ctx, changes)
	if err != nil {
		return err
	}
	return d.renderNavigation(ctx, changes, len(touched)+len(gone) > 0)
}

// relevant returns those of the changes that may change the page.
func (v *pageView) relevant(changes []store.Change) []store.Change {
	if !slices.ContainsFunc(changes, v.ignores) {
		return changes // mostly
	}
	return slices.DeleteFunc(slices.Clone(changes), v.ignores)
}

// ignores tells whether a change cannot change the page.
func (v *pageView) ignores(c store.Change) bool {
	switch {
	case c.PersonID != 0 || c.UserID != 0 && c.UserID != v.me:
		return true
	case v.page.Kind == OtherPage:
		return !c.Preferences
	case v.page.Kind == LogPage || v.page.Kind == ConnectPage:
		return false
	}
	return c.ConversationID != 0 && c.ContactID == 0 && !v.viewer.User.Scope().Sees(c.Subuser)
}

// storeContext bounds what a socket asks of the store at once. The caller calls cancel.
func storeContext() (ctx context.Context, cancel context.CancelFunc) {
	return context.WithTimeout(context.Background(), storeWait)
}

const storeWait = 10 * time.Second
