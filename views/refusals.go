package views

import (
	"cmp"
	"strings"

	"tagline/store"
)

// RefusalList is one page of refused requests, newest first.
type RefusalList struct {
	Refusals []store.Refusal
	Today    int    // how many in the last 24 hours
	Next     string // address of the next page, "" at the end
}

// causeName says why a request was refused.
func causeName(c store.Cause) string {
	switch c {
	case store.BadCredentials:
		return "Bad credentials"
	case store.NotJSON:
		return "Not JSON"
	case store.TooLarge:
		return "Too large"
	case store.CutOff:
		return "Cut off"
	case store.WrongMethod:
		return "Wrong method"
	case store.WrongType:
		return "Wrong type"
	case store.NotEncrypted:
		return "Not encrypted"
	case store.UnknownPath:
		return "Unknown path"
	case store.QueueFull:
		return "Queue full"
	case store.NotStored:
		return "Not stored"
	}
	return string(c)
}

// requestWords are method, path and headers of a refused request.
func requestWords(r store.Refusal) string {
	return strings.Join([]string{cmp.Or(r.ContentType, "no type"), sizeWords(r.ContentLength),
		cmp.Or(r.UserAgent, "no user agent")}, " · ")
}
