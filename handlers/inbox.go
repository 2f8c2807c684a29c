package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	listPage   = 50  // conversations loaded at once
	threadPage = 50  // messages loaded at once
	unreadPage = 300 // messages loaded at most to show the first unread one
)

func (a *App) showInbox(w http.ResponseWriter, r *http.Request) error {
	before, err := parsePosition(r.URL.Query().Get("before"))
	if err != nil {
		return web.BadRequest("Open the inbox again from its start.")
	}
	p := parsePage(r.URL)
	if before != (store.Position{}) {
		return a.showMoreConversations(w, r, p.filter, before)
	}
	inbox, err := a.inbox(r.Context(), a.viewer(r, person(r)), p)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.InboxPage(inbox))
}

// showMoreConversations answers with the rows after those already shown.
func (a *App) showMoreConversations(w http.ResponseWriter, r *http.Request, f store.Filter, before store.Position) error {
	viewer := a.viewer(r, person(r))
	list, err := a.list(r.Context(), viewer.User, f, before)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.MoreConversations(viewer, f, list))
}

func (a *App) showConversation(w http.ResponseWriter, r *http.Request) error {
	p := parsePage(r.URL)
	if p.conversation == 0 {
		return web.NotFound()
	}
	inbox, err := a.inbox(r.Context(), a.viewer(r, person(r)), p)
	if errors.Is(err, store.ErrNotFound) {
		return web.NotFound()
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.InboxPage(inbox))
}

// inbox gathers everything the main screen shows. The change number is read first: what happens meanwhile is sent
// again over the socket, which does no harm.
func (a *App) inbox(ctx context.Context, viewer views.Viewer, p page) (views.Inbox, error) {
	inbox := views.Inbox{Viewer: viewer, Filter: p.filter}
	var err error
	if inbox.Change, err = a.store.ChangeNumber(ctx); err != nil {
		return inbox, err
	}
	if inbox.Counts, err = a.store.Counts(ctx, viewer.User.Scope(), viewer.User.ID); err != nil {
		return inbox, err
	}
	if inbox.List, err = a.list(ctx, viewer.User, p.filter, store.Position{}); err != nil {
		return inbox, err
	}
	if inbox.Trouble, err = a.trouble(ctx, viewer); err != nil {
		return inbox, err
	}
	inbox.Empty = inbox.Counts.Views[store.ViewInbox]+inbox.Counts.Views[store.ViewDone] == 0
	if p.conversation == 0 {
		return inbox, nil
	}
	inbox.List.Open = p.conversation
	thread, err := a.openThread(ctx, viewer.User, p.conversation)
	inbox.Thread = &thread
	return inbox, err
}

func (a *App) list(ctx context.Context, user store.User, f store.Filter, before store.Position) (views.List, error) {
	conversations, more, err := a.store.Conversations(ctx, user.Scope(), user.ID, f, before, listPage)
	list := views.List{Conversations: conversations}
	if more {
		last := conversations[len(conversations)-1].Position()
		list.Next = views.WithQuery(views.InboxURL(f), "before", formatPosition(last))
	}
	return list, err
}

// openThread is a conversation as it is opened: its last messages, and if there are not too many all unread ones.
func (a *App) openThread(ctx context.Context, user store.User, id int64) (views.Thread, error) {
	scope := user.Scope()
	c, err := a.store.Conversation(ctx, scope, user.ID, id)
	if err != nil {
		return views.Thread{}, err
	}
	first, err := a.store.FirstUnread(ctx, scope, id, c.Unread)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return views.Thread{}, err
	}
	messages, more, err := a.store.MessagesBefore(ctx, scope, id, store.Position{}, threadPage)
	if err == nil && more && first.ID != 0 && first.Before(messages[0].Position()) {
		messages, more, err = a.store.MessagesBefore(ctx, scope, id, store.Position{}, unreadPage)
	}
	if err != nil {
		return views.Thread{}, err
	}
	return a.thread(ctx, scope, views.Thread{Conversation: c, Messages: messages, FirstUnread: first.ID}, more)
}

// thread adds to a conversation's messages what stands between and beside them.
func (a *App) thread(ctx context.Context, scope store.Scope, t views.Thread, more bool) (views.Thread, error) {
	var err error
	t.Timeline, err = a.store.TagChanges(ctx, scope, t.Conversation.Contact.ID)
	t.Changes = slices.Clone(t.Timeline)
	slices.Reverse(t.Changes)
	if more && len(t.Messages) > 0 {
		start := t.Messages[0].Position()
		t.Older, t.From = olderURL(t.Conversation.ID, start), formatPosition(start)
		t.Changes = slices.DeleteFunc(t.Changes, func(c store.TagChange) bool { return c.At < start.At })
	}
	return t, err
}

func olderURL(id int64, before store.Position) string {
	return views.WithQuery("/conversations/"+strconv.FormatInt(id, 10)+"/messages", "before", formatPosition(before))
}

// showOlderMessages answers with the part of a thread before those already shown.
func (a *App) showOlderMessages(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return web.NotFound()
	}
	before, err := parsePosition(r.URL.Query().Get("before"))
	if err != nil {
		return web.BadRequest("Open the conversation again.")
	}
	ctx, viewer := r.Context(), a.viewer(r, person(r))
	scope := viewer.User.Scope()
	c, err := a.store.Conversation(ctx, scope, viewer.User.ID, id)
	if errors.Is(err, store.ErrNotFound) {
		return web.NotFound()
	}
	if err != nil {
		return err
	}
	messages, more, err := a.store.MessagesBefore(ctx, scope, id, before, threadPage)
	if err != nil {
		return err
	}
	thread, err := a.thread(ctx, scope, views.Thread{Conversation: c, Messages: messages}, more)
	if err != nil {
		return err
	}
	thread.Changes = slices.DeleteFunc(thread.Changes, func(c store.TagChange) bool { return c.At >= before.At })
	return web.Render(w, r, http.StatusOK, views.ThreadContent(viewer, thread))
}

// change answers a form about one conversation and goes back to where it was sent from.
func (a *App) change(w http.ResponseWriter, r *http.Request, do func(ctx context.Context, user store.User, id int64) error) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return web.NotFound()
	}
	err = do(r.Context(), person(r), id)
	if errors.Is(err, store.ErrNotFound) {
		return web.NotFound()
	}
	if err != nil {
		return err
	}
	if r.Header.Get("HX-Request") != "" || r.Header.Get("Sec-Fetch-Dest") == "empty" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, safeNext(r.FormValue("next")), http.StatusSeeOther)
	return nil
}

func (a *App) markRead(w http.ResponseWriter, r *http.Request) error {
	return a.change(w, r, func(ctx context.Context, user store.User, id int64) error {
		return a.store.MarkRead(ctx, user.Scope(), user.ID, id)
	})
}

func (a *App) closeConversation(w http.ResponseWriter, r *http.Request) error {
	return a.change(w, r, func(ctx context.Context, user store.User, id int64) error {
		return a.store.SetDone(ctx, user.Scope(), id, true)
	})
}

func (a *App) reopenConversation(w http.ResponseWriter, r *http.Request) error {
	return a.change(w, r, func(ctx context.Context, user store.User, id int64) error {
		return a.store.SetDone(ctx, user.Scope(), id, false)
	})
}
