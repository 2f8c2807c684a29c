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
	thread.Narrow(l.viewer, l.page.filter, l.page.timeline)
	lines, err := l.linesOf(ctx, thread, t.since)
	if err != nil {
		return err
	}
	shown := make(shownLines, len(lines))
	only := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return shown.write(w, lines, l.lines) })
	err = writeParts(ctx, to, views.ThreadHeaderChanged(l.viewer, l.page.filter, thread), views.ThreadLinesChanged(thread, only), views.ContactChanged(l.viewer, thread))
	if err == nil {
		l.lines = shown
	}
	return err
}

// shownLines are the lines that a page shows of its thread since it was last sent something of it: their checksums by id.
type shownLines map[string]uint64

// write writes the lines and notes them; those that are as they were before are only named.
func (s shownLines) write(to io.Writer, lines []line, before shownLines) error {
	for _, line := range lines {
		html := line.html
		if line.id != "" {
			s[line.id] = line.sum
			if sum, shown := before[line.id]; shown && sum == line.sum {
				html = line.same
			}
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
	return share(l.app.shared, key, since, func() ([]line, error) {
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
	from          store.Position
	mark          int64 // who sees a part of it only, since what that is depends on what they have read; 0 for everybody else
	message, note int64
}

func (l *liveSocket) threadKey(conversation int64) threadKey {
	key := threadKey{scope: l.scope, id: conversation, from: l.from}
	if l.page.message != 0 || l.page.note != 0 {
		key.mark, key.message, key.note = l.me, l.page.message, l.page.note
	}
	return key
}

// openThread is the open conversation from the first message that the page shows on.
func (l *liveSocket) openThread(ctx context.Context, t touch) (views.Thread, error) {
	thread, err := share(l.app.shared, l.threadKey(t.ID), t.since, func() (views.Thread, error) { return l.readThread(ctx, t.Conversation) })
	thread.Conversation, thread.FirstUnread, thread.Target, thread.TargetNote = t.Conversation, l.screen.Unread, l.page.message, l.page.note
	return thread, err
}

func (l *liveSocket) readThread(ctx context.Context, c store.Conversation) (views.Thread, error) {
	messages, err := l.app.store.MessagesFrom(ctx, l.viewer.User.Scope(), c.ID, l.from)
	if err != nil {
		return views.Thread{}, err
	}
	thread := views.Thread{Conversation: c, Messages: messages}
	if l.page.message != 0 || l.page.note != 0 {
		// Far back it is a part of the thread, and stays that.
		part, err := l.app.openThread(ctx, l.viewer.User, l.page)
		if err != nil {
			return views.Thread{}, err
		}
		if thread.Later = part.Later; part.Later != "" {
			last := part.Messages[len(part.Messages)-1].Position()
			thread.Messages = slices.DeleteFunc(messages, func(m store.Message) bool { return last.Before(m.Position()) })
		}
	}
	return l.app.thread(ctx, l.viewer.User, thread, l.from != store.Position{})
}
