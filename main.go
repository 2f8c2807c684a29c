// Tagline is a self-hosted web inbox for teams that text through TextLink.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"tagline/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), ending()...)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "tagline:", err)
		os.Exit(1)
	}
}

// ending are the signals that end the program in order. A terminal that is closed is one, unless nohup says otherwise.
func ending() []os.Signal {
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// cli is every command with its flags. Each flag can also be set in the environment (see fromEnvironment).
type cli struct {
	Serve    serveCommand    `cmd:"" default:"withargs" help:"Run the inbox (what tagline does when no command is named)."`
	Demo     demoCommand     `cmd:"" help:"Run the inbox on made-up conversations with live traffic, to look around. Nothing is kept."`
	User     userCommands    `cmd:"" help:"Add and list the people who may sign in."`
	Webhooks webhooksCommand `cmd:"" help:"Print the four addresses to paste into TextLink's API console."`
	Export   exportCommand   `cmd:"" help:"Print everything as JSON Lines, one object a line. Works while the server runs."`
	Backup   backupCommand   `cmd:"" help:"Copy the database into FILE, checked and whole. Works while the server runs."`
	Restore  restoreCommand  `cmd:"" help:"Put a backup in the place of the database, which is kept beside it. Stop the server first."`
	Check    checkCommand    `cmd:"" help:"Look through the whole database for damage and for counts that are wrong. Works while the server runs."`
	Health   healthCommand   `cmd:"" name:"healthcheck" help:"Ask the server how storing goes; ends with 1 unless everything is stored. For containers and monitors."`
	Alert    alertCommand    `cmd:"" name:"alert-test" help:"Send a note to those who are told of trouble, to see whether it arrives."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// program is what commands are run with.
type program struct {
	ctx    context.Context
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	log    *slog.Logger
}

func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	var commands cli
	exited := false
	parser, err := kong.New(&commands,
		kong.Name("tagline"),
		kong.Description("A self-hosted web inbox for teams that text through TextLink.\n\nStart with “tagline demo” to look around, or with “tagline” to run your own. Each flag can also be set in the environment: --db as TAGLINE_DB, --webhook-secret as TAGLINE_WEBHOOK_SECRET, and so on. The flags of the server are in “tagline serve --help”."),
		kong.Resolvers(fromEnvironment(getenv)),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { exited = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if exited {
		return nil // --help was printed
	}
	if err != nil {
		return fmt.Errorf("%w; see tagline --help", err)
	}
	return command.Run(&program{ctx, getenv, stdin, stdout, stderr, newLogger(stderr)})
}

// fromEnvironment reads a flag that is not on the command line from TAGLINE_ and its name.
func fromEnvironment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value := getenv(environment(flag.Name)); value != "" {
			return value, nil
		}
		return nil, nil
	})
}

// environment is the variable in which a flag can be set.
func environment(flag string) string {
	return "TAGLINE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func newLogger(stderr io.Writer) *slog.Logger {
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(stderr, nil))
}

// withStore does something to a database, making it where there is none.
func (p *program) withStore(db string, do func(*store.Store) error) error {
	s, err := store.Open(p.ctx, db, store.Options{Log: p.log})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// withExisting does something to a database that is there.
func (p *program) withExisting(db string, do func(*store.Store) error) error {
	if err := thereIs(db); err != nil {
		return err
	}
	return p.withStore(db, do)
}

func thereIs(db string) error {
	if _, err := os.Stat(db); err != nil {
		return fmt.Errorf("there is no database at %s; name another place with --db", db)
	}
	return nil
}
