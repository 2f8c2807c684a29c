package web

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// certificateWarnings is how often the log says that there is no certificate, while strangers keep asking for it.
const certificateWarnings = time.Minute

// Certificates obtains the certificate of a domain from an authority that speaks ACME (RFC 8555), and renews it in
// time.
type Certificates struct {
	manager *autocert.Manager
	domain  string
	log     *slog.Logger

	mu     sync.Mutex
	warned time.Time
}

// Authority is who makes certificates.
type Authority struct {
	Directory string         // the address of its ACME directory; "" is Let's Encrypt's
	Roots     *x509.CertPool // whom it is trusted by; nil are the system's
	Email     string         // where it writes to when something is wrong, or ""
}

// NewCertificates returns those of a domain. They and the account's key are kept in the folder, which is made with mode
// 0700.
func NewCertificates(domain, folder string, authority Authority, log *slog.Logger) *Certificates {
	client := &acme.Client{DirectoryURL: authority.Directory, UserAgent: "tagline"}
	if authority.Roots != nil {
		client.HTTPClient = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment,
			TLSClientConfig: &tls.Config{RootCAs: authority.Roots, MinVersion: tls.VersionTLS12}}}
	}
	return &Certificates{domain: domain, log: log, manager: &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(folder), HostPolicy: autocert.HostWhitelist(domain),
		Email: authority.Email, Client: client,
	}}
}

// Listener has TLS spoken on connections of the listener. They are closed with it.
func (c *Certificates) Listener(listener net.Listener) net.Listener {
	config := c.manager.TLSConfig()
	config.MinVersion = tls.VersionTLS12
	config.GetCertificate = c.certificate
	return tls.NewListener(listener, config)
}

// certificate is that of the domain. Others get none: who asks for another name does not mean us.
func (c *Certificates) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	certificate, err := c.manager.GetCertificate(hello)
	if err != nil && hello.ServerName == c.domain {
		c.warn(err)
	}
	return certificate, err
}

func (c *Certificates) warn(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.warned) >= certificateWarnings {
		c.warned = now
		c.log.Warn("there is no certificate: does the domain lead here, and can ports 80 and 443 be reached from outside?",
			"domain", c.domain, "error", err)
	}
}

// Obtain gets the certificate before the first visitor needs it, and logs what came of it.
func (c *Certificates) Obtain() {
	certificate, err := c.certificate(&tls.ClientHelloInfo{ServerName: c.domain,
		SupportedCurves:  []tls.CurveID{tls.CurveP256},
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}})
	if err == nil {
		c.log.Info("certificate", "domain", c.domain, "until", certificate.Leaf.NotAfter)
	}
}

// Plain answers where nothing is encrypted: the authority, which looks there, and people, who are sent to the public
// origin. Whatever else comes is refused: it has told a stranger already what it carries.
func (c *Certificates) Plain(origin *url.URL) http.Handler {
	return c.manager.HTTPHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "Use "+origin.String(), http.StatusForbidden)
			return
		}
		target := url.URL{Scheme: origin.Scheme, Host: origin.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, target.String(), http.StatusMovedPermanently)
	}))
}
