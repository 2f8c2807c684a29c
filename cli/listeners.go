package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"

	"tagline/web"
)

// listeners are the network listeners of the server.
type listeners struct {
	main      net.Listener // for browsers and TextLink
	plain     net.Listener // redirects to TLS; nil without TLS
	metrics   net.Listener // nil without --metrics-addr
	profiles  net.Listener // nil without --pprof-addr
	inherited bool         // main is a socket of systemd
}

// listen opens all listeners. No request is answered yet.
func (c settings) listen(addr string, getenv func(string) string) (l listeners, err error) {
	addresses := c.addresses(addr)
	opened, inherited, err := web.Listen(getenv, addresses...)
	if err != nil {
		return l, fmt.Errorf("cannot listen on %s: %w; choose another address with --addr", addresses[0], err)
	}
	if l.main, l.inherited = opened[0], inherited; len(opened) > 1 {
		l.plain = opened[1]
	}
	if l.metrics, err = listenOptional("metrics-addr", c.MetricsAddr); err == nil {
		l.profiles, err = listenOptional("pprof-addr", c.PprofAddr)
	}
	if err != nil {
		l.close()
	}
	return l, err
}

// log says which addresses the other listeners have.
func (l listeners) log(log *slog.Logger) {
	for what, listener := range map[string]net.Listener{"metrics": l.metrics,
		"profiler": l.profiles, "in clear": l.plain} {
		if listener != nil {
			log.Info(what, "addr", listener.Addr().String())
		}
	}
}

func (l listeners) close() {
	_ = web.Close(slices.DeleteFunc([]net.Listener{l.main, l.plain, l.metrics, l.profiles},
		func(one net.Listener) bool { return one == nil }))
}

// listenOptional opens the listener of a flag, or returns nil where the flag is not set.
func listenOptional(flag, addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --%s", addr, err, flag)
	}
	return listener, nil
}

// serveOptional answers there until ctx ends, and returns what waits for that.
func (p *program) serveOptional(ctx context.Context, handlers map[net.Listener]http.Handler) (wait func() error) {
	ended, n := make(chan error, len(handlers)), 0
	for listener, handler := range handlers {
		if listener != nil {
			go func() { ended <- web.Serve(ctx, listener, handler, p.log, func() {}) }()
			n++
		}
	}
	return func() (err error) {
		for range n {
			err = errors.Join(err, <-ended)
		}
		return err
	}
}
