package web_test

import (
	"net/http"
	"testing"

	"tagline/web"
)

// What a proxy says of the browser's connection is understood however it is written.
func TestProxiesSayInManyWaysThatABrowserCameOverHTTPS(t *testing.T) {
	for _, test := range []struct {
		name, value string
		https       bool
	}{
		{"X-Forwarded-Proto", "https", true},
		{"X-Forwarded-Proto", "HTTPS", true},
		{"X-Forwarded-Proto", " https ", true},
		{"X-Forwarded-Proto", "https, http", true}, // a proxy behind a proxy
		{"X-Forwarded-Proto", "https,https", true},
		{"Forwarded", "for=192.0.2.60;proto=https;by=203.0.113.43", true},
		{"Forwarded", `for="[2001:db8::1]:4711"; Proto="https"`, true},
		{"Forwarded", "proto=https, for=10.0.0.1;proto=http", true},
		{"X-Forwarded-Proto", "http", false},
		{"X-Forwarded-Proto", "http, https", false},
		{"X-Forwarded-Proto", "httpsx", false},
		{"X-Forwarded-Proto", "", false},
		{"Forwarded", "for=192.0.2.60;proto=http", false},
		{"Forwarded", "for=192.0.2.60, proto=https", false},
		{"X-Scheme", "https", false},
	} {
		r := &http.Request{Header: http.Header{}}
		r.Header.Set(test.name, test.value)
		if got := web.OverHTTPS(r, "https://inbox.example.com"); got != test.https {
			t.Errorf("%s: %s means https: %t", test.name, test.value, got)
		}
	}
}
