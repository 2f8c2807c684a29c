package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"tagline/store"
	"tagline/views"
)

// Brings tells whether the change is a message that has just come in. One that was understood later, when its delivery
// was processed again, is no news.
func Brings(c store.Change) bool { return c.Hook == store.KindReceived && c.ConversationID != 0 }

// awaits tells whether the person is to be told of the conversation as it is now: the contact has the last word, and
// the person has not seen it.
func awaits(c store.Conversation) bool { return c.Unread > 0 && c.LastDirection == store.In }

// arrivalsOf are the messages among the changes that the person is to be told of, the last of each conversation, in the
// order in which they came.
func (a *site) arrivalsOf(ctx context.Context, user store.User, changes []store.Change) ([]views.Arrival, error) {
	arrivals := map[int64]views.Arrival{}
	for _, change := range changes {
		if Brings(change) {
			arrival := arrivals[change.ConversationID]
			arrivals[change.ConversationID] = views.Arrival{Change: change.Number, Count: arrival.Count + 1}
		}
	}
	if len(arrivals) == 0 {
		return nil, nil
	}
	wants, err := a.wants(ctx, user)
	var told []views.Arrival
	for id, arrival := range arrivals {
		if err != nil {
			return nil, err
		}
		var c store.Conversation
		c, err = a.store.Conversation(ctx, user.Scope(), user.ID, id)
		if errors.Is(err, store.ErrNotFound) {
			err = nil // out of the person's sight
		} else if err == nil && awaits(c) && wants(c) {
			arrival.Conversation = c
			told = append(told, arrival)
		}
	}
	slices.SortFunc(told, func(x, y views.Arrival) int { return int(x.Change - y.Change) })
	return told, err
}

// wants returns of which conversations the person chose to be told. Days in views are those of Greenwich: they follow
// nobody's browser.
func (a *site) wants(ctx context.Context, user store.User) (func(store.Conversation) bool, error) {
	if !user.Preferences.NotifySome {
		return func(store.Conversation) bool { return true }, nil
	}
	chosen, err := a.store.NotifyViews(ctx, user.ID)
	filters := make([]store.Filter, len(chosen))
	for i, view := range chosen {
		query, _ := url.ParseQuery(view.Query) // what cannot be read in it is left out
		filters[i] = parseFilter(query, time.UTC)
	}
	return func(c store.Conversation) bool {
		return slices.ContainsFunc(filters, func(f store.Filter) bool { return f.Fits(user.ID, c) })
	}, err
}

// Notice is what a browser tells its user of the changes, nil for nothing: what push notifications carry.
func (a *App) Notice(ctx context.Context, user store.User, changes []store.Change) ([]byte, error) {
	arrivals, err := a.arrivalsOf(ctx, user, changes)
	if err != nil || len(arrivals) == 0 {
		return nil, err
	}
	return json.Marshal(views.NoticeOf(arrivals, user.Preferences))
}

// SwapWords say which two webhook URLs are probably swapped.
func SwapWords(s store.Swap) string { return views.SwapWords(s) }
