package handlers

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
)

// render writes the parts of the page that the changes touch, as they are now for this viewer, with the same
// functions that render the page.
func (l *liveSocket) render(ctx context.Context, changes []store.Change, to *bytes.Buffer) error {
	var parts []templ.Component
	var err error
	switch l.page.kind {
	case inboxPage:
		parts, err = l.inboxParts(ctx, changes)
	case connectPage:
		parts, err = l.connectParts(ctx, changes)
	case logOfWebhooks:
		parts, err = l.logParts(ctx, changes)
	}
	for _, part := range parts {
		if err == nil {
			err = part.Render(ctx, to)
		}
	}
	if err == nil {
		err = l.renderTrouble(ctx, to)
	}
	return err
}

func (l *liveSocket) inboxParts(ctx context.Context, changes []store.Change) ([]templ.Component, error) {
	touched, err := l.touched(ctx, changes)
	if err != nil || len(touched) == 0 {
		return nil, err
	}
	var parts []templ.Component
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		c := touched[id]
		if l.page.filter.Fits(c) {
			parts = append(parts, views.ConversationChanged(l.viewer, l.page.filter, c, l.page.conversation))
		} else {
			parts = append(parts, views.ConversationLeft(c.ID))
		}
	}
	counts, err := l.app.store.Counts(ctx, l.viewer.User.Scope(), l.viewer.User.ID)
	if err != nil {
		return nil, err
	}
	parts = append(parts, views.CountsChanged(l.page.filter, counts))
	if open, touched := touched[l.page.conversation]; touched {
		thread, err := l.openThread(ctx, open)
		if err != nil {
			return nil, err
		}
		parts = append(parts, views.ThreadChanged(l.viewer, l.page.filter, thread))
	}
	return parts, nil
}

// touched returns the conversations that this viewer may see and the changes are about.
func (l *liveSocket) touched(ctx context.Context, changes []store.Change) (map[int64]store.Conversation, error) {
	touched := map[int64]store.Conversation{}
	scope, me := l.viewer.User.Scope(), l.viewer.User.ID
	for _, change := range changes {
		if change.UserID != 0 && change.UserID != me {
			continue
		}
		if _, have := touched[change.ConversationID]; change.ConversationID != 0 && !have {
			c, err := l.app.store.Conversation(ctx, scope, me, change.ConversationID)
			if err == nil {
				touched[c.ID] = c
			} else if !errors.Is(err, store.ErrNotFound) {
				return nil, err
			}
		}
		if change.ContactID != 0 {
			conversations, err := l.app.store.ConversationsOf(ctx, scope, me, change.ContactID)
			if err != nil {
				return nil, err
			}
			for _, c := range conversations {
				touched[c.ID] = c
			}
		}
	}
	return touched, nil
}

// openThread is the open conversation from the first message that the page shows on.
func (l *liveSocket) openThread(ctx context.Context, c store.Conversation) (views.Thread, error) {
	scope := l.viewer.User.Scope()
	messages, err := l.app.store.MessagesFrom(ctx, scope, c.ID, l.from)
	if err != nil {
		return views.Thread{}, err
	}
	return l.app.thread(ctx, scope, views.Thread{Conversation: c, Messages: messages, FirstUnread: l.screen.Unread}, l.from != store.Position{})
}

func (l *liveSocket) connectParts(ctx context.Context, changes []store.Change) ([]templ.Component, error) {
	if l.viewer.User.Role != store.Admin {
		return nil, nil
	}
	seen, err := l.app.store.LastSeen(ctx)
	var parts []templ.Component
	for _, kind := range store.Kinds {
		if slices.ContainsFunc(changes, func(c store.Change) bool { return c.Hook == kind }) {
			parts = append(parts, views.HookArrived(views.Hook{Kind: kind, URL: WebhookURL(l.app.origin, l.app.keys.token(), kind), LastSeen: seen[kind]}))
		}
	}
	return parts, err
}
