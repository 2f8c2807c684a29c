package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are those whose word is taken for where a request comes from.
type Proxies []netip.Prefix

// ParseProxies reads addresses and ranges, like 10.0.0.0/8. It tells of all that are none.
func ParseProxies(words []string) (Proxies, error) {
	var all Proxies
	var problems []error
	for _, word := range words {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		prefix, err := parsePrefix(word)
		if err != nil {
			problems = append(problems, fmt.Errorf("%q is no address and no range", word))
			continue
		}
		all = append(all, prefix.Masked())
	}
	return all, errors.Join(problems...)
}

func parsePrefix(word string) (netip.Prefix, error) {
	if !strings.Contains(word, "/") {
		address, err := netip.ParseAddr(strings.Trim(word, "[]"))
		if err != nil {
			return netip.Prefix{}, err
		}
		address = plain(address)
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(word)
	if bits := prefix.Bits() - (128 - 32); err == nil && prefix.Addr().Is4In6() && bits >= 0 {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), bits) // addresses are looked at as IPv4
	}
	return prefix, err
}

// Address is where the request comes from: the sender of the connection, or, as long as that is one of the proxies,
// whom it names in X-Forwarded-For. What stands left of the first that is no proxy of ours anybody could have written.
func (p Proxies) Address(r *http.Request) netip.Addr {
	sender, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := plain(sender.Addr())
	named := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, name := range slices.Backward(named) {
		if !p.include(address) {
			break
		}
		if name = strings.Trim(name, " \t\""); name == "" {
			continue // a proxy that adds to an empty header
		}
		before, err := parseForwarded(name)
		if err != nil {
			break
		}
		address = before
	}
	return address
}

// parseForwarded reads an address as proxies write it: with a port or without, an IPv6 one in brackets or not. What the
// port is does not matter: some write a service's name or nothing.
func parseForwarded(name string) (netip.Addr, error) {
	if at, err := netip.ParseAddrPort(name); err == nil {
		return plain(at.Addr()), nil
	}
	if colon := strings.LastIndexByte(name, ':'); colon >= 0 && (strings.HasSuffix(name[:colon], "]") ||
		strings.Count(name, ":") == 1) {
		name = name[:colon]
	}
	if strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]") {
		name = name[1 : len(name)-1]
	}
	address, err := netip.ParseAddr(name)
	return plain(address), err
}

// plain is an address in one notation: IPv4 as such, and without the name of an interface of the machine that saw it.
func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

func (p Proxies) include(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(address) })
}

// Network is what one customer of a provider has: an IPv4 address, or 64 bits of an IPv6 one.
func Network(address netip.Addr) string {
	if address.Is6() {
		prefix, err := address.Prefix(64)
		if err == nil {
			return prefix.String()
		}
	}
	return address.String()
}

// WideNetwork is what one customer can easily get of a provider: 256 IPv4 addresses, or a /48 of IPv6, which tunnel
// brokers give away.
func WideNetwork(address netip.Addr) string {
	bits := 24
	if address.Is6() {
		bits = 48
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return address.String()
	}
	return prefix.String()
}
