package cli

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"text/tabwriter"

	"tagline/handlers"
	"tagline/store"
)

type webhooksCommand struct {
	database
	public
	domain
	secret
}

func (c *webhooksCommand) check() error { return errors.Join(c.public.check(), c.secret.check()) }

func (c *webhooksCommand) Run(p *program) error {
	return p.withStore(c.DB, func(s *store.Store) error {
		token, err := handlers.WebhookToken(p.ctx, s)
		if err != nil {
			return err
		}
		origin := c.public.origin(c.TLSDomain, &net.TCPAddr{Port: defaultPort})
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintf(table, "database\t%s\n\n", c.DB)
		for _, kind := range store.Kinds {
			fmt.Fprintf(table, "%s\t%s\n", kind, handlers.WebhookURL(origin, token, kind))
		}
		keys, err := s.Keys(p.ctx)
		if err != nil {
			return err
		}
		state := "not set; the unguessable addresses alone let webhooks in"
		if c.WebhookSecret != "" || slices.ContainsFunc(keys, func(k store.Key) bool { return k.Kind == store.Secret }) {
			state = "set"
		}
		fmt.Fprintf(table, "\nsecret\t%s\n", state)
		return table.Flush()
	})
}
