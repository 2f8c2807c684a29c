package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// idleOutward is how long a connection is kept for the next call: long enough for many in a row, and shorter than
// servers keep them. A call on a connection that is being closed is lost.
const idleOutward = 2 * time.Second

// OutwardClient calls servers that people named, and goes nowhere that they send it on to. Unless nearby, it reaches
// public addresses only, whatever names resolve to: each address is looked at when it is dialled.
func OutwardClient(wait time.Duration, idle int, nearby bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !nearby {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return publicOnly(address) }
	}
	return &http.Client{
		Timeout: wait,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConnsPerHost: idle, IdleConnTimeout: idleOutward, MaxResponseHeaderBytes: 16 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// NotPublicError tells of an address that is not the internet's.
type NotPublicError struct{ Address netip.Addr }

func (e NotPublicError) Error() string { return fmt.Sprintf("%s is no public address", e.Address) }

func publicOnly(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err == nil && !public(at.Addr()) {
		err = NotPublicError{at.Addr()}
	}
	return err
}

// public tells whether an address is one of the internet's: not of this machine, of a network of one's own, or of a way
// to reach those by another notation.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if a.Is6() && !globalIPv6.Contains(a) {
		return false
	}
	within := func(block netip.Prefix) bool { return block.Contains(a) }
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(reserved, within)
}

// globalIPv6 is all that has been given out for the internet (IANA, IPv6 Global Unicast Address Assignments). Whatever
// lies elsewhere is of a network of one's own, is turned into an IPv4 address on the way, or is nobody's.
var globalIPv6 = netip.MustParsePrefix("2000::/3")

// reserved are the blocks that netip does not know by name and that are not reached from everywhere, or lead to others
// (IANA, IPv4 and IPv6 Special-Purpose Address Registries).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("2001::/23"), // Teredo, ORCHID and others
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4
	netip.MustParsePrefix("3fff::/20"),
}
