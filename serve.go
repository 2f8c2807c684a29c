package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"tagline/handlers"
	"tagline/store"
	"tagline/web"
)

type serveCommand struct {
	address
	database
	public
	secret
	limits
	signIns
	backups
	sending
	metrics
	profiling
}

func (c *serveCommand) Run(p *program) error {
	if err := errors.Join(c.address.check(), c.public.check(), c.secret.check(), c.limits.check(), c.signIns.check(), c.backups.check(), c.sending.check(), c.metrics.check(), c.profiling.check()); err != nil {
		return configuration(err)
	}
	return p.serve(c.Addr, c.DB, settings{c.public, c.limits, c.signIns, c.backups, c.metrics, c.profiling, c.WebhookSecret, c.sending.sending}, nil)
}

// settings are what the server is told besides where it is.
type settings struct {
	public
	limits
	signIns
	backups
	metrics
	profiling
	webhookSecret string
	sending       *handlers.Sending // nil without an API key
}

// serve runs the server until the program is told to stop. started, if any, is called once it answers and sees to the
// people itself.
func (p *program) serve(addr, db string, c settings, started func(context.Context, *store.Store, *url.URL) error) error {
	listener, inherited, err := web.Listen(addr, p.getenv)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another address with --addr", addr, err)
	}
	defer listener.Close()
	measured, err := listenBeside("metrics-addr", c.MetricsAddr)
	if err != nil {
		return err
	}
	if measured != nil {
		defer measured.Close()
	}
	profiled, err := listenBeside("pprof-addr", c.PprofAddr)
	if err != nil {
		return err
	}
	if profiled != nil {
		defer profiled.Close()
	}
	web.CollectSeldom(p.getenv)
	hub := web.NewHub[store.Change]()
	s, err := store.Open(p.ctx, db, store.Options{Published: hub.Publish, RepeatWindow: c.RepeatWindow, SessionIdle: c.SessionIdle, Backups: c.schedule(), Log: p.log})
	if err != nil {
		return err
	}
	origin := c.origin(listener.Addr())
	app, err := handlers.New(p.ctx, s, hub, origin, c.webhookSecret, c.QuietAfter, c.SessionLife, c.proxies, time.Now, p.log)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	if c.sending != nil {
		app.Send(*c.sending)
	}
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- web.Serve(ctx, listener, app.Handler(), p.log, app.Close) }()
	measuring := p.serveBeside(ctx, "metrics", measured, app.Metrics())
	profiling := p.serveBeside(ctx, "profiler", profiled, profiles())

	p.log.Info("listening", "addr", listener.Addr().String(), "url", origin.String(), "inherited", inherited, "db", db, "version", version())
	if link := app.SetUpURL(); link != "" && started == nil {
		fmt.Fprintf(p.stdout, "\nNobody can sign in yet. Make the first account here; the link works once:\n\n  %s\n\n", link)
	}
	if started != nil {
		if err := started(ctx, s, origin); err != nil {
			stop()
			return errors.Join(err, <-served, measuring(), profiling(), s.Close())
		}
	}
	err = <-served
	stop()
	err = errors.Join(err, measuring(), profiling(), s.Close())
	p.log.Info("stopped")
	return err
}
