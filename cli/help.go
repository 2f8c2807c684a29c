package cli

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command, like “user add”."`
}

// Run answers as COMMAND --help does.
func (c *helpCommand) Run(p *program) error {
	return Run(p.ctx, append(c.Command, "--help"), p.getenv, p.stdin, p.stdout, p.stderr)
}
