package web

import (
	"errors"
	"fmt"
)

// CloseCode is what a socket is closed with, as live.js and the htmx extension know them. It is the error with which
// whoever serves a socket ends it.
type CloseCode int

// The codes.
const (
	CloseGone      CloseCode = 1000 // the browser went away
	CloseError     CloseCode = 1011 // something failed; come back later
	CloseRestart   CloseCode = 1012 // come back, to this server or the next
	CloseLagging   CloseCode = 1013 // come back and catch up
	CloseSignedOut CloseCode = 4401 // go to the sign-in page
	// CloseCrowded makes room for newer sockets of the same person. Pages don't come back by themselves then, or they
	// would take each other's place for ever.
	CloseCrowded CloseCode = 4429
)

func (c CloseCode) Error() string { return fmt.Sprintf("socket closed with code %d", int(c)) }

// closeCode is what a socket is closed with after the error.
func closeCode(err error) CloseCode {
	if err == nil {
		return CloseGone
	}
	if code, ok := errors.AsType[CloseCode](err); ok {
		return code
	}
	return CloseError
}
