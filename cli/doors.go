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

// doors are where the server is reached.
type doors struct {
	people    net.Listener // and TextLink
	plain     net.Listener // where people without TLS are sent on; nil without TLS
	metrics   net.Listener // nil without
	profiles  net.Listener // nil without
	inherited bool
}

// listen opens them. Nobody is answered yet.
func (c settings) listen(addr string, getenv func(string) string) (d doors, err error) {
	addresses := c.addresses(addr)
	main, inherited, err := web.Listen(getenv, addresses...)
	if err != nil {
		return d, fmt.Errorf("cannot listen on %s: %w; choose another address with --addr", addresses[0], err)
	}
	if d.people, d.inherited = main[0], inherited; len(main) > 1 {
		d.plain = main[1]
	}
	if d.metrics, err = listenBeside("metrics-addr", c.MetricsAddr); err == nil {
		d.profiles, err = listenBeside("pprof-addr", c.PprofAddr)
	}
	if err != nil {
		d.close()
	}
	return d, err
}

// log says where they are.
func (d doors) log(log *slog.Logger) {
	for what, listener := range map[string]net.Listener{"metrics": d.metrics, "profiler": d.profiles, "in clear": d.plain} {
		if listener != nil {
			log.Info(what, "addr", listener.Addr().String())
		}
	}
}

func (d doors) close() {
	_ = web.Close(slices.DeleteFunc([]net.Listener{d.people, d.plain, d.metrics, d.profiles}, func(l net.Listener) bool { return l == nil }))
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
func (p *program) serveBeside(ctx context.Context, handlers map[net.Listener]http.Handler) (wait func() error) {
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
