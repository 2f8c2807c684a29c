package live

import (
	"bytes"
	"context"
	"hash/maphash"
	"io"
	"slices"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// renderThread writes what is new in the open thread, and what stands around it.
func (d *delta) renderThread(ctx context.Context, t changedConversation) error {
	thread, err := d.openThread(ctx, t)
	if err != nil {
		return err
	}
	around, err := d.aroundThread(ctx, thread, t.since)
	if err != nil {
		return err
	}
	d.content.Write(around)
	lines, err := d.linesOf(ctx, thread.Thread, t.since)
	if err != nil {
		return err
	}
	shown := showing(lines)
	var parts []templ.Component
	if shown.all != d.lines.all {
		parts = append(parts, views.ThreadLinesChanged(thread.Thread, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			return d.lines.write(w, lines)
		})))
	}
	menu := shownMenu{t.Assignee, t.AssigneeName, thread.people}
	if d.menu == nil || *d.menu != menu {
		parts = append(parts, views.AssigneeMenuChanged(d.viewer, thread.Thread))
	}
	if err = writeParts(ctx, d.content, parts...); err == nil {
		d.lines, d.menu = shown, &menu
	}
	return err
}

// shownMenu is what a page shows in the menu of whom its thread can be assigned to. It is sent again only where it
// changes.
type shownMenu struct {
	assignee int64
	name     string
	people   uint64 // a checksum
}

type aroundKey struct {
	renderContext
	threadKey
	timeline              string
	unread                int
	mine, readOnly, sends bool
}

// aroundThread renders the head of the thread and what is known of its contact, once for all who see the same.
func (v *pageView) aroundThread(ctx context.Context, t openThread, since int64) (fragment, error) {
	key := aroundKey{v.renderContext(), v.threadKey(t.Conversation.ID), v.page.Timeline, t.Conversation.Unread,
		t.Conversation.Assignee == v.me, v.viewer.User.ReadOnly, v.viewer.Sends}
	return web.GetCachedAsOf(v.server.cache, key, since, func() (fragment, error) {
		t.Narrow(v.viewer, v.page.Filter, v.page.Timeline)
		header := views.ThreadHeaderChanged(v.viewer, v.page.Filter, t.Thread)
		return makeFragment(ctx, header, views.ContactChanged(v.viewer, t.Thread))
	})
}

// shownLines are the lines that a page shows of its thread since it was last sent something of it: their checksums. The
// zero value is that of a page of which that is not known.
type shownLines struct {
	byID map[string]uint64
	all  uint64
}

func showing(lines []line) shownLines {
	s := shownLines{byID: make(map[string]uint64, len(lines))}
	var all maphash.Hash
	all.SetSeed(seed)
	for _, line := range lines {
		maphash.WriteComparable(&all, line.sum)
		if line.id != "" {
			s.byID[line.id] = line.sum
		}
	}
	s.all = all.Sum64()
	return s
}

// write writes the lines; those that the page shows already as they are, are only named.
func (s shownLines) write(to io.Writer, lines []line) error {
	for _, line := range lines {
		html := line.html
		if sum, shown := s.byID[line.id]; shown && sum == line.sum {
			html = line.same
		}
		if _, err := to.Write(html); err != nil {
			return err
		}
	}
	return nil
}

// line is an item of a thread as it looks, and what stands for it on a page that shows just that.
type line struct {
	id         string // "" for what is always written
	sum        uint64 // of html
	html, same []byte
}

var seed = maphash.MakeSeed()

type linesKey struct {
	renderContext
	threadKey
	unread, author  int64
	readOnly, sends bool
}

// linesOf renders the items of the thread, once for all who see the same.
func (v *pageView) linesOf(ctx context.Context, t views.Thread, since int64) ([]line, error) {
	key := linesKey{
		renderContext: v.renderContext(), threadKey: v.threadKey(t.Conversation.ID), unread: t.FirstUnread,
		readOnly: v.viewer.User.ReadOnly, sends: v.viewer.Sends,
	}
	key.list = ""
	if slices.ContainsFunc(t.Notes, func(n store.Note) bool { return n.UserID == v.me }) {
		key.author = v.me // who can delete them
	}
	return web.GetCachedAsOf(v.server.cache, key, since, func() ([]line, error) {
		var lines []line
		for _, item := range views.ThreadItems(v.viewer, t) {
			html, err := rendered(ctx, views.ThreadLine(v.viewer.Through(t.SIMCards), item))
			if err != nil {
				return nil, err
			}
			one := line{id: item.ID(), html: html, sum: maphash.Bytes(seed, html)}
			if one.id != "" {
				if one.same, err = rendered(ctx, views.SameLine(item)); err != nil {
					return nil, err
				}
			}
			lines = append(lines, one)
		}
		return lines, nil
	})
}

func rendered(ctx context.Context, part templ.Component) ([]byte, error) {
	var html bytes.Buffer
	err := part.Render(ctx, &html)
	return html.Bytes(), err
}

type threadKey struct {
	scope         string
	id            int64
	from, until   store.Position
	message, note int64 // that the address leads to
}

func (v *pageView) threadKey(conversation int64) threadKey {
	return threadKey{v.scope, conversation, v.from, v.until, v.page.Message, v.page.Note}
}

// openThread is a thread as it is read once for all who see the same.
type openThread struct {
	views.Thread
	people uint64 // a checksum of whom it can be assigned to
}

// openThread is the open conversation as far as the page shows it.
func (v *pageView) openThread(ctx context.Context, t changedConversation) (openThread, error) {
	thread, err := web.GetCached(v.server.cache, v.threadKey(t.ID), t.since, func() (openThread, error) {
		thread, err := v.server.Pages.Thread(ctx, v.viewer, t.Conversation, v.from, v.until)
		return openThread{thread, sumOfPeople(thread.People)}, err
	})
	thread.Conversation, thread.FirstUnread = t.Conversation, v.unread
	thread.Target, thread.TargetNote = v.page.Message, v.page.Note
	return thread, err
}

func sumOfPeople(people []store.User) uint64 {
	var sum maphash.Hash
	sum.SetSeed(seed)
	for _, p := range people {
		maphash.WriteComparable(&sum, p.ID)
		maphash.WriteComparable(&sum, p.Name)
	}
	return sum.Sum64()
}
