package cli

import (
	"bufio"
	"errors"

	"tagline/store"
)

type exportCommand struct{ database }

func (c *exportCommand) Run(p *program) error {
	return p.withStore(c.DB, func(s *store.Store) error {
		out := bufio.NewWriter(p.stdout)
		if err := s.Audit(p.ctx, store.Exported, "everything"); err != nil {
			p.log.Warn("the export is not in the audit log", "error", err) // a full disk must not stand in its way
		}
		if err := errors.Join(s.Export(p.ctx, out), out.Flush()); err != nil {
			return err
		}
		p.log.Info("exported", "db", c.DB) // standard output is the export's
		return nil
	})
}
