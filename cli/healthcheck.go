package cli

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"tagline/store"
)

// healthWait is how long the server may take to tell how storing goes.
const healthWait = 5 * time.Second

type healthCommand struct {
	address
	domain
}

// Run asks the server that listens on the address, on this machine.
func (c *healthCommand) Run(p *program) error {
	addr, scheme := c.addr(c.Addr), "http"
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost" // it listens on all addresses
	}
	client := http.Client{Timeout: healthWait}
	if c.TLSDomain != "" {
		// On this machine another name leads to it, and a certificate of one's own is as good: nothing is told that is
		// secret.
		scheme = "https"
		// #nosec G402 -- see above
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{ServerName: c.TLSDomain, InsecureSkipVerify: true}}
	}
	resp, err := client.Get(scheme + "://" + net.JoinHostPort(host, port) + "/healthz")
	if err != nil {
		return fmt.Errorf("the server at %s does not answer: %w", addr, err)
	}
	defer resp.Body.Close()
	var health store.Health
	if err := json.NewDecoder(resp.Body).Decode(&health); err != nil {
		return fmt.Errorf("what answers at %s is not Tagline: %w", addr, err)
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(health.Message)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %s\n", health.Level, health.Message)
	return err
}
