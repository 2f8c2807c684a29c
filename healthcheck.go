package main

import (
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

type healthCommand struct{ address }

// Run asks the server that listens on the address, on this machine.
func (c *healthCommand) Run(p *program) error {
	if err := c.address.check(); err != nil {
		return configuration(err)
	}
	host, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost" // it listens on all addresses
	}
	client := http.Client{Timeout: healthWait}
	resp, err := client.Get("http://" + net.JoinHostPort(host, port) + "/healthz")
	if err != nil {
		return fmt.Errorf("the server at %s does not answer: %w", c.Addr, err)
	}
	defer resp.Body.Close()
	var health store.Health
	if err := json.NewDecoder(resp.Body).Decode(&health); err != nil {
		return fmt.Errorf("what answers at %s is not Tagline: %w", c.Addr, err)
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(health.Message)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %s\n", health.Level, health.Message)
	return err
}
