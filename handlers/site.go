package handlers

import (
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tagline/handlers/live"
	"tagline/jobs"
	"tagline/store"
	"tagline/textlink"
	"tagline/web"
)

// site is what all handlers work with: who asks, what they may see, and how they are answered.
type site struct {
	store    *store.Store
	sessions *web.Sessions
	proxies  web.Proxies // whose word is taken for where a request comes from
	limits   limits
	lastSeen *lastSeen
	log      *slog.Logger
	now      func() time.Time
	origin   *url.URL // what people and TextLink reach us at
	database string   // tells change numbers of this database from those of others

	names       atomic.Pointer[store.Names] // of subusers and SIM cards
	longReads   *web.Slots                  // downloads, exports, insights and other pages that count much
	textlink    *textlink.Client            // nil where replies do not go out
	quietAfter  time.Duration               // a webhook that was active is missed after so long
	connections *web.Connections            // nil where nobody counts them
	pages       *http.ServeMux              // all routes, to look up what there is
}

// conversations are the inbox, threads and everything that is done there.
type conversations struct {
	*site
	live *live.Server
}

// signIn is how people come in, and what they set up for it.
type signIn struct {
	*site
	devices   *web.Devices
	passwords *web.Passwords
	setUp     string // the one-time way in while there is nobody, or ""
}

// team is who signs in and what they may see.
type team struct {
	*site
	signIn *signIn
}

// webhooks takes what TextLink sends, and shows what came.
type webhooks struct {
	*site
	keys     *keyring
	refusals *refusals
	counted  *prometheus.CounterVec // by kind and outcome
}

// destinations are the other tools that deliveries are forwarded to.
type destinations struct {
	*site
	caller *jobs.DestinationCaller
}

// settings are preferences, names, canned replies, privacy and the audit log.
type settings struct {
	*site
	pushKey string // public; "" where no browser can be told
}

// downloads are files and counts that take long to read.
type downloads struct {
	*site
	insights *web.Cache
}

// apiHandlers answer programs that act in a person's name.
type apiHandlers struct {
	*site
	downloads *downloads
}
