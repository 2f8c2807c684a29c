package web

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// hostNames reads names as browsers do (WHATWG URL, UTS 46): any script, width and letter case in, ASCII out.
var hostNames = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false),
	idna.CheckHyphens(false), idna.BidiRule(), idna.CheckJoiners(true))

// defaultPorts are those that browsers leave out.
var defaultPorts = map[string]string{"http": "80", "https": "443"}

// ParseOrigin reads the address of a site and returns its origin as browsers write it in the header Origin: in small
// letters, names in ASCII, without a default port and without the dot or slash at the end.
func ParseOrigin(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, err
	}
	if _, web := defaultPorts[u.Scheme]; !web || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" ||
		u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("not an origin")
	}
	host, err := canonicalHost(u.Hostname())
	if err != nil {
		return nil, err
	}
	if text := u.Port(); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return nil, err
		}
		if text = strconv.FormatUint(port, 10); text != defaultPorts[u.Scheme] {
			host += ":" + text
		}
	}
	return &url.URL{Scheme: u.Scheme, Host: host}, nil
}

// canonicalHost is a name or an address as it stands in an origin.
func canonicalHost(host string) (string, error) {
	if strings.Contains(host, ":") {
		return canonicalIPv6(host)
	}
	name, err := hostNames.ToASCII(host)
	if err != nil {
		return "", err
	}
	name = strings.TrimSuffix(name, ".")
	if name == "" || strings.Contains(name, "..") || strings.HasPrefix(name, ".") ||
		strings.ContainsFunc(name, forbiddenInHost) {
		return "", fmt.Errorf("%q is no host", host)
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if _, err := ipv4Number(last); err == nil || strings.Trim(last, "0123456789") == "" {
		return canonicalIPv4(name)
	}
	return name, nil
}

func forbiddenInHost(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("#/:<>?@[\\]^|%,\"'`{}*", r)
}

// canonicalIPv6 writes the address as browsers do, which know no IPv4 in it.
func canonicalIPv6(host string) (string, error) {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return "", err
	}
	if address.Zone() != "" {
		return "", fmt.Errorf("%q has a zone", host)
	}
	if v4 := address.Unmap(); v4.Is4() {
		b := v4.As4()
		return fmt.Sprintf("[::ffff:%x:%x]", uint16(b[0])<<8|uint16(b[1]), uint16(b[2])<<8|uint16(b[3])), nil
	}
	return "[" + address.String() + "]", nil
}

// canonicalIPv4 reads what browsers take for an IPv4 address: one to four numbers, of which the last fills what is
// left.
func canonicalIPv4(host string) (string, error) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return "", fmt.Errorf("%q is no address", host)
	}
	var address uint64
	for i, part := range parts {
		number, err := ipv4Number(part)
		if err != nil {
			return "", err
		}
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		if number >= 1<<bits {
			return "", fmt.Errorf("%q is no address", host)
		}
		address = address<<bits | number
	}
	// #nosec G115 -- below 1<<32
	return netip.AddrFrom4([4]byte{
		byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address),
	}).String(), nil
}

// ipv4Number reads a decimal, octal (0…) or hexadecimal (0x…) number.
func ipv4Number(part string) (uint64, error) {
	switch {
	case part == "0x":
		return 0, nil
	case strings.HasPrefix(part, "0x"):
		return strconv.ParseUint(part[2:], 16, 32)
	case len(part) > 1 && part[0] == '0':
		return strconv.ParseUint(part[1:], 8, 32)
	}
	return strconv.ParseUint(part, 10, 32)
}
