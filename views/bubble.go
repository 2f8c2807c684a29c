package views

import "tagline/store"

// bubbleLabel says in words what sides and colours say to the eye.
func bubbleLabel(m store.Message) string {
	switch m.State {
	case store.Received:
		return "Received"
	case store.Failed:
		return "Not sent"
	}
	return "Sent"
}
