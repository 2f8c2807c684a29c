package views

import (
	"tagline/store"
	"time"
)

// hookName says what makes TextLink call a webhook.
func hookName(k store.Kind) string {
	switch k {
	case store.KindReceived:
		return "Message received"
	case store.KindSent:
		return "Message sent"
	case store.KindFailed:
		return "Message failed"
	case store.KindTag:
		return "Tag changed"
	}
	return string(k)
}

// tickViewer writes the time of a tick where no reader is known: the script puts it in the reader's zone.
func tickViewer(h Hook) Viewer { return Viewer{Zone: time.UTC, Now: time.UnixMilli(h.LastSeen)} }
