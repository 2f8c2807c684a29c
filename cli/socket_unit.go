package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
)

// A socket unit goes on listening when the service is stopped, and starts it with the next connection: into the middle
// of a restore. Only the server knows that it was started so; it leaves a note beside its database for commands that
// come later.

// socketNote is the note's place.
func socketNote(db string) string { return db + ".socket" }

// noteSocket leaves the note, or takes away the one of an earlier start.
func noteSocket(db string, inherited bool, listeners ...net.Listener) error {
	if !inherited {
		if err := os.Remove(socketNote(db)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	var addresses []string
	for _, l := range listeners {
		if l != nil {
			addresses = append(addresses, l.Addr().String())
		}
	}
	return os.WriteFile(socketNote(db), []byte(strings.Join(addresses, "\n")+"\n"), 0o600)
}

// refuseUnderSocket refuses while something listens where a socket unit did when the server of the database last
// started.
func refuseUnderSocket(db string) error {
	note, err := os.ReadFile(socketNote(db)) // #nosec G304 -- beside the database
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read whether a socket unit starts Tagline: %w; nothing was changed", err)
	}
	for address := range strings.FieldsSeq(string(note)) {
		if somethingListens(address) {
			return fmt.Errorf("a socket unit listens on %s and would start Tagline in the middle; nothing was changed. Stop "+
				"both and run this again: systemctl stop tagline.socket tagline.service. Afterwards: systemctl start "+
				"tagline.socket tagline.service", address)
		}
	}
	return nil
}

// somethingListens tells whether a port is listened on, on any address. It makes no connection: that is what would
// start the service. Where the system does not say (it is Linux that does) nothing is known to listen.
func somethingListens(address string) bool {
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return false
	}
	const listening = "0A" // the state, as the kernel writes it
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		content, err := os.ReadFile(table) // #nosec G304 -- a constant
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(content)) {
			fields := strings.Fields(line)
			if len(fields) > 3 && fields[3] == listening && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", port)) {
				return true
			}
		}
	}
	return false
}
