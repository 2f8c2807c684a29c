package live

import (
	"bytes"
	"context"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// troubleKey stands for what somebody must see to within one second.
type troubleKey struct {
	admin  bool
	second int64
}

// renderTrouble writes what somebody must see to, on pages that say so and when it is not what they say. Time alone
// can change it.
func (l *pageSession) renderTrouble(ctx context.Context, since int64, to *bytes.Buffer) error {
	shown := l.page.Kind == InboxPage || l.page.Kind == LogPage && l.viewer.User.Role == store.Admin
	if !shown {
		return nil
	}
	admin := l.viewer.User.Role == store.Admin
	trouble, err := web.GetCached(l.server.cache, troubleKey{admin, l.viewer.Now.Unix()}, since, func() (views.Trouble, error) { return l.server.pages.Warnings(ctx, l.viewer) })
	if err != nil || l.trouble != nil && l.trouble.Equal(trouble) {
		return err
	}
	l.trouble = &trouble
	return writeParts(ctx, to, views.TroubleChanged(l.viewer, trouble, l.page.Kind == InboxPage))
}
