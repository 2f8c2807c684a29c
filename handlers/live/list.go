package live

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// renderGone takes conversations out of the list that are not there any more, and says so where one of them is open.
func (d *delta) renderGone(ctx context.Context, gone []int64) error {
	for _, id := range gone {
		parts := []templ.Component{views.ConversationDeleted(id)}
		if d.page.Filter.View == store.ViewFailed {
			parts = []templ.Component{views.FailureGroupLeft(id)}
		}
		if d.page.Searching {
			parts = nil
		}
		if id == d.page.Conversation {
			parts = append(parts, views.ThreadGone(d.page.Filter))
		}
		if err := writeParts(ctx, d.content, parts...); err != nil {
			return err
		}
	}
	return nil
}

// renderContext is what determines how something looks to a person, beside what it is.
type renderContext struct {
	scope, zone, list string
	names             *store.Names
	format            store.TimeFormat
	minute            int64
}

func (v *pageView) renderContext() renderContext {
	format := v.viewer.User.Preferences.TimeFormat
	return renderContext{v.scope, v.viewer.Zone.String(), v.list, v.server.Pages.Names(), format, v.viewer.Now.Unix() / 60}
}

type rowKey struct {
	renderContext
	id               int64
	unread           int
	draft            string
	mine, open, fits bool
}

// renderRow brings the conversation's row in the list up to date, if it is there or comes there.
func (d *delta) renderRow(ctx context.Context, t changedConversation) error {
	if d.shows(t.Conversation) {
		d.rows = append(d.rows, t.ID)
	} else if d.absent[t.ID] || !d.page.Filter.FitsSubuser(t.Subuser) {
		return nil
	} else {
		d.lackRows = append(d.lackRows, t.ID)
	}
	row, err := d.row(ctx, t)
	d.content.Write(row)
	return err
}

// row puts a conversation where it belongs in the list, or takes it out.
func (v *pageView) row(ctx context.Context, t changedConversation) (fragment, error) {
	fits, f, open := v.shows(t.Conversation), v.page.Filter, v.page.Conversation
	key := rowKey{v.renderContext(), t.ID, t.Unread, t.Draft, t.Assignee == v.me, t.ID == open, fits}
	return web.GetCachedAsOf(v.server.cache, key, t.since, func() (fragment, error) {
		switch {
		case f.View == store.ViewFailed && fits:
			failures, err := v.server.Store.OpenFailures(ctx, v.viewer.User.Scope(), t.ID)
			if err != nil {
				return nil, err
			}
			return makeFragment(ctx, views.FailureGroupChanged(v.viewer, f, t.Conversation, failures[t.ID], open))
		case f.View == store.ViewFailed:
			return makeFragment(ctx, views.FailureGroupLeft(t.ID))
		case fits:
			return makeFragment(ctx, views.ConversationChanged(v.viewer, f, t.Conversation, open))
		}
		return makeFragment(ctx, views.ConversationLeft(t.ID))
	})
}

// shows tells whether the conversation belongs in the list of the page.
func (v *pageView) shows(c store.Conversation) bool {
	f := v.page.Filter
	if !f.Fits(v.me, c) || v.page.After == (store.Position{}) {
		return f.Fits(v.me, c)
	}
	if f.Ascends() {
		return v.page.After.Before(f.Position(c))
	}
	return f.Position(c).Before(v.page.After)
}

// mostTouched is how many conversations a page is caught up on; a contact may have thousands.
const mostTouched = 500

// changedConversation is a conversation that changes are about, as the viewer sees it, and the number of the last of
// them.
type changedConversation struct {
	store.Conversation
	since int64
}

// changedConversations returns the conversations that this viewer may see and the changes are about, by id, and those
// of them that are gone.
func (v *pageView) changedConversations(
	ctx context.Context, changes []store.Change,
) (touched []changedConversation, gone []int64, err error) {
	news, err := v.conversationChanges(ctx, changes)
	if err == nil && len(news) > mostTouched {
		err = store.ErrTooOld // to load the page anew is less
	}
	if err != nil {
		return nil, nil, err
	}
	touched = make([]changedConversation, 0, len(news))
	for _, n := range news {
		c, err := v.conversation(ctx, n.id, n.since)
		if err == nil {
			touched = append(touched, changedConversation{c, n.since})
		} else if errors.Is(err, store.ErrNotFound) {
			gone = append(gone, n.id)
		} else {
			return nil, nil, err
		}
	}
	return touched, gone, nil
}

// conversationChange is that a conversation changed, and the number of the last change.
type conversationChange struct{ id, since int64 }

// conversationChanges returns which conversations of the viewer's scope the changes are about, each once, by id.
func (v *pageView) conversationChanges(ctx context.Context, changes []store.Change) ([]conversationChange, error) {
	var all []conversationChange
	scope := v.viewer.User.Scope()
	for _, change := range changes {
		if change.ConversationID != 0 && scope.Sees(change.Subuser) {
			all = append(all, conversationChange{change.ConversationID, change.Number})
		}
		if change.ContactID == 0 {
			continue
		}
		key := contactKey{v.scope, change.ContactID}
		ids, err := web.GetCached(v.server.cache, key, change.Number, func() ([]int64, error) {
			conversations, err := v.server.Store.ConversationsOf(ctx, scope, 0, change.ContactID)
			return idsOf(conversations), err
		})
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, conversationChange{id, change.Number})
		}
	}
	slices.SortFunc(all, func(a, b conversationChange) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(b.since, a.since))
	})
	return slices.CompactFunc(all, func(a, b conversationChange) bool { return a.id == b.id }), nil
}

type contactKey struct {
	scope string
	id    int64
}

type conversationKey struct {
	scope string
	id    int64
}

// commonConversation is a conversation as nobody in particular sees it, with who has how much of it to read, and who
// has begun to write what.
type commonConversation struct {
	store.Conversation
	unread map[int64]int
	drafts map[int64]string
}

// conversation returns the conversation as the viewer sees it, with every change up to the number since.
func (v *pageView) conversation(ctx context.Context, id, since int64) (store.Conversation, error) {
	scope := v.viewer.User.Scope()
	key := conversationKey{v.scope, id}
	common, err := web.GetCached(v.server.cache, key, since, func() (c commonConversation, err error) {
		if c.Conversation, err = v.server.Store.Conversation(ctx, scope, 0, id); err == nil {
			c.unread, err = v.server.Store.UnreadBy(ctx, scope, id)
		}
		if err == nil {
			c.drafts, err = v.server.Store.DraftsBy(ctx, scope, id)
		}
		return c, err
	})
	common.Unread, common.Draft = common.unread[v.me], common.drafts[v.me]
	return common.Conversation, err
}

func idsOf(conversations []store.Conversation) []int64 {
	all := make([]int64, len(conversations))
	for i, c := range conversations {
		all[i] = c.ID
	}
	return all
}
