package web_test

import (
	"net/http"
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
	} {
		r := &http.Request{RemoteAddr: c.sender, Header: http.Header{}}
		if c.named != "" {
			r.Header.Set("X-Forwarded-For", c.named)
		}
		if got := proxies.Address(r).String(); got != c.want {
			t.Errorf("from %s, named %q: %s, want %s", c.sender, c.named, got, c.want)
		}
	}
	r := &http.Request{RemoteAddr: "[2001:db8:1:2:3:4:5:6]:1", Header: http.Header{}}
	if got := web.Network(web.Proxies(nil).Address(r)); got != "2001:db8:1:2::/64" {
		t.Errorf("the network is %s", got)
	}
	if _, err := web.ParseProxies([]string{"proxy.example"}); err == nil {
		t.Error("a name was taken for an address")
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
