package handlers

import (
	"bytes"
	"context"
	"hash/maphash"
	"io"
	"slices"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
)

// renderThread writes what is new in the open thread, and what stands around it.
func (l *liveSocket) renderThread(ctx context.Context, t touch, to *bytes.Buffer) error {
	thread, err := l.openThread(ctx, t)
	if err != nil {
		return err
	}
	around, err := l.aroundThread(ctx, thread, t.since)
	if err != nil {
		return err
	}
	to.Write(around)
	lines, err := l.linesOf(ctx, thread.Thread, t.since)
	if err != nil {
		return err
	}
	shown := showing(lines)
	var parts []templ.Component
	if shown.all != l.lines.all {
		parts = append(parts, views.ThreadLinesChanged(thread.Thread, templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return l.lines.write(w, lines) })))
	}
	menu := shownMenu{t.Assignee, t.AssigneeName, thread.people}
	if l.menu == nil || *l.menu != menu {
		parts = append(parts, views.AssigneeMenuChanged(l.viewer, thread.Thread))
	}
	if err = writeParts(ctx, to, parts...); err == nil {
		l.lines, l.menu = shown, &menu
	}
	return err
}

// shownMenu is what a page shows in the menu of whom its thread can be assigned to. It is sent again only where it changes.
type shownMenu struct {
	assignee int64
	name     string
	people   uint64 // a checksum
}

type aroundKey struct {
	look
	threadKey
	timeline              string
	unread                int
	mine, readOnly, sends bool
}

// aroundThread renders the head of the thread and what is known of its contact, once for all who see the same.
func (l *liveSocket) aroundThread(ctx context.Context, t openThread, since int64) (fragment, error) {
	key := aroundKey{l.look(), l.threadKey(t.Conversation.ID), l.page.timeline, t.Conversation.Unread,
		t.Conversation.Assignee == l.me, l.viewer.User.ReadOnly, l.viewer.Sends}
	return derive(l.app.shared, key, since, func() (fragment, error) {
		t.Narrow(l.viewer, l.page.filter, l.page.timeline)
		return makeFragment(ctx, views.ThreadHeaderChanged(l.viewer, l.page.filter, t.Thread), views.ContactChanged(l.viewer, t.Thread))
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
	look
	threadKey
	unread, author  int64
	readOnly, sends bool
}

// linesOf renders the items of the thread, once for all who see the same.
func (l *liveSocket) linesOf(ctx context.Context, t views.Thread, since int64) ([]line, error) {
	key := linesKey{look: l.look(), threadKey: l.threadKey(t.Conversation.ID), unread: t.FirstUnread, readOnly: l.viewer.User.ReadOnly, sends: l.viewer.Sends}
	key.list = ""
	if slices.ContainsFunc(t.Notes, func(n store.Note) bool { return n.UserID == l.me }) {
		key.author = l.me // who can delete them
	}
	return derive(l.app.shared, key, since, func() ([]line, error) {
		var lines []line
		for _, item := range views.ThreadItems(l.viewer, t) {
			html, err := rendered(ctx, views.ThreadLine(l.viewer.Through(t.SIMCards), item))
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

func (l *liveSocket) threadKey(conversation int64) threadKey {
	return threadKey{l.scope, conversation, l.from, l.until, l.page.message, l.page.note}
}

// openThread is a thread as it is read once for all who see the same.
type openThread struct {
	views.Thread
	people uint64 // a checksum of whom it can be assigned to
}

// openThread is the open conversation as far as the page shows it.
func (l *liveSocket) openThread(ctx context.Context, t touch) (openThread, error) {
	thread, err := share(l.app.shared, l.threadKey(t.ID), t.since, func() (openThread, error) {
		thread, err := l.readThread(ctx, t.Conversation)
		return openThread{thread, sumOfPeople(thread.People)}, err
	})
	thread.Conversation, thread.FirstUnread, thread.Target, thread.TargetNote = t.Conversation, l.screen.Unread, l.page.message, l.page.note
	return thread, err
}

// readThread reads the thread as far as the page shows it. What the page has loaded stays, so it is as long as that.
func (l *liveSocket) readThread(ctx context.Context, c store.Conversation) (t views.Thread, err error) {
	scope := l.viewer.User.Scope()
	if t, err = l.app.threadOf(ctx, l.viewer, c.ID); err != nil {
		return t, err
	}
	if t.Conversation = c; l.until == (store.Position{}) {
		t.Messages, err = l.app.store.MessagesFrom(ctx, scope, c.ID, l.from)
	} else {
		t.Messages, err = l.app.store.MessagesBetween(ctx, scope, c.ID, l.from, l.until)
	}
	if err != nil {
		return t, err
	}
	changes, moreChanges, err := l.app.store.TagChangesIn(ctx, scope, c.Contact.ID, store.TagPart{From: l.from.At, Until: after(l.until), Limit: mostLiveAsides})
	if err != nil {
		return t, err
	}
	notes, moreNotes, err := l.app.store.Notes(ctx, scope, c.ID, l.from.At, after(l.until), mostLiveAsides)
	if err != nil {
		return t, err
	}
	slices.Reverse(changes)
	start := l.from
	if moreChanges {
		start = laterOf(start, completeFrom(changes, changeAt))
	}
	if moreNotes {
		start = laterOf(start, completeFrom(notes, noteAt))
	}
	t.Changes, t.Notes = fewAtOnce(changes, changeAt), fewAtOnce(notes, noteAt)
	return l.app.besideThread(ctx, l.viewer, endAt(beginAt(from(t, start), start), l.until))
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
