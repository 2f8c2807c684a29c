package cli

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"tagline/web"
)

// ports is what advice about an address that is called says of its port.
const ports = "a port from 1 to 65535, or none"

// serverURL reads the address of a server that the program calls; nil where it names no host or is none of the schemes.
func serverURL(address string, schemes ...string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "" || !web.UsablePort(u.Port()) {
		return nil
	}
	return u
}

// checkListenAddress says what is wrong with the host and port on which a flag has the program listen.
func checkListenAddress(flag, addr, example string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("--%s is %q; write a host and a port up to 65535, like %s", flag, addr, example)
	}
	return nil
}
