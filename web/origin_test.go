package web_test

import (
	"testing"

	"tagline/web"
)

// What stands in --url and what browsers send as Origin from a page there.
func TestOriginsAreWrittenAsBrowsersDo(t *testing.T) {
	for address, want := range map[string]string{
		"https://inbox.lan:443":          "https://inbox.lan",
		"http://inbox.lan:80/":           "http://inbox.lan",
		"https://inbox.lan:80":           "https://inbox.lan:80",
		"http://inbox.lan:443":           "http://inbox.lan:443",
		"https://inbox.lan:08443":        "https://inbox.lan:8443",
		"https://inbox.lan:":             "https://inbox.lan",
		"HTTPS://Inbox.LAN/":             "https://inbox.lan",
		"https://inbox.lan.":             "https://inbox.lan",
		"https://inbox.lan.:443/":        "https://inbox.lan",
		" https://inbox.lan\r\n":         "https://inbox.lan",
		"https://bücher.example":         "https://xn--bcher-kva.example",
		"https://BÜCHER.example":         "https://xn--bcher-kva.example",
		"https://bu\u0308cher.example":   "https://xn--bcher-kva.example",
		"https://straße.example":         "https://xn--strae-oqa.example",
		"https://受信箱.例え。テスト":             "https://xn--vuq69grt9b.xn--r8jz45g.xn--zckzah",
		"https://ｉｎｂｏｘ.lan":              "https://inbox.lan",
		"https://xn--BCHER-kva.example":  "https://xn--bcher-kva.example",
		"https://my_inbox.lan":           "https://my_inbox.lan",
		"http://127.1:8080":              "http://127.0.0.1:8080",
		"http://0x7f.0.0.1":              "http://127.0.0.1",
		"http://2130706433":              "http://127.0.0.1",
		"http://192.168.010.1":           "http://192.168.8.1",
		"http://[0:0:0:0:0:0:0:1]:8080":  "http://[::1]:8080",
		"https://[2001:DB8:0:0:1::]:443": "https://[2001:db8:0:0:1::]",
		"http://[::ffff:192.0.2.1]":      "http://[::ffff:c000:201]",
		"http://localhost:8080":          "http://localhost:8080",
		"https://inbox.0x7f.example":     "https://inbox.0x7f.example",
	} {
		origin, err := web.ParseOrigin(address)
		if err != nil || origin.String() != want {
			t.Errorf("%q is %v, %v; want %s", address, origin, err, want)
		}
	}
	for _, address := range []string{
		"", "inbox.lan", "inbox.lan:443", "ftp://inbox.lan", "https://", "https://:443", "https://.", "https://inbox.lan/path", "https://inbox.lan?x", "https://inbox.lan?", "https://inbox.lan#x",
		"https://anna@inbox.lan", "https://anna:pass@inbox.lan", "https://inbox.lan:99999", "https://inbox.lan:x", "https://inbox..lan", "https://in box.lan", "https://1.2.3.4.5", "https://256.0.0.1",
		"http://0x100.0.0.1", "https://[::1", "https://[fe80::1%25eth0]", "https://*.lan", "https://a,b.lan", "https:\\\\inbox.lan", "//inbox.lan",
	} {
		if origin, err := web.ParseOrigin(address); err == nil {
			t.Errorf("%q was taken for %s", address, origin)
		}
	}
}
