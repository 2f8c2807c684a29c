package live

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// render writes the parts of the page that the changes touch, as they are now for this viewer, with the same
// functions that render the page. It returns what the page shows beside the views then, nil if that is as it was.
func (l *pageSession) render(ctx context.Context, changes []store.Change, to *bytes.Buffer) (nav *shownNavigation, err error) {
	switch l.page.Kind {
	case InboxPage:
		nav, err = l.renderInbox(ctx, changes, to)
	case TagsPage:
		nav, err = l.renderTags(ctx, changes, to)
	}
	var parts []templ.Component
	if err == nil {
		parts, err = l.server.pages.Fragments(ctx, l.viewer, l.page, changes)
	}
	if err == nil && len(parts) > 0 {
		err = writeParts(ctx, to, parts...)
	}
	if err == nil {
		err = l.renderTrouble(ctx, changes[len(changes)-1].Number, to)
	}
	return nav, err
}

func (l *pageSession) renderInbox(ctx context.Context, changes []store.Change, to *bytes.Buffer) (*shownNavigation, error) {
	touched, gone, err := l.touched(ctx, changes)
	if err == nil {
		err = l.renderGone(ctx, gone, to)
	}
	if err != nil {
		return nil, err
	}
	for _, t := range touched {
		if l.page.Searching {
			break // what was found stays as it is while somebody reads it
		}
		row, err := l.row(ctx, t)
		if err != nil {
			return nil, err
		}
		to.Write(row)
	}
	nav, err := l.renderNavigation(ctx, changes, len(touched)+len(gone) > 0, to)
	if err != nil {
		return nil, err
	}
	if open := slices.IndexFunc(touched, func(t touch) bool { return t.ID == l.page.Conversation }); open >= 0 {
		err = l.renderThread(ctx, touched[open], to)
	}
	return nav, err
}

// renderGone takes conversations out of the list that are not there any more, and says so where one of them is open.
func (l *pageSession) renderGone(ctx context.Context, gone []int64, to *bytes.Buffer) error {
	for _, id := range gone {
		parts := []templ.Component{views.ConversationDeleted(id)}
		if l.page.Filter.View == store.ViewFailed {
			parts = []templ.Component{views.FailureGroupLeft(id)}
		}
		if l.page.Searching {
			parts = nil
		}
		if id == l.page.Conversation {
			parts = append(parts, views.ThreadGone(l.page.Filter))
		}
		if err := writeParts(ctx, to, parts...); err != nil {
			return err
		}
	}
	return nil
}

// look is what determines how something looks to a person, beside what it is.
type look struct {
	scope, zone, list string
	names             *store.Names
	format            store.TimeFormat
	minute            int64
}

func (l *pageSession) look() look {
	return look{l.scope, l.viewer.Zone.String(), l.list, l.server.pages.Names(), l.viewer.User.Preferences.TimeFormat, l.viewer.Now.Unix() / 60}
}

type rowKey struct {
	look
	id               int64
	unread           int
	draft            string
	mine, open, fits bool
}

// row puts a conversation where it belongs in the list, or takes it out.
func (l *pageSession) row(ctx context.Context, t touch) (fragment, error) {
	fits := l.shows(t.Conversation)
	key := rowKey{l.look(), t.ID, t.Unread, t.Draft, t.Assignee == l.me, t.ID == l.page.Conversation, fits}
	return web.GetCachedAsOf(l.server.cache, key, t.since, func() (fragment, error) {
		switch {
		case l.page.Filter.View == store.ViewFailed && fits:
			failures, err := l.server.store.OpenFailures(ctx, l.viewer.User.Scope(), t.ID)
			if err != nil {
				return nil, err
			}
			return makeFragment(ctx, views.FailureGroupChanged(l.viewer, l.page.Filter, t.Conversation, failures[t.ID], l.page.Conversation))
		case l.page.Filter.View == store.ViewFailed:
			return makeFragment(ctx, views.FailureGroupLeft(t.ID))
		case fits:
			return makeFragment(ctx, views.ConversationChanged(l.viewer, l.page.Filter, t.Conversation, l.page.Conversation))
		}
		return makeFragment(ctx, views.ConversationLeft(t.ID))
	})
}

// shows tells whether the conversation belongs in the list of the page.
func (l *pageSession) shows(c store.Conversation) bool {
	f := l.page.Filter
	if !f.Fits(l.me, c) || l.page.After == (store.Position{}) {
		return f.Fits(l.me, c)
	}
	if f.Ascends() {
		return l.page.After.Before(f.Position(c))
	}
	return f.Position(c).Before(l.page.After)
}

// mostTouched is how many conversations a page is caught up on; a contact may have thousands.
const mostTouched = 500

// touch is a conversation that changes are about, as the viewer sees it, and the number of the last of them.
type touch struct {
	store.Conversation
	since int64
}

// touched returns the conversations that this viewer may see and the changes are about, by id, and those of them that are gone.
func (l *pageSession) touched(ctx context.Context, changes []store.Change) (touched []touch, gone []int64, err error) {
	news, err := l.news(ctx, changes)
	if err == nil && len(news) > mostTouched {
		err = store.ErrTooOld // to load the page anew is less
	}
	if err != nil {
		return nil, nil, err
	}
	touched = make([]touch, 0, len(news))
	for _, n := range news {
		c, err := l.conversation(ctx, n.id, n.since)
		if err == nil {
			touched = append(touched, touch{c, n.since})
		} else if errors.Is(err, store.ErrNotFound) {
			gone = append(gone, n.id)
		} else {
			return nil, nil, err
		}
	}
	return touched, gone, nil
}

// news is that a conversation changed, and the number of the last change.
type news struct{ id, since int64 }

// news returns which conversations of the viewer's scope the changes are about, each once, by id.
func (l *pageSession) news(ctx context.Context, changes []store.Change) ([]news, error) {
	var all []news
	scope := l.viewer.User.Scope()
	for _, change := range changes {
		if change.ConversationID != 0 && scope.Sees(change.Subuser) {
			all = append(all, news{change.ConversationID, change.Number})
		}
		if change.ContactID == 0 {
			continue
		}
		ids, err := web.GetCached(l.server.cache, contactKey{l.scope, change.ContactID}, change.Number, func() ([]int64, error) {
			conversations, err := l.server.store.ConversationsOf(ctx, scope, 0, change.ContactID)
			return idsOf(conversations), err
		})
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, news{id, change.Number})
		}
	}
	slices.SortFunc(all, func(a, b news) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(b.since, a.since)) })
	return slices.CompactFunc(all, func(a, b news) bool { return a.id == b.id }), nil
}

type contactKey struct {
	scope string
	id    int64
}

type conversationKey struct {
	scope string
	id    int64
}

// commonConversation is a conversation as nobody in particular sees it, with who has how much of it to read, and who has
// begun to write what.
type commonConversation struct {
	store.Conversation
	unread map[int64]int
	drafts map[int64]string
}

// conversation returns the conversation as the viewer sees it, with every change up to the number since.
func (l *pageSession) conversation(ctx context.Context, id, since int64) (store.Conversation, error) {
	scope := l.viewer.User.Scope()
	common, err := web.GetCached(l.server.cache, conversationKey{l.scope, id}, since, func() (c commonConversation, err error) {
		if c.Conversation, err = l.server.store.Conversation(ctx, scope, 0, id); err == nil {
			c.unread, err = l.server.store.UnreadBy(ctx, scope, id)
		}
		if err == nil {
			c.drafts, err = l.server.store.DraftsBy(ctx, scope, id)
		}
		return c, err
	})
	common.Unread, common.Draft = common.unread[l.me], common.drafts[l.me]
	return common.Conversation, err
}

// renderTags brings an open page of tags up to date.
func (l *pageSession) renderTags(ctx context.Context, changes []store.Change, to *bytes.Buffer) (*shownNavigation, error) {
	touched, gone, err := l.touched(ctx, changes)
	if err != nil {
		return nil, err
	}
	return l.renderNavigation(ctx, changes, len(touched)+len(gone) > 0, to)
}

func idsOf(conversations []store.Conversation) []int64 {
	all := make([]int64, len(conversations))
	for i, c := range conversations {
		all[i] = c.ID
	}
	return all
}
