package web

import "net/http"

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
		r.Header.Get("X-Forwarded-Proto") == "https"
}
