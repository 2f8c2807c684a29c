package handlers

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"tagline/handlers/live"
	"tagline/store"
	"tagline/views"
)

// showLive keeps the page that asks up to date over a socket.
func (a *App) showLive(w http.ResponseWriter, r *http.Request) error {
	return a.live.Serve(w, r, a.sessions.Sum(r), person(r).ID, zone(r))
}

// livePages are whole pages as live pages need them.
type livePages struct {
	*conversations
	webhooks *webhooks
}

// Parse reads an address of this site.
func (p livePages) Parse(address *url.URL, zone *time.Location) live.Page {
	return parsePage(address, zone)
}

// Names are the names of subusers and SIM cards.
func (p livePages) Names() *store.Names { return p.names.Load() }

// ReloadNames reads the names again.
func (p livePages) ReloadNames(ctx context.Context) error { return p.learnNames(ctx) }

// SavedViews are the views that the viewer may open.
func (p livePages) SavedViews(
	ctx context.Context, viewer views.Viewer, tags []store.TagCount,
) ([]views.SavedView, error) {
	return p.savedViews(ctx, viewer, tags)
}

// Warnings are the banners that the viewer gets.
func (p livePages) Warnings(ctx context.Context, viewer views.Viewer) (views.Trouble, error) {
	return p.trouble(ctx, viewer)
}

// Thread is the conversation from one position until another; the zero until is its end. What a page has loaded stays,
// so it is as long as that.
func (p livePages) Thread(
	ctx context.Context, viewer views.Viewer, c store.Conversation, begin, end store.Position,
) (views.Thread, error) {
	scope := viewer.User.Scope()
	t, err := p.threadOf(ctx, c)
	if err != nil {
		return t, err
	}
	if end == (store.Position{}) {
		t.Messages, err = p.store.MessagesFrom(ctx, scope, c.ID, begin)
	} else {
		t.Messages, err = p.store.MessagesBetween(ctx, scope, c.ID, begin, end)
	}
	if err != nil {
		return t, err
	}
	t, start, err := p.withAsides(ctx, scope, t, begin, after(end), mostLiveAsides)
	if err != nil {
		return t, err
	}
	return p.besideThread(ctx, viewer, endAt(beginAt(t, start), end))
}
