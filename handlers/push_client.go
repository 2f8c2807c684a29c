package handlers

import (
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"tagline/store"
)

// maxEndpoint is how long a push service's address may be.
const maxEndpoint = 1000

// checkSubscription refuses what no push service gives out. The address is a stranger's word: it must not lead anywhere
// but to a public server's https port.
func checkSubscription(s store.PushSubscription) error {
	u, err := url.Parse(s.Endpoint)
	switch {
	case err != nil || len(s.Endpoint) > maxEndpoint || u.Scheme != "https" || u.User != nil || u.Fragment != "":
		return errors.New("its address is none of https")
	case u.Port() != "" && u.Port() != "443":
		return errors.New("its address names a port")
	case !strings.Contains(strings.Trim(u.Hostname(), "."), ".") || isAddress(u.Hostname()):
		return errors.New("its address names no public server")
	}
	key, err := decodeBase64(s.P256dh)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	if auth, wrong := decodeBase64(s.Auth); err != nil || wrong != nil || len(auth) != 16 {
		return errors.New("its keys are none")
	}
	return nil
}

// isAddress tells whether a host is a number in any of the ways in which resolvers read them: public servers have names,
// whose last part is no number.
func isAddress(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && last[0] >= '0' && last[0] <= '9'
}

func decodeBase64(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// newPushClient reaches public servers only, whatever their names resolve to, and goes where nobody sends it on to.
func newPushClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err == nil && !public(at.Addr()) {
			err = fmt.Errorf("%s is no public address", at.Addr())
		}
		return err
	}}
	return &http.Client{
		Timeout: pushWait,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConnsPerHost: pushSenders, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 16 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// public tells whether an address is one of the internet's: not of this machine, of a network of one's own, or of a way
// to reach those by another notation.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	within := func(block netip.Prefix) bool { return block.Contains(a) }
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(reserved, within)
}

// reserved are the special blocks that netip does not know by name (RFC 6890 and its registry).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}
