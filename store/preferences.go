package store

import (
	"context"
	"errors"
)

// Preferences are how a person wants Tagline to look and behave, on all of their devices.
type Preferences struct {
	Theme      Theme
	TimeFormat TimeFormat
	Density    Density
	Shortcuts  bool // single keys do things
	Send       SendKey
	Sound      bool // a sound when a message arrives
	Desktop    bool // the browser's own notifications of it
	NotifyText bool // these show what the message says
	NotifySome bool // told only of messages in the NotifyViews
}

// Theme is light, dark, or what the device is set to.
type Theme string

// TimeFormat is how hours are written: of 12 or 24, or as the reader's language does.
type TimeFormat string

// Density is how much room things take.
type Density string

// SendKey is what sends a reply.
type SendKey string

// What can be chosen.
const (
	AutoTheme Theme = "auto"
	Light     Theme = "light"
	Dark      Theme = "dark"

	AutoTime TimeFormat = "auto"
	Hours12  TimeFormat = "12"
	Hours24  TimeFormat = "24"

	Comfortable Density = "comfortable"
	Compact     Density = "compact"

	SendByEnter SendKey = "enter" // Shift+Enter begins a line
	SendByCtrl  SendKey = "ctrl"  // with Enter, which alone begins a line
)

// ErrNoChoice is returned for preferences that cannot be chosen.
var ErrNoChoice = errors.New("not one of the choices")

// preferenceColumns are what goes into fields.
const preferenceColumns = `theme, time_format, density, shortcuts, send, sound, desktop, notify_text, notify_some`

func (p *Preferences) fields() []any {
	return []any{&p.Theme, &p.TimeFormat, &p.Density, &p.Shortcuts, &p.Send, &p.Sound, &p.Desktop,
		&p.NotifyText, &p.NotifySome}
}

func (p Preferences) check() error {
	theme := p.Theme == AutoTheme || p.Theme == Light || p.Theme == Dark
	format := p.TimeFormat == AutoTime || p.TimeFormat == Hours12 || p.TimeFormat == Hours24
	density := p.Density == Comfortable || p.Density == Compact
	send := p.Send == SendByEnter || p.Send == SendByCtrl
	if !theme || !format || !density || !send {
		return ErrNoChoice
	}
	return nil
}

// SetPreferences keeps what a person chose and tells their open pages. Nothing is kept of what ErrNoChoice refuses.
func (s *Store) SetPreferences(ctx context.Context, user int64, p Preferences) error {
	if err := p.check(); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error { return t.setPreferences(user, p) })
}

func (t *tx) setPreferences(user int64, p Preferences) error {
	n, err := t.Affected(`UPDATE preferences SET theme = ?, time_format = ?, density = ?, shortcuts = ?, send = ?,
		sound = ?, desktop = ?, notify_text = ?, notify_some = ?
		WHERE user_id = ?`, p.Theme, p.TimeFormat, p.Density, p.Shortcuts, p.Send, p.Sound, p.Desktop,
		p.NotifyText, p.NotifySome, user)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return err
	}
	return t.changed(Change{Number: t.next(), UserID: user, Preferences: true})
}
