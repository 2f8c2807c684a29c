package main

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"tagline/web"
)

// metrics is the flag of the listener that monitoring asks.
type metrics struct {
	MetricsAddr string `name:"metrics-addr" placeholder:"HOST:PORT" help:"Where Prometheus finds /metrics, like localhost:9100. It asks nobody who they are, so keep it from strangers. By default there is none."`
}

func (c metrics) check() error {
	if c.MetricsAddr == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
		return fmt.Errorf("--metrics-addr is %q; write a host and a port, like localhost:9100", c.MetricsAddr)
	}
	return nil
}

// listen returns nil where there is nothing to listen on.
func (c metrics) listen() (net.Listener, error) {
	if c.MetricsAddr == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", c.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --metrics-addr", c.MetricsAddr, err)
	}
	return listener, nil
}

// serveMetrics answers monitoring until ctx ends, and returns what waits for that.
func (p *program) serveMetrics(ctx context.Context, listener net.Listener, handler http.Handler) (wait func() error) {
	if listener == nil {
		return func() error { return nil }
	}
	p.log.Info("metrics", "addr", listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, listener, handler, p.log, func() {}) }()
	return func() error { return <-ended }
}
