package cli

import (
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"path/filepath"
	"strings"

	"tagline/web"
)

// domain is the name of a server that speaks TLS itself.
type domain struct {
	TLSDomain string `name:"tls-domain" placeholder:"DOMAIN" help:"The domain, like inbox.example.com, for which Tagline gets a certificate by itself. It then listens on :443 and :80. By default a proxy sees to that."`
}

// addr is where such a server listens where nothing else is said: nobody could reach it at the usual place.
func (c domain) addr(addr string) string {
	if c.TLSDomain != "" && addr == defaultAddr {
		return ":443"
	}
	return addr
}

// encryption is TLS without a proxy.
type encryption struct {
	domain
	TLSEmail         string `name:"tls-email" placeholder:"ADDRESS" help:"Where the authority that makes the certificate writes to when something is wrong with it."`
	TLSAuthority     string `name:"tls-authority" placeholder:"URL" help:"The ACME directory of that authority; Let's Encrypt's by default."`
	TLSAuthorityFile string `name:"tls-authority-file" placeholder:"FILE" help:"Certificates, PEM, by which an authority of your own is trusted."`
	HTTPAddr         string `name:"http-addr" default:":80" placeholder:"HOST:PORT" help:"Where the authority looks, and people without TLS are sent on, with --tls-domain (:80)."`

	roots *x509.CertPool `kong:"-"`
}

// certificates is the folder beside the database in which they are kept.
const certificates = "certificates"

// check also reads the authority's file.
func (c *encryption) check(public string) error {
	var problems []error
	if c.TLSAuthorityFile != "" {
		problems = append(problems, c.trust())
	}
	if c.TLSDomain != "" {
		problems = append(problems, c.checkDomain(public))
	}
	if c.TLSAuthority != "" && serverURL(c.TLSAuthority, "https") == nil {
		problems = append(problems, fmt.Errorf("--tls-authority is %q; write the https address of an ACME directory, with %s",
			c.TLSAuthority, ports))
	}
	if at, err := mail.ParseAddress(c.TLSEmail); c.TLSEmail != "" && (err != nil || at.Address != c.TLSEmail) {
		problems = append(problems, fmt.Errorf("--tls-email is %q; write a mail address, like admin@example.com", c.TLSEmail))
	}
	return errors.Join(append(problems, checkListenAddress("http-addr", c.HTTPAddr, ":80"))...)
}

// checkDomain also brings the domain into the form that authorities and browsers write it in.
func (c *encryption) checkDomain(public string) error {
	var problems []error
	if u, err := web.ParseOrigin("https://" + c.TLSDomain); err == nil && u.Port() == "" {
		c.TLSDomain = u.Hostname()
	}
	if !strings.Contains(c.TLSDomain, ".") || net.ParseIP(c.TLSDomain) != nil ||
		strings.ContainsAny(c.TLSDomain, ":/ *,") {
		problems = append(problems,
			fmt.Errorf("--tls-domain is %q; write one name that leads to this machine, like inbox.example.com", c.TLSDomain))
	}
	if u, err := web.ParseOrigin(public); err == nil && (u.Scheme != "https" || u.Hostname() != c.TLSDomain) {
		problems = append(problems,
			fmt.Errorf("--url is %q and --tls-domain %q; leave --url out, or name the same domain with https",
				public, c.TLSDomain))
	}
	return errors.Join(problems...)
}

func (c *encryption) trust() error {
	content, err := readText(c.TLSAuthorityFile)
	if err != nil {
		return fmt.Errorf("--tls-authority-file: %w", err)
	}
	if c.roots = x509.NewCertPool(); !c.roots.AppendCertsFromPEM([]byte(content)) {
		return fmt.Errorf("--tls-authority-file %s holds no certificate in PEM", c.TLSAuthorityFile)
	}
	return nil
}

// addresses are where to listen for people and TextLink: the one in clear or encrypted, and beside an encrypted one
// that in clear.
func (c encryption) addresses(addr string) []string {
	if c.TLSDomain == "" {
		return []string{addr}
	}
	return []string{c.addr(addr), c.HTTPAddr}
}

// certificates are nil without TLS.
func (c encryption) certificates(db string, log *slog.Logger) *web.Certificates {
	if c.TLSDomain == "" {
		return nil
	}
	return web.NewCertificates(c.TLSDomain, filepath.Join(filepath.Dir(db), certificates),
		web.Authority{Directory: c.TLSAuthority, Roots: c.roots, Email: c.TLSEmail}, log)
}
