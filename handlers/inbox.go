package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"tagline/handlers/live"
	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	listPage   = 50 // conversations loaded at once
	threadPage = 50 // messages loaded at once

	beforeTarget = 10 // messages shown before one that is linked to
	// and before the first unread one: what a screen holds, so that it stays as it is where the page is loaded anew
	beforeUnread = 25
	contactNotes = 3  // notes shown beside a thread
	mostOthers   = 20 // other conversations of a contact shown beside a thread
)

func (a *conversations) showInbox(w http.ResponseWriter, r *http.Request) error {
	if _, err := store.ParsePosition(r.URL.Query().Get("before")); err != nil {
		return web.BadRequest("Open the inbox again from its start.")
	}
	q, named, err := a.numbered(r, r.URL.Query())
	if err != nil {
		return err
	}
	if named {
		http.Redirect(w, r, views.InboxURL(parseFilter(q, zone(r))), http.StatusSeeOther)
		return nil
	}
	p, byScript := parsePage(r.URL, zone(r)), r.Header.Get("HX-Request") != ""
	if !byScript && untidy(r.URL.Query()) {
		http.Redirect(w, r, views.InboxURL(p.Filter), http.StatusSeeOther)
		return nil
	}
	if byScript && p.After != (store.Position{}) {
		return a.showMoreConversations(w, r, p)
	}
	inbox, err := a.inbox(r.Context(), a.viewer(r, person(r)), p)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.InboxPage(inbox))
}

// showMoreConversations answers with the rows after those already shown, and the change number they are read at: what
// happened since, the page has been told of before it had them.
func (a *conversations) showMoreConversations(w http.ResponseWriter, r *http.Request, p live.Page) error {
	change, err := a.store.ChangeNumber(r.Context())
	if err != nil {
		return err
	}
	viewer := a.viewer(r, person(r))
	list, err := a.list(r.Context(), viewer, p.Filter, p.After)
	if err != nil {
		return err
	}
	list.Change = change
	return web.Render(w, r, http.StatusOK, views.MoreConversations(viewer, p.Filter, list))
}

func (a *conversations) showConversation(w http.ResponseWriter, r *http.Request) error {
	p := parsePage(r.URL, zone(r))
	if p.Conversation == 0 {
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
func (a *conversations) inbox(ctx context.Context, viewer views.Viewer, p live.Page) (views.Inbox, error) {
	inbox := views.Inbox{Viewer: viewer, Filter: p.Filter}
	if a.textlink == nil {
		inbox.TagsOff = a.tagsOff(viewer.User, store.Main)
	}
	var err error
	if inbox.Change, err = a.store.ChangeNumber(ctx); err != nil {
		return inbox, err
	}
	if inbox.Nav, err = a.navigation(ctx, viewer); err != nil {
		return inbox, err
	}
	if inbox.SIMCards, err = a.simCards(ctx, viewer.User.Scope()); err != nil {
		return inbox, err
	}
	if p.Searching {
		inbox.Search, err = a.search(ctx, viewer, p.Filter, 0)
	} else {
		inbox.List, err = a.list(ctx, viewer, p.Filter, p.After)
	}
	if err != nil {
		return inbox, err
	}
	if inbox.People, err = a.store.People(ctx, viewer.User.Scope()); err != nil {
		return inbox, err
	}
	if inbox.Trouble, err = a.trouble(ctx, viewer); err != nil {
		return inbox, err
	}
	inbox.Empty = inbox.Nav.Views[store.ViewInbox]+inbox.Nav.Views[store.ViewDone]+inbox.Nav.Views[store.ViewSnoozed] == 0
	if p.Conversation == 0 {
		return inbox, nil
	}
	inbox.List.Open = p.Conversation
	if inbox, err = a.withThread(ctx, inbox, p, threadWeight); err != nil ||
		inbox.List.Weight+inbox.Thread.Weight <= usualWeight {
		return inbox, err
	}
	weight, err := weigh(ctx, views.InboxPage(inbox))
	if err != nil || weight <= pageWeight {
		return inbox, err
	}
	return a.withThread(ctx, inbox, p, max(leastThread, inbox.Thread.Weight-(weight-pageWeight)))
}

// withThread adds to the main screen the open thread, as much of it as has room.
func (a *conversations) withThread(ctx context.Context, inbox views.Inbox, p live.Page, room int) (views.Inbox, error) {
	viewer := inbox.Viewer
	thread, err := a.openThread(ctx, viewer, p, room)
	if err != nil {
		return inbox, err
	}
	thread.Narrow(viewer, p.Filter, p.Timeline)
	inbox.Thread = &thread
	thread.Present = a.live.Present(thread.Conversation.ID, viewer.User.ID)
	thread.Tags, thread.MoreTags = views.MostUsedTags(inbox.Nav.Tags)
	thread.TagsOff = a.tagsOff(viewer.User, thread.Conversation.Subuser)
	thread.Composer, err = a.composer(ctx, viewer.User, thread.Conversation)
	return inbox, err
}

func (a *conversations) list(ctx context.Context, viewer views.Viewer, f store.Filter,
	after store.Position) (views.List, error) {
	scope := viewer.User.Scope()
	conversations, more, err := a.store.Conversations(ctx, scope, viewer.User.ID, f, after, listPage)
	list := views.List{Conversations: conversations}
	if err == nil && f.View == store.ViewFailed {
		list.Failures, err = a.store.OpenFailures(ctx, scope, ids(conversations)...)
	}
	if err != nil {
		return list, err
	}
	if most := views.RowsRoom(viewer, f, conversations); f.View != store.ViewFailed && most <= listWeight {
		if list.Weight = most; more {
			list.Next = nextRows(f, conversations)
		}
		return list, nil
	}
	n, weight, err := fitting(ctx, conversations, listWeight, func(c store.Conversation) templ.Component {
		if f.View == store.ViewFailed {
			return views.FailureGroup(viewer, f, c, list.Failures[c.ID], false)
		}
		return views.ConversationRow(viewer, f, c, false)
	})
	if n < len(conversations) {
		list.Conversations, more = conversations[:n], true
	}
	if list.Weight = weight; more {
		list.Next = nextRows(f, list.Conversations)
	}
	return list, err
}

// nextRows is where the rows after these are.
func nextRows(f store.Filter, rows []store.Conversation) string {
	return views.WithQuery(views.InboxURL(f), "before", f.Position(rows[len(rows)-1]).String())
}

// openThread is a conversation as it is opened: where the message or note is that a link leads to, if there is such a
// one in it, else at the first unread message, else at the end. What is shown of it fits into room.
func (a *conversations) openThread(ctx context.Context, viewer views.Viewer, p live.Page,
	room int) (views.Thread, error) {
	scope := viewer.User.Scope()
	c, err := a.store.Conversation(ctx, scope, viewer.User.ID, p.Conversation)
	if err != nil {
		return views.Thread{}, err
	}
	thread, err := a.threadOf(ctx, c)
	if err != nil {
		return thread, err
	}
	start, err := a.store.FirstUnread(ctx, scope, c.ID, c.Unread)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return thread, err
	}
	linked, err := a.linked(ctx, scope, p)
	if err != nil {
		return thread, err
	}
	before := beforeUnread
	thread.FirstUnread = start.ID
	if linked != (store.Position{}) {
		thread.Target, thread.TargetNote, thread.TargetAt = p.Message, p.Note, linked.String()
		start, before = linked, beforeTarget
	}
	if thread, err = a.partAround(ctx, viewer, thread, start, before, room); err != nil {
		return thread, err
	}
	return a.besideThread(ctx, viewer, thread)
}

// linked is where the message or note stands that the address links to. One that is not there any more is no reason not
// to show the conversation.
func (a *conversations) linked(ctx context.Context, scope store.Scope, p live.Page) (linked store.Position, err error) {
	switch {
	case p.Message != 0:
		linked, err = a.store.MessagePosition(ctx, scope, p.Conversation, p.Message)
	case p.Note != 0:
		linked.ID = p.Note
		linked.At, err = a.store.NoteAt(ctx, scope, p.Conversation, p.Note)
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.Position{}, nil
	}
	return linked, err
}

// besideThread adds to a thread what stands beside its messages.
func (a *conversations) besideThread(ctx context.Context, viewer views.Viewer, t views.Thread) (views.Thread, error) {
	scope, user, c := viewer.User.Scope(), viewer.User, t.Conversation
	t, err := a.timeline(ctx, viewer, t, store.TagPart{})
	if err != nil {
		return t, err
	}
	if t.People, err = a.store.Assignable(ctx, scope, c.ID); err != nil {
		return t, err
	}
	if t.NewestNotes, t.NoteCount, err = a.store.NewestNotes(ctx, scope, c.ID, contactNotes); err != nil {
		return t, err
	}
	t.Others, err = a.store.OtherConversations(ctx, scope, user.ID, c, mostOthers+1)
	if t.MoreOthers = len(t.Others) > mostOthers; t.MoreOthers {
		t.Others = t.Others[:mostOthers]
	}
	slices.SortFunc(t.Others, func(a, b store.Conversation) int { return cmp.Compare(a.Subuser, b.Subuser) })
	return t, err
}

func ids(conversations []store.Conversation) []int64 {
	all := make([]int64, len(conversations))
	for i, c := range conversations {
		all[i] = c.ID
	}
	return all
}
