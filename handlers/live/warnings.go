package live

import (
	"context"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// warningsKey stands for what somebody must see to within one second.
type warningsKey struct {
	admin  bool
	second int64
}

// renderWarnings writes what somebody must see to, on pages that say so and when it is not what they say. Time alone
// can change it.
func (d *delta) renderWarnings(ctx context.Context, since int64) error {
	shown := d.page.Kind == InboxPage || d.page.Kind == LogPage && d.viewer.User.Role == store.Admin
	if !shown {
		return nil
	}
	admin := d.viewer.User.Role == store.Admin
	key := warningsKey{admin, d.viewer.Now.Unix()}
	warnings, err := web.GetCached(d.server.cache, key, since, func() (views.Trouble, error) {
		return d.server.Pages.Warnings(ctx, d.viewer)
	})
	if err != nil || d.warnings != nil && d.warnings.Equal(warnings) {
		return err
	}
	d.warnings = &warnings
	return writeParts(ctx, d.content, views.TroubleChanged(d.viewer, warnings, d.page.Kind == InboxPage))
}
