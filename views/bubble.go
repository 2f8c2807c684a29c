package views

import "tagline/store"

// bubbleLabel says in words what sides and colours say to the eye.
func bubbleLabel(m store.Message) string {
	if held(m) {
		return "Held"
	}
	switch m.State {
	case store.Received:
		return "Received"
	case store.Failed:
		return "Not sent"
	case store.Queued, store.Sending:
		return "Waiting to be sent"
	case store.Accepted:
		return "Accepted by TextLink"
	case store.Unknown:
		return "Perhaps sent"
	}
	return "Sent"
}
