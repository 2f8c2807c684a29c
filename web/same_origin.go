package web

import (
	"net/http"
	"strings"
)

// FromOrigin tells whether a request that may change something comes from a page of the origin
// ("https://inbox.example.com"), or from no page at all. Behind a proxy the request itself does not say which address
// the browser is at: Host may be the proxy's own, and over plain http browsers send no Sec-Fetch-Site. So Origin
// decides, as it does for sockets.
func FromOrigin(r *http.Request, origin string) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	if site != "" && site != "same-origin" && site != "none" {
		return false
	}
	switch named := r.Header.Values("Origin"); {
	case len(named) == 0:
		return true // browsers always name one
	case len(named) == 1 && named[0] == "null":
		return site != "" // a page that keeps its address to itself
	default:
		return named[0] == origin && len(named) == 1
	}
}

// OverHTTPS tells whether the browser is known to have sent the request to an origin of https, where it keeps cookies
// that are for https only. Over plain http it says nothing that tells.
func OverHTTPS(r *http.Request, origin string) bool {
	return r.TLS != nil || r.Header.Get("Origin") == origin || r.Header.Get("Sec-Fetch-Site") != "" ||
		forwardedOverHTTPS(r)
}

// forwardedOverHTTPS tells whether a proxy says that the browser reached it over https, in a header that proxies know.
// Where several are in a row each adds a word, the one that the browser reached first.
func forwardedOverHTTPS(r *http.Request) bool {
	first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ",")
	if first = strings.Trim(first, " \t\""); first != "" {
		return strings.EqualFold(first, "https")
	}
	first, _, _ = strings.Cut(r.Header.Get("Forwarded"), ",") // RFC 7239
	for part := range strings.SplitSeq(first, ";") {
		name, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(name), "proto") {
			return strings.EqualFold(strings.Trim(value, " \t\""), "https")
		}
	}
	return false
}
