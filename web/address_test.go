package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tagline/web"
)

func TestOnlyConfiguredProxiesSayWhereARequestComesFrom(t *testing.T) {
	proxies, err := web.ParseProxies([]string{"127.0.0.1", "10.0.0.0/8", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ sender, named, want string }{
		{"203.0.113.7:1", "", "203.0.113.7"},
		{"203.0.113.7:1", "198.51.100.1", "203.0.113.7"},
		{"127.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:1", "192.0.2.66, 198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:1", "192.0.2.66, 198.51.100.1, 10.2.3.4", "198.51.100.1"},
		{"127.0.0.1:1", "nonsense", "127.0.0.1"},
		{"127.0.0.1:1", "", "127.0.0.1"},
		{"[::1]:1", "2001:db8::5", "2001:db8::5"},
		{"[::ffff:127.0.0.1]:1", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:1", "203.0.113.7:51234", "203.0.113.7"},
		{"127.0.0.1:1", "[2001:db8::5]:51234", "2001:db8::5"},
		{"127.0.0.1:1", "[2001:db8::5]", "2001:db8::5"},
		{"127.0.0.1:1", `"[2001:db8::5]:443"`, "2001:db8::5"},
		{"127.0.0.1:1", `"203.0.113.7"`, "203.0.113.7"},
		{"127.0.0.1:1", "fe80::1%eth0", "fe80::1"},
		{"127.0.0.1:1", "[fe80::1%eth0]:80", "fe80::1"},
		{"127.0.0.1:1", "::ffff:203.0.113.7", "203.0.113.7"},
		{"127.0.0.1:1", "[::ffff:203.0.113.7]:51234", "203.0.113.7"},
		{"127.0.0.1:1", " 203.0.113.7 , ", "203.0.113.7"},
		{"127.0.0.1:1", ", 203.0.113.7,, 10.1.1.1:80,\t", "203.0.113.7"},
		{"127.0.0.1:1", ",,,", "127.0.0.1"},
		{"127.0.0.1:1", "192.0.2.66, unknown, 10.1.1.1", "10.1.1.1"}, // whoever wrote “unknown” may have written the rest
		{"127.0.0.1:1", "192.0.2.66, _hidden", "127.0.0.1"},
		{"127.0.0.1:1", "203.0.113.7:", "203.0.113.7"},
		{"127.0.0.1:1", "203.0.113.7:99999", "203.0.113.7"},
		{"127.0.0.1:1", "203.0.113.07", "127.0.0.1"},
		{"127.0.0.1:1", "[[2001:db8::5]]", "127.0.0.1"},
		{"127.0.0.1:1", "[203.0.113.7", "127.0.0.1"},
		{"127.0.0.1:1", "203.0.113.7:http", "203.0.113.7"},
		{"127.0.0.1:1", "192.0.2.66, 203.0.113.7:http", "203.0.113.7"},
		{"127.0.0.1:1", "[2001:db8::5]:https", "2001:db8::5"},
		{"127.0.0.1:1", `"[2001:db8::5]:_port"`, "2001:db8::5"},
		{"127.0.0.1:1", "2001:db8::5", "2001:db8::5"},
		{"127.0.0.1:1", ":http", "127.0.0.1"},
		{"127.0.0.1:1", "proxy:http", "127.0.0.1"},
		{"127.0.0.1:1", "[]:80", "127.0.0.1"},
		{"203.0.113.9:1", "198.51.100.1:http", "203.0.113.9"},
		{"127.0.0.1:1", "%", "127.0.0.1"},
		{"127.0.0.1:1", strings.Repeat("[", 10_000), "127.0.0.1"},
		{"203.0.113.9:1", "[::1]:1, 127.0.0.1:80", "203.0.113.9"}, // a stranger names proxies of ours
		{"@", "203.0.113.7", "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: c.sender, Header: http.Header{}}
		if c.named != "" {
			r.Header.Set("X-Forwarded-For", c.named)
		}
		if got := proxies.Address(r).String(); got != c.want {
			t.Errorf("from %s, named %q: %s, want %s", c.sender, c.named, got, c.want)
		}
	}
	several := &http.Request{RemoteAddr: "127.0.0.1:1", Header: http.Header{"X-Forwarded-For": {"192.0.2.66", "203.0.113.7:5", "", "10.0.0.1"}}}
	if got := proxies.Address(several).String(); got != "203.0.113.7" {
		t.Errorf("of several headers came %s", got)
	}
	r := &http.Request{RemoteAddr: "[2001:db8:1:2:3:4:5:6]:1", Header: http.Header{}}
	if got := web.Network(web.Proxies(nil).Address(r)); got != "2001:db8:1:2::/64" {
		t.Errorf("the network is %s", got)
	}
	if _, err := web.ParseProxies([]string{"proxy.example", "127.0.0.1", "10.0.0.0/33"}); err == nil || !strings.Contains(err.Error(), "proxy.example") || !strings.Contains(err.Error(), "10.0.0.0/33") {
		t.Errorf("names taken for addresses: %v", err)
	}
}

// What people write with --trusted-proxies: with spaces, in brackets, IPv4 as IPv6.
func TestProxiesInAnyNotationAreBelieved(t *testing.T) {
	for words, sender := range map[string]string{
		"127.0.0.1, ::1": "[::1]:1", " 10.0.0.0/8 ": "10.1.1.1:1", "[::1]": "[::1]:1", "::ffff:127.0.0.1": "127.0.0.1:1", "::ffff:10.0.0.0/104": "10.1.1.1:1",
		"10.0.0.5/8,": "10.200.0.1:1", "fe80::/10": "[fe80::1%eth0]:1",
	} {
		proxies, err := web.ParseProxies(strings.Split(words, ","))
		if err != nil {
			t.Errorf("%q: %v", words, err)
			continue
		}
		r := &http.Request{RemoteAddr: sender, Header: http.Header{"X-Forwarded-For": {"203.0.113.7"}}}
		if got := proxies.Address(r).String(); got != "203.0.113.7" {
			t.Errorf("with %q from %s the visitor is %s", words, sender, got)
		}
	}
}

func TestCommonPasswordsAreKnown(t *testing.T) {
	for password, common := range map[string]bool{
		"qwertyuiop": true, "QwertyUIOP": true, "1234567890": true, "aaaaaaaaaaaa": true, "abcabcabcabc": true, "0000000000d": true,
		"correct horse battery": false, "a few odd words": false, "ünï cödé wörds": false,
	} {
		if web.CommonPassword(password) != common {
			t.Errorf("%q is common: %v", password, !common)
		}
	}
}
