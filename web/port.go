package web

import "strconv"

// UsablePort tells whether a server can be called at the port of an address; "" is the usual one.
func UsablePort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}
