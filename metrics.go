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

// listenBeside listens for others than people and TextLink, where flag says. It returns nil where it says nothing.
func listenBeside(flag, addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --%s", addr, err, flag)
	}
	return listener, nil
}

// serveBeside answers there until ctx ends, and returns what waits for that.
func (p *program) serveBeside(ctx context.Context, what string, listener net.Listener, handler http.Handler) (wait func() error) {
	if listener == nil {
		return func() error { return nil }
	}
	p.log.Info(what, "addr", listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, listener, handler, p.log, func() {}) }()
	return func() error { return <-ended }
}
