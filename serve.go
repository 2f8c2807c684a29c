package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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
	encryption
	alerting
}

func (c *serveCommand) check() error {
	return errors.Join(c.address.check(), c.public.check(), c.secret.check(), c.limits.check(), c.signIns.check(), c.backups.check(), c.sending.check(), c.metrics.check(), c.profiling.check(), c.encryption.check(c.URL), c.alerting.check())
}

func (c *serveCommand) Run(p *program) error {
	return p.serve(c.Addr, c.DB, settings{c.public, c.limits, c.signIns, c.backups, c.metrics, c.profiling, c.encryption, c.alerting, c.WebhookSecret, c.sending.sending}, nil)
}

// settings are what the server is told besides where it is.
type settings struct {
	public
	limits
	signIns
	backups
	metrics
	profiling
	encryption
	alerting
	webhookSecret string
	sending       *handlers.Sending // nil without an API key
}

// serve runs the server until the program is told to stop. started, if any, is called once it answers and sees to the
// people itself.
func (p *program) serve(addr, db string, c settings, started func(context.Context, *store.Store, *url.URL) error) error {
	doors, err := c.listen(addr, p.getenv)
	if err != nil {
		return err
	}
	defer doors.close()
	web.CollectSeldom(p.getenv)
	hub := web.NewHub[store.Change]()
	s, err := store.Open(p.ctx, db, store.Options{Serve: true, Published: hub.Publish, RepeatWindow: c.RepeatWindow, SessionIdle: c.SessionIdle, Backups: c.schedule(), Log: p.log})
	if err != nil {
		return err
	}
	p.warn(c, doors.inherited)
	if err := noteSocket(db, doors.inherited, doors.people, doors.plain); err != nil {
		p.log.Warn("commands cannot tell whether a socket unit starts Tagline", "error", err)
	}
	origin := c.origin(c.TLSDomain, doors.people.Addr())
	app, err := handlers.New(p.ctx, s, hub, origin, c.webhookSecret, c.QuietAfter, c.SessionLife, c.proxies, time.Now, p.log)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	if c.sending != nil {
		app.Send(*c.sending)
	}
	if ways := c.ways(origin); len(ways) > 0 {
		app.Alert(handlers.Alerting{Ways: ways, Every: alertEvery, Failures: c.AlertFailures, Backups: 2 * c.BackupEvery})
	}
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	served := make(chan error, 1)
	connections := web.NewConnections(web.OpenFiles(), c.proxies, p.log, time.Now)
	app.Watch(connections)
	people, elsewhere := connections.Listener(doors.people), map[net.Listener]http.Handler{doors.metrics: app.Metrics(), doors.profiles: profiles()}
	if certificates := c.certificates(db, p.log); certificates != nil {
		people = certificates.Listener(people)
		elsewhere[connections.Listener(doors.plain)] = app.PlainHandler(certificates.Plain(origin))
		go certificates.Obtain()
	}
	go func() { served <- web.Serve(ctx, people, app.Handler(), p.log, app.Close) }()
	closed := p.serveBeside(ctx, elsewhere)

	doors.log(p.log)
	p.log.Info("listening", "addr", doors.people.Addr().String(), "url", origin.String(), "inherited", doors.inherited, "db", db, "version", version())
	if link := app.SetUpURL(); link != "" && started == nil {
		fmt.Fprintf(p.stdout, "\nNobody can sign in yet. Make the first account here; the link works once:\n\n  %s\n\n", link)
	}
	if started != nil {
		if err := started(ctx, s, origin); err != nil {
			stop()
			return errors.Join(err, <-served, closed(), s.Close())
		}
	}
	err = <-served
	stop()
	err = errors.Join(err, closed(), s.Close())
	p.log.Info("stopped")
	return err
}
