package handlers

import (
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"net/netip"
	"net/url"
	"strings"

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

// isAddress tells whether a host is a number in any of the ways in which resolvers read them: public servers have
// names, whose last part is no number.
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
