package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are those whose word is taken for where a request comes from.
type Proxies []netip.Prefix

// ParseProxies reads addresses and ranges, like 10.0.0.0/8.
func ParseProxies(words []string) (Proxies, error) {
	var all Proxies
	for _, word := range words {
		prefix, err := netip.ParsePrefix(word)
		if err != nil {
			var address netip.Addr
			if address, err = netip.ParseAddr(word); err != nil {
				return nil, err
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

// Address is where the request comes from: the sender of the connection, or, as long as that is one of the proxies, whom it
// names in X-Forwarded-For. What stands left of the first that is no proxy of ours anybody could have written.
func (p Proxies) Address(r *http.Request) netip.Addr {
	sender, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := sender.Addr().Unmap().WithZone("")
	named := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, name := range slices.Backward(named) {
		if !p.include(address) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(name))
		if err != nil {
			break
		}
		address = before.Unmap().WithZone("")
	}
	return address
}

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

// WideNetwork is what one customer can easily get of a provider: 256 IPv4 addresses, or 56 bits of IPv6.
func WideNetwork(address netip.Addr) string {
	bits := 24
	if address.Is6() {
		bits = 56
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return address.String()
	}
	return prefix.String()
}
