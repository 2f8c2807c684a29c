// Tagline is a self-hosted web inbox for teams that text through TextLink.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"tagline/handlers"
	"tagline/store"
	"tagline/textlink"
	"tagline/textlink/fake"
	"tagline/web"
)

// defaultPort is the port of --addr where nothing else is said.
const defaultPort = 8080

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "tagline:", err)
		os.Exit(1)
	}
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
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

type userCommands struct {
	Add  userAddCommand  `cmd:"" help:"Add a person. The password is asked for twice, or read with --password-stdin."`
	List userListCommand `cmd:"" help:"List the people who may sign in."`
}

type database struct {
	DB string `name:"db" default:"tagline.db" placeholder:"FILE" help:"The database file (tagline.db)."`
}

type public struct {
	URL string `name:"url" placeholder:"URL" help:"The address at which people and TextLink reach Tagline. By default http://localhost with the port of --addr, so http://localhost:8080."`
}

type secret struct {
	WebhookSecret     string `name:"webhook-secret" placeholder:"SECRET" help:"The webhook secret set in TextLink. It can also be set on the Connect TextLink page."`
	WebhookSecretFile string `name:"webhook-secret-file" placeholder:"FILE" help:"A file that holds the webhook secret."`
}

type limits struct {
	RepeatWindow time.Duration `name:"repeat-window" default:"5s" placeholder:"TIME" help:"For how long a webhook without a timestamp counts as a repeat of the same one, like 5s."`
	QuietAfter   time.Duration `name:"quiet-after" default:"24h" placeholder:"TIME" help:"How long a webhook that was active may be silent before admins are told, like 24h."`
}

func (c limits) check() error {
	var problems []error
	if c.RepeatWindow <= 0 {
		problems = append(problems, fmt.Errorf("--repeat-window is %s; write a time above zero, like 5s", c.RepeatWindow))
	}
	if c.QuietAfter <= 0 {
		problems = append(problems, fmt.Errorf("--quiet-after is %s; write a time above zero, like 24h", c.QuietAfter))
	}
	return errors.Join(problems...)
}

// signIns is how long sign-ins last, and whose word is taken for where they come from.
type signIns struct {
	SessionIdle    time.Duration `name:"session-idle" default:"12h" placeholder:"TIME" help:"After how long without use people must sign in again, like 12h."`
	SessionLife    time.Duration `name:"session-life" default:"168h" placeholder:"TIME" help:"After how long people must sign in again in any case, like 168h."`
	TrustedProxies []string      `name:"trusted-proxies" placeholder:"ADDRESS" help:"Proxies whose X-Forwarded-For is believed: addresses or ranges, like 127.0.0.1,10.0.0.0/8. None by default."`
	proxies        web.Proxies   `kong:"-"`
}

// check also reads the proxies.
func (c *signIns) check() error {
	var problems []error
	if c.SessionIdle <= 0 {
		problems = append(problems, fmt.Errorf("--session-idle is %s; write a time above zero, like 12h", c.SessionIdle))
	}
	if c.SessionLife <= 0 {
		problems = append(problems, fmt.Errorf("--session-life is %s; write a time above zero, like 168h", c.SessionLife))
	}
	var err error
	if c.proxies, err = web.ParseProxies(c.TrustedProxies); err != nil {
		problems = append(problems, fmt.Errorf("--trusted-proxies: %w; write addresses or ranges, like 127.0.0.1,10.0.0.0/8", err))
	}
	return errors.Join(problems...)
}

type address struct {
	Addr string `name:"addr" default:"localhost:8080" placeholder:"HOST:PORT" help:"Where to listen (localhost:8080)."`
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
		name := "TAGLINE_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		if value := getenv(name); value != "" {
			return value, nil
		}
		return nil, nil
	})
}

func newLogger(stderr io.Writer) *slog.Logger {
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(stderr, nil))
}

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

func (c address) check() error {
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		return fmt.Errorf("--addr is %q; write a host and a port, like localhost:8080 or :8080", c.Addr)
	}
	return nil
}

func (c public) check() error {
	u, err := url.Parse(c.URL)
	if c.URL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "") {
		return fmt.Errorf("--url is %q; write the public origin, like https://inbox.example.com, without a path", c.URL)
	}
	return nil
}

// origin is the public origin, by default on this machine at the port that is listened on.
func (c public) origin(listening net.Addr) *url.URL {
	if c.URL == "" {
		_, port, _ := net.SplitHostPort(listening.String())
		return &url.URL{Scheme: "http", Host: net.JoinHostPort("localhost", port)}
	}
	u, _ := url.Parse(c.URL)
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}
}

// check also reads the secret from its file.
func (c *secret) check() (err error) {
	c.WebhookSecret, err = fromFile("webhook-secret", c.WebhookSecret, c.WebhookSecretFile)
	return err
}

// fromFile is what a flag says, or the file that the flag with "-file" names.
func fromFile(flag, value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("--%s and --%s-file are both set; leave one of them out", flag, flag)
	}
	content, err := os.ReadFile(file) // #nosec G304 -- the admin names the file
	if err != nil {
		return "", fmt.Errorf("--%s-file cannot be read: %w", flag, err)
	}
	if value = strings.TrimSpace(string(content)); value == "" {
		return "", fmt.Errorf("--%s-file %s is empty", flag, file)
	}
	return value, nil
}

// configuration reports all that is wrong at once.
func configuration(err error) error {
	return fmt.Errorf("the configuration cannot be used:\n  - %s", strings.ReplaceAll(err.Error(), "\n", "\n  - "))
}

type demoCommand struct {
	address
	public
	Size int `help:"Post about so many messages of a large account first; a million takes some minutes." placeholder:"MESSAGES"`
}

// Run serves a database of its own that is removed at the end, filled through the same webhooks as any other.
func (c *demoCommand) Run(p *program) error {
	if err := errors.Join(c.address.check(), c.public.check()); err != nil {
		return configuration(err)
	}
	dir, err := os.MkdirTemp("", "tagline-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db := filepath.Join(dir, "demo.db")
	if err := nameDemo(p.ctx, db); err != nil {
		return err
	}
	api := &fake.API{}
	sending, err := p.pretend(api)
	if err != nil {
		return err
	}
	return p.serve(c.Addr, db, settings{public: c.public, limits: limits{RepeatWindow: 5 * time.Second, QuietAfter: 24 * time.Hour}, signIns: signIns{SessionLife: 24 * time.Hour}, sending: sending}, func(ctx context.Context, s *store.Store, origin *url.URL) error {
		return p.fill(ctx, s, origin, c.Size, api)
	})
}

// demoConnections is how many webhooks of a large account are under way at once.
const demoConnections = 64

// fill makes the demo's people, posts its past, and keeps its present going until ctx ends. size is how many messages of
// a large account come before.
func (p *program) fill(ctx context.Context, s *store.Store, origin *url.URL, size int, api *fake.API) error {
	token, err := handlers.WebhookToken(ctx, s)
	if err != nil {
		return err
	}
	console := fake.Console{URLs: map[textlink.Kind]string{}}
	for _, kind := range textlink.Kinds() {
		console.URLs[kind] = handlers.WebhookURL(origin, token, store.Kind(kind))
	}
	api.Console = console // before there is anybody who could send
	if size > 0 {
		fmt.Fprintf(p.stdout, "Posting %d messages of a large account…\n", size)
		if err := console.PlayCrowd(ctx, time.Now(), size, demoConnections); err != nil {
			return fmt.Errorf("the demo's crowd: %w", err)
		}
	}
	password := strings.ToLower(rand.Text()[:12])
	passwords := web.NewPasswords(1)
	err = playPast(ctx, console, func() error {
		_, err := s.CreateUser(ctx, store.User{Name: "anna", Role: store.Admin}, passwords.Hash(password))
		if err == nil {
			_, err = s.CreateUser(ctx, store.User{Name: "piet", Role: store.Agent, Subusers: []store.SubuserID{6}}, passwords.Hash(password))
		}
		return err
	})
	if err == nil {
		err = workDemo(ctx, s)
	}
	if err != nil {
		return fmt.Errorf("the demo's past: %w", err)
	}
	fmt.Fprintf(p.stdout, "\nOpen %s and sign in:\n\n  anna  %s   sees everything\n  piet  %s   sees subuser 6 only\n\nNew messages arrive every few seconds. Stop with Ctrl+C; nothing is kept.\n\n", origin, password, password)
	go func() {
		// #nosec G404 -- made-up traffic
		if err := console.Perform(ctx, mathrand.New(mathrand.NewPCG(mathrand.Uint64(), 0))); err != nil && ctx.Err() == nil {
			p.log.Error("the demo's traffic ended", "error", err)
		}
	}()
	return nil
}

// nameDemo makes the demo's database with the names that its office uses.
func nameDemo(ctx context.Context, db string) error {
	s, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		return err
	}
	err = s.SetNames(ctx, store.Names{
		Subusers: map[store.SubuserID]string{store.Main: "Office", 6: "Lettings", 7: "Repairs", 9: "Short stays"},
		SIMCards: map[int64]string{123: "Office 1", 124: "Office 2", 131: "Lettings 1", 132: "Lettings 2", 141: "Repairs 1", 142: "Repairs 2", 151: "Stays 1", 152: "Stays 2"},
	})
	return errors.Join(err, s.Close())
}

// workDemo adds what the demo's people would have done: notes, and who looks after whom.
func workDemo(ctx context.Context, s *store.Store) error {
	users, err := s.Users(ctx) // by name: anna, then piet if he is there
	if err != nil {
		return err
	}
	anna, other := users[0].ID, users[len(users)-1].ID
	list, _, err := s.Conversations(ctx, store.Everything, anna, store.Filter{Subusers: []store.SubuserID{6}}, store.Position{}, 100)
	for _, c := range list {
		if err != nil {
			return err
		}
		switch c.Contact.Name {
		case "Maria Ochoa":
			_, err = s.AddNote(ctx, store.Everything, other, c.ID, "Prefers afternoons. Brings her sister.")
		case "Dario Lenz":
			if _, err = s.AddNote(ctx, store.Everything, anna, c.ID, "Invoice number was wrong, the new one is in the post."); err == nil {
				err = s.Assign(ctx, store.Everything, anna, c.ID)
			}
		case "Rosa Brandt":
			err = s.Assign(ctx, store.Everything, other, c.ID)
		}
	}
	return err
}

// playPast posts the demo's past and lets the people in half an hour before its end: what happened before they came
// counts as read, so that only the rest is new to them.
func playPast(ctx context.Context, console fake.Console, letIn func() error) error {
	now := time.Now()
	past := fake.History(now)
	news := slices.IndexFunc(past, func(step fake.Step) bool { return step.At.After(now.Add(-30 * time.Minute)) })
	if err := console.Play(ctx, past[:news]); err != nil {
		return err
	}
	if err := letIn(); err != nil {
		return err
	}
	return console.Play(ctx, past[news:])
}

type userAddCommand struct {
	database
	Name          string            `arg:"" help:"The name to sign in with."`
	Role          string            `required:"" enum:"admin,agent" placeholder:"admin|agent" help:"admin sees and sets everything, agent sees the subusers granted."`
	Subuser       []string          `placeholder:"ID" help:"A subuser that an agent sees, “main” for the main account, “all” for all of them. Can be repeated."`
	ReadOnly      bool              `help:"The agent may read and changes nothing that others see."`
	PasswordStdin bool              `help:"Read the password from the first line of standard input."`
	subusers      []store.SubuserID `kong:"-"`
	all           bool              `kong:"-"`
}

func (c *userAddCommand) check() error {
	var problems []error
	if wrong := handlers.CheckName(c.Name); wrong != "" {
		problems = append(problems, errors.New(wrong))
	}
	for _, text := range c.Subuser {
		if text == "all" {
			c.all = true
			continue
		}
		id, err := store.ParseSubuserID(text)
		if err != nil {
			problems = append(problems, fmt.Errorf("--subuser is %q; write its number in TextLink, main, or all", text))
		}
		c.subusers = append(c.subusers, id)
	}
	switch role := store.Role(c.Role); {
	case role == store.Agent && len(c.Subuser) == 0:
		problems = append(problems, errors.New("an agent without --subuser would see nothing; name at least one, main for the main account, or all"))
	case role == store.Admin && len(c.Subuser) > 0:
		problems = append(problems, errors.New("an admin sees every subuser; leave --subuser out"))
	case role == store.Admin && c.ReadOnly:
		problems = append(problems, errors.New("an admin sets everything; leave --read-only out, or make them an agent"))
	}
	return errors.Join(problems...)
}

func (c *userAddCommand) Run(p *program) error {
	if err := c.check(); err != nil {
		return configuration(err)
	}
	return p.withStore(c.DB, func(s *store.Store) error {
		if _, _, err := s.UserByName(p.ctx, c.Name); err == nil {
			return fmt.Errorf("there is a person called %q already; choose another name", c.Name)
		}
		password, err := p.password(c.PasswordStdin)
		if err != nil {
			return err
		}
		if wrong := handlers.CheckPassword(c.Name, password); wrong != "" {
			return errors.New(wrong)
		}
		user, err := s.CreateUser(p.ctx, store.User{Name: c.Name, Role: store.Role(c.Role), All: c.all, Subusers: c.subusers, ReadOnly: c.ReadOnly}, web.NewPasswords(1).Hash(password))
		if errors.Is(err, store.ErrExists) {
			return fmt.Errorf("there is a person called %q already; choose another name", c.Name)
		}
		if err == nil {
			fmt.Fprintf(p.stdout, "%s can sign in now.\n", user.Name)
		}
		return err
	})
}

// password asks for a new password twice, or reads it from a pipe.
func (p *program) password(fromStdin bool) (string, error) {
	if fromStdin {
		line, err := bufio.NewReader(p.stdin).ReadString('\n')
		if err != nil && line == "" {
			return "", errors.New("there was no password on standard input")
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	terminal, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return "", errors.New("there is no terminal to ask for the password; pipe it in with --password-stdin")
	}
	first, err := p.ask(terminal, "Password: ")
	if err != nil {
		return "", err
	}
	again, err := p.ask(terminal, "The same password again: ")
	if err == nil && first != again {
		err = errors.New("the two passwords are not the same; nothing was changed")
	}
	return first, err
}

func (p *program) ask(terminal *os.File, prompt string) (string, error) {
	fmt.Fprint(p.stderr, prompt)
	fd := int(terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	type answer struct {
		text []byte
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		answered <- answer{text, err}
	}()
	defer fmt.Fprintln(p.stderr)
	select {
	case a := <-answered:
		return string(a.text), a.err
	case <-p.ctx.Done(): // Ctrl+C
		return "", errors.Join(errors.New("nothing was changed"), term.Restore(fd, before))
	}
}

type userListCommand struct{ database }

func (c *userListCommand) Run(p *program) error {
	return p.withExisting(c.DB, func(s *store.Store) error {
		users, err := s.Users(p.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tROLE\tSUBUSERS")
		for _, u := range users {
			sees := "all"
			if !u.All {
				sees = strings.Trim(fmt.Sprint(u.Subusers), "[]")
			}
			if u.ReadOnly {
				sees += " (read only)"
			}
			if u.Disabled {
				sees = "none (disabled)"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\n", u.Name, u.Role, sees)
		}
		return table.Flush()
	})
}

type webhooksCommand struct {
	database
	public
	secret
}

func (c *webhooksCommand) Run(p *program) error {
	if err := errors.Join(c.public.check(), c.secret.check()); err != nil {
		return configuration(err)
	}
	return p.withStore(c.DB, func(s *store.Store) error {
		token, err := handlers.WebhookToken(p.ctx, s)
		if err != nil {
			return err
		}
		origin := c.public.origin(&net.TCPAddr{Port: defaultPort})
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		if path, err := filepath.Abs(c.DB); err == nil {
			fmt.Fprintf(table, "database\t%s\n\n", path)
		}
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

type exportCommand struct{ database }

func (c *exportCommand) Run(p *program) error {
	return p.withExisting(c.DB, func(s *store.Store) error {
		out := bufio.NewWriter(p.stdout)
		if err := s.Audit(p.ctx, store.Exported, "everything"); err != nil {
			p.log.Warn("the export is not in the audit log", "error", err) // a full disk must not stand in its way
		}
		return errors.Join(s.Export(p.ctx, out), out.Flush())
	})
}

type versionCommand struct{}

func (versionCommand) Run(p *program) error {
	_, err := fmt.Fprintln(p.stdout, "tagline", version())
	return err
}

// release is the version of a release, set by the linker (see make release).
var release string

// version is the release, or the module's version or the commit it was built from.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value[:min(12, len(setting.Value))]
		}
	}
	return info.Main.Version
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
