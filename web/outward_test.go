package web_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"tagline/web"
)

func TestWhatIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2a00:1450:4001::1": true, "127.0.0.1": false, "::1": false, "10.1.2.3": false, "192.168.0.1": false, "172.16.0.1": false, "100.64.0.1": false,
		"169.254.169.254": false, "0.0.0.0": false, "::ffff:127.0.0.1": false, "64:ff9b::7f00:1": false, "fe80::1": false, "fd00::1": false, "2002:7f00:1::": false, "255.255.255.255": false, "224.0.0.1": false,
		"fec0::1": false, "::8.8.8.8": false, "::5": false, "3fff::1": false, "3fff:fff::1": false, "5f00::1": false, "5f00:ffff::1": false,
		"192.0.0.8": false, "192.0.0.170": false, "192.88.99.1": false, "198.18.0.1": false, "198.19.255.255": false, "240.0.0.1": false, "192.0.2.1": false,
		"0.1.2.3": false, "0.255.255.255": false, "198.51.100.1": false, "198.51.100.255": false, "203.0.113.1": false, "203.0.113.255": false, "1.0.0.1": true, "198.51.101.1": true, "203.0.112.1": true,
		"64:ff9b::808:808": false, "64:ff9b:1::1": false, "2001::7f00:1": false, "2001:0:808:808::80ff:fffe": false, "2001:1::1": false, "2001:20::1": false,
		"2001:db8::1": false, "100::1": false, "100:0:0:1::1": false, "200::1": false, "4000::1": false, "ff02::1": false, "ff0e::1": false, "::ffff:10.0.0.1": false,
		"::ffff:0:10.0.0.1": false, "::ffff:8.8.8.8": true, "2606:4700::1111": true, "2001:4860:4860::8888": true, "198.20.0.1": true, "192.0.1.1": true, "3ffe::1": true, "3fff:1000::1": true,
		"2001:200::1": true, "2620:4f:8000::1": true, "fd12::1": false, "fe80::1%eth0": false, "::": false,
	} {
		if got := web.Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %v", address, got)
		}
	}
}

// Whatever is written as an address, and whatever a name server says, nothing of this machine is reached.
func TestNoAddressLeadsToThisMachine(t *testing.T) {
	var reached atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer inside.Close()
	port := inside.URL[strings.LastIndexByte(inside.URL, ':')+1:]
	outside := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusTemporaryRedirect)) // reached as if it were elsewhere
	defer outside.Close()
	resolveToThisMachine(t)

	hosts := []string{
		"127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "0x7f.1", "0", "0.0.0.0", "00.00.00.00",
		"[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]",
		"localhost", "LOCALHOST", "localhost.", "a.localhost", "inside.example.com", "changes.example.com", "127.0.0.1.example.com", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1",
		"10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
	}
	client := web.OutwardClient(3*time.Second, 1, false)
	for _, host := range hosts {
		resp, err := client.Get("http://" + host + ":" + port + "/")
		if err == nil {
			resp.Body.Close()
			t.Errorf("%s was called", host)
		}
	}
	if len(hosts) < 40 || reached.Load() > 0 {
		t.Errorf("of %d addresses %d reached this machine", len(hosts), reached.Load())
	}
	// Who is called cannot lead further, and without the guard these addresses do reach this machine.
	nearby := web.OutwardClient(3*time.Second, 1, true)
	defer nearby.CloseIdleConnections()
	for address, want := range map[string]int{outside.URL: http.StatusTemporaryRedirect, inside.URL: http.StatusOK, "http://inside.example.com:" + port: http.StatusOK} {
		resp, err := nearby.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s answered %d", address, resp.StatusCode)
		}
	}
	var inward web.NotPublicError
	if _, err := client.Get(inside.URL); !errors.As(err, &inward) {
		t.Errorf("the error is %v", err)
	}
}

// resolveToThisMachine has names resolve to 127.0.0.1, as those do that somebody points there after they were looked
// at.
func resolveToThisMachine(t *testing.T) {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	usual := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", server.LocalAddr().String())
	}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		packet := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply, err := answerDNS(packet[:n]); err == nil {
				_, _ = server.WriteTo(reply, from)
			}
		}
	}()
	t.Cleanup(func() {
		net.DefaultResolver = usual
		server.Close()
		<-ended
	})
}

func answerDNS(query []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	if len(m.Questions) != 1 {
		return nil, fmt.Errorf("%d questions", len(m.Questions))
	}
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
	}
	return m.Pack()
}
