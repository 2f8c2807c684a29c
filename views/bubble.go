package views

import "tagline/store"

// bubbleClass is a constant so that rendering allocates none.
func bubbleClass(m store.Message, joined bool) string {
	switch {
	case m.Direction == store.In && joined:
		return "message in joined"
	case m.Direction == store.In:
		return "message in"
	case joined:
		return "message out joined"
	}
	return "message out"
}

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
