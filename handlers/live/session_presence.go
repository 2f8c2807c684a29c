package live

import (
	"bytes"
	"context"
	"errors"

	"tagline/store"
	"tagline/views"
)

// attend notes what the person has open, for the others who have it open, and says who these are.
func (l *pageSession) attend() int {
	if l.page.Conversation == 0 {
		l.depart()
		return 0
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if code := l.recognise(ctx); code != 0 {
		return code
	}
	conversation := l.page.Conversation
	var err error
	l.work(func() { _, err = l.conversation(ctx, conversation, 0) })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return l.failed(err)
	}
	if err != nil || l.screen.Hidden {
		conversation = 0
	}
	l.server.presence.move(l, conversation, views.Present{UserID: l.me, Name: l.viewer.User.Name, Writing: l.screen.Writing})
	l.present = nil // the browser waits for a sign of life
	return l.showPresence()
}

// depart notes that nothing is open here any more.
func (l *pageSession) depart() { l.server.presence.move(l, 0, views.Present{}) }

// showPresence says who else has the conversation open that the person may see, unless it has said just that.
func (l *pageSession) showPresence() int {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	for {
		had := l.scope
		if code := l.recognise(ctx); code != 0 {
			return code
		}
		if l.scope != had {
			return l.outOfScope()
		}
		var content fragment
		var err error
		l.work(func() { content, err = l.presence(ctx) })
		if err != nil {
			return l.failed(err)
		}
		if !l.current() {
			continue
		}
		if l.present != nil && bytes.Equal(content, l.present) {
			return 0
		}
		l.present = content
		return l.sendFrame(content, false)
	}
}

func (l *pageSession) presence(ctx context.Context) (fragment, error) {
	_, err := l.conversation(ctx, l.page.Conversation, 0)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return makeFragment(ctx, views.PresenceChanged(l.server.presence.others(l.page.Conversation, l.me)))
}

// outOfScope has the page load its panes anew after what the person may see has changed.
func (l *pageSession) outOfScope() int {
	l.depart()
	return l.stale()
}
