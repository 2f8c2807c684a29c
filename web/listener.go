package web

import (
	"fmt"
	"net"
	"os"
	"strconv"
)

// inheritedFD is the first file that systemd hands to a service with a socket unit (sd_listen_fds(3)).
const inheritedFD = 3

// Listen listens on the address, or takes over the listener that whoever started the program holds open. That one
// outlives the program: connections made during a restart wait for the next start instead of being refused.
func Listen(address string, getenv func(string) string) (listener net.Listener, inherited bool, err error) {
	if getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		listener, err = net.Listen("tcp", address)
		return listener, false, err
	}
	if n := getenv("LISTEN_FDS"); n != "1" {
		return nil, false, fmt.Errorf("the socket unit hands over %s sockets; it must have exactly one ListenStream", n)
	}
	file := os.NewFile(inheritedFD, "inherited listener")
	listener, err = net.FileListener(file) // works on a copy of the file
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return listener, true, err
}
