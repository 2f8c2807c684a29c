package handlers

import (
	"net/http"

	"tagline/views"
	"tagline/web"
)

// sameOrigin refuses what other sites make a browser send, and what comes from a page at another address than --url:
// nothing would work there.
func (a *site) sameOrigin(next http.Handler) http.Handler {
	refuse := a.adapt(func(http.ResponseWriter, *http.Request) error {
		return &web.Error{Status: http.StatusForbidden, Title: "That came from another address",
			Advice: a.elsewhere() + " Nothing was changed."}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !web.FromOrigin(r, a.origin.String()) {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// elsewhere says where signing in works.
func (a *site) elsewhere() string {
	return "Tagline was started for " + a.origin.String() +
		" (--url), and signing in works only there. Open it at that address and try again."
}

// keepsCookies tells whether the browser keeps the session's cookie: under a --url of https it does so over https only.
func (a *site) keepsCookies(r *http.Request) bool {
	return a.origin.Scheme != "https" || web.OverHTTPS(r, a.origin.String())
}

// place is what pages before signing in say of where they are.
func (a *site) place(r *http.Request) views.Place {
	doubtful := !a.keepsCookies(r)
	if a.origin.Scheme == "http" || r.TLS != nil { // otherwise a proxy is in front, which may name itself as the host
		host, err := web.ParseOrigin(a.origin.Scheme + "://" + r.Host)
		doubtful = err != nil || host.Host != a.origin.Host
	}
	return views.Place{Origin: a.origin.String(), URL: a.origin.JoinPath(r.URL.Path).String(), Doubtful: doubtful}
}
