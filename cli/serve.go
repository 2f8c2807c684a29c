package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"tagline/handlers"
	"tagline/jobs"
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
	return errors.Join(c.address.check(), c.public.check(), c.secret.check(), c.limits.check(), c.signIns.check(),
		c.backups.check(), c.sending.check(), c.metrics.check(), c.profiling.check(),
		c.encryption.check(c.URL), c.alerting.check())
}

func (c *serveCommand) Run(p *program) error {
	return p.serve(c.Addr, c.DB, settings{c.public, c.limits, c.signIns, c.backups, c.metrics, c.profiling, c.encryption,
		c.alerting, c.WebhookSecret, c.sending.sending}, nil)
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
	sending       *jobs.Sending // nil without an API key
}

// serve runs the server until the program is told to stop. started, if any, is called once it answers and sees to the
// people itself.
func (p *program) serve(addr, db string, c settings,
	started func(context.Context, *store.Store, *url.URL) error) error {
	listeners, err := c.listen(addr, p.getenv)
	if err != nil {
		return err
	}
	defer listeners.close()
	web.CollectSeldom(p.getenv)
	hub := web.NewHub[store.Change]()
	s, err := store.Open(p.ctx, db, store.Options{Serve: true, Published: hub.Publish, RepeatWindow: c.RepeatWindow,
		SessionIdle: c.SessionIdle, Backups: c.schedule(), Log: p.log})
	if err != nil {
		return err
	}
	p.warn(c, listeners.inherited)
	if err := noteSocket(db, listeners.inherited, listeners.main, listeners.plain); err != nil {
		p.log.Warn("commands cannot tell whether a socket unit starts Tagline", "error", err)
	}
	origin := c.origin(c.TLSDomain, listeners.main.Addr())
	connections := web.NewConnections(web.OpenFiles(), c.proxies, p.log, time.Now)
	app, background, err := p.start(s, hub, origin, connections, c)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	served := make(chan error, 1)
	people, elsewhere := connections.Listener(listeners.main),
		map[net.Listener]http.Handler{listeners.metrics: app.Metrics(background.Collectors()...),
			listeners.profiles: profiles()}
	if certificates := c.certificates(db, p.log); certificates != nil {
		people = certificates.Listener(people)
		elsewhere[connections.Listener(listeners.plain)] = app.PlainHandler(certificates.Plain(origin))
		go certificates.Obtain()
	}
	go func() {
		served <- web.Serve(ctx, people, app.Handler(), p.log, func() { app.Close(); background.Close() })
	}()
	closed := p.serveOptional(ctx, elsewhere)

	listeners.log(p.log)
	p.log.Info("listening", "addr", listeners.main.Addr().String(), "url", origin.String(), "inherited",
		listeners.inherited, "db", db, "version", version())
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

// start makes the app and runs the jobs beside it.
func (p *program) start(s *store.Store, hub *web.Hub[store.Change], origin *url.URL, connections *web.Connections,
	c settings) (*handlers.App, *jobs.Jobs, error) {
	env := jobs.Env{Store: s, Now: time.Now, Log: p.log}
	keys, err := s.CurrentPushKeys(p.ctx, jobs.NewPushKeys)
	if err != nil {
		// webhooks are more important
		p.log.Error("no push keys: browsers cannot be told of messages until the next start", "error", err)
	}
	deps := handlers.Deps{
		Store: s, Hub: hub, Origin: origin, Now: env.Now, Log: env.Log,
		Destinations: jobs.NewDestinationCaller(env.Now), PushKey: keys.Public,
		WebhookSecret: c.webhookSecret, QuietAfter: c.QuietAfter, SessionLife: c.SessionLife, Proxies: c.proxies,
		Connections: connections,
	}
	if c.sending != nil {
		deps.TextLink = c.sending.Client
	}
	app, err := handlers.New(p.ctx, deps)
	if err != nil {
		return nil, nil, err
	}
	background, err := jobs.Start(p.ctx, env, jobs.Settings{
		Sending: c.sending, Caller: deps.Destinations,
		Alerting: jobs.Alerting{Notifiers: c.notifiers(origin), Every: alertEvery, Failures: c.AlertFailures,
			Backups: 2 * c.BackupEvery, Quiet: c.QuietAfter, Origin: origin.String(), Health: app.Health,
			SwapWords: handlers.SwapWords},
		Push: jobs.Push{Keys: keys, Client: jobs.NewPushClient(), Hold: jobs.PushHold, Hub: hub, Origin: origin,
			Brings: handlers.Brings, Notice: app.Notice},
	})
	if err != nil {
		app.Close()
		return nil, nil, err
	}
	return app, background, nil
}
