// Package cli is the program's commands and flags.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"tagline/store"
)

// Main runs the command that the program was started with and returns its exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), ending()...)
	defer stop()
	if err := Run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "tagline:", err)
		return 1
	}
	return 0
}

// ending are the signals that end the program in order. A terminal that is closed is one, unless nohup says otherwise.
func ending() []os.Signal {
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// commands is every command with its flags. Each flag can also be set in the environment (see fromEnvironment).
type commands struct {
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
	Help     helpCommand     `cmd:"" help:"Show the help of a command, or this one."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// program is what commands are run with.
type program struct {
	ctx    context.Context
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	log    *slog.Logger
	given  map[string]bool // the flags on the command line and in the environment, by name
}

// Run runs one command to its end, the server until ctx ends. The error is for people.
func Run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader,
	stdout, stderr io.Writer) error {
	found, err := parse(args, getenv, stdout, stderr)
	if err != nil || found.answered {
		return err
	}
	return found.command.Run(&program{ctx, getenv, stdin, stdout, stderr, newLogger(stderr), found.given()})
}

func newLogger(stderr io.Writer) *slog.Logger {
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(stderr, nil))
}

// withStore does something to a database that is there.
func (p *program) withStore(db string, do func(*store.Store) error) error {
	if err := requireDatabase(db); err != nil {
		return err
	}
	s, err := store.Open(p.ctx, db, store.Options{Log: p.log})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// requireDatabase refuses where there is none. Only the server makes one: a command in the wrong folder would report
// success on a database that no server knows.
func requireDatabase(db string) error {
	info, err := os.Stat(db)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no database at %s; name another place with --db, or start Tagline there first: only "+
			"“tagline serve” makes one", db)
	case err != nil:
		return fmt.Errorf("the database %s cannot be looked at: %w", db, err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder; name the file of the database with --db", db)
	case info.Size() == 0 && !beside(db, "-wal") && !beside(db, "-journal"):
		return fmt.Errorf("%s is empty: there is no database in it; name another place with --db, or start Tagline there "+
			"first: only “tagline serve” makes one", db)
	}
	return nil
}

// beside tells whether a file of that name lies beside the database.
func beside(db, suffix string) bool {
	_, err := os.Stat(db + suffix)
	return err == nil
}
