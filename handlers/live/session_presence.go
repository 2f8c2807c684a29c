package live

import (
	"bytes"
	"context"
	"errors"

	"tagline/store"
	"tagline/views"
)

// joinPresence notes what the user has open, for the others who have it open, and says who these are.
func (l *pageSession) joinPresence() error {
	if l.page.Conversation == 0 {
		l.leavePresence()
		return nil
	}
	conversation := l.page.Conversation
	err := l.server.apart(func() error {
		ctx, cancel := storeContext()
		defer cancel()
		if err := l.refreshViewer(ctx); err != nil {
			return err
		}
		_, err := l.conversation(ctx, conversation, 0)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || l.screen.Hidden {
		conversation = 0
	}
	who := views.Present{UserID: l.me, Name: l.viewer.User.Name, Writing: l.screen.Writing}
	l.server.presence.move(l, conversation, who)
	l.present = nil // the browser waits for a sign of life
	return l.showPresence()
}

// leavePresence notes that nothing is open here any more.
func (l *pageSession) leavePresence() { l.server.presence.move(l, 0, views.Present{}) }

// showPresence says who else has the conversation open that the user may see, unless it has said just that.
func (l *pageSession) showPresence() error {
	for {
		had := l.scope
		var content fragment
		err := l.server.apart(func() (err error) {
			ctx, cancel := storeContext()
			defer cancel()
			if err = l.refreshViewer(ctx); err == nil && l.scope == had {
				content, err = l.renderPresence(ctx)
			}
			return err
		})
		if err != nil {
			return err
		}
		if l.scope != had {
			return l.scopeChanged()
		}
		if !l.current() {
			continue
		}
		if l.present != nil && bytes.Equal(content, l.present) {
			return nil
		}
		l.present = content
		return l.sendFrame(content, false)
	}
}

func (v *pageView) renderPresence(ctx context.Context) (fragment, error) {
	_, err := v.conversation(ctx, v.page.Conversation, 0)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return makeFragment(ctx, views.PresenceChanged(v.server.presence.others(v.page.Conversation, v.me)))
}
