package web

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
)

// inheritedFD is the first file that systemd hands to a service with a socket unit (sd_listen_fds(3)).
const inheritedFD = 3

// Listen listens on the addresses, or takes over the listeners that whoever started the program holds open, in the same
// order. Those outlive the program: connections made during a restart wait for the next start instead of being refused.
func Listen(getenv func(string) string, addresses ...string) (listeners []net.Listener, inherited bool, err error) {
	if inherited = getenv("LISTEN_PID") == strconv.Itoa(os.Getpid()); inherited {
		if n := getenv("LISTEN_FDS"); n != strconv.Itoa(len(addresses)) {
			return nil, true,
				fmt.Errorf(
					"the socket unit hands over %s sockets, and %d are needed; write a ListenStream for each of %q, in this order",
					n, len(addresses), addresses)
		}
	}
	for i, address := range addresses {
		listener, err := listen(inherited, i, address)
		if err != nil {
			return nil, inherited, errors.Join(err, Close(listeners))
		}
		listeners = append(listeners, listener)
	}
	return listeners, inherited, nil
}

func listen(inherited bool, n int, address string) (net.Listener, error) {
	if !inherited {
		return net.Listen("tcp", address)
	}
	file := os.NewFile(uintptr(inheritedFD+n), "inherited listener") // #nosec G115 -- n is 0 or 1
	listener, err := net.FileListener(file)                          // works on a copy of the file
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return listener, err
}

// Close closes the listeners.
func Close(listeners []net.Listener) error {
	var problems []error
	for _, l := range listeners {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}
