package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"golang.org/x/term"

	"tagline/handlers"
	"tagline/store"
	"tagline/store/text"
	"tagline/web"
)

type userCommands struct {
	Add  userAddCommand  `cmd:"" help:"Add a person. The password is asked for twice, or read with --password-stdin."`
	List userListCommand `cmd:"" help:"List the people who may sign in."`
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
	c.Name = text.CleanName(c.Name)
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
		problems = append(problems,
			errors.New("an agent without --subuser would see nothing; name at least one, main for the main account, or all"))
	case role == store.Admin && len(c.Subuser) > 0:
		problems = append(problems, errors.New("an admin sees every subuser; leave --subuser out"))
	case role == store.Admin && c.ReadOnly:
		problems = append(problems, errors.New("an admin sets everything; leave --read-only out, or make them an agent"))
	}
	return errors.Join(problems...)
}

func (c *userAddCommand) Run(p *program) error {
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
		hash, err := web.NewPasswords(1).Hash(password)
		if err != nil {
			return err
		}
		user, err := s.CreateUser(p.ctx, store.User{Name: c.Name, Role: store.Role(c.Role), All: c.all, Subusers: c.subusers,
			ReadOnly: c.ReadOnly}, hash)
		if errors.Is(err, store.ErrExists) {
			return fmt.Errorf("there is a person called %q already; choose another name", c.Name)
		}
		if err == nil {
			fmt.Fprintf(p.stdout, "%s can sign in now, with %s.\n", user.Name, c.DB)
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
		if line = strings.TrimRight(strings.TrimPrefix(line, byteOrderMark), "\r\n"); strings.ContainsRune(line, 0) ||
			!utf8.ValidString(line) {
			return "", errors.New("the password on standard input is not UTF-8; pipe it in as UTF-8")
		}
		return line, nil
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
	return p.withStore(c.DB, func(s *store.Store) error {
		users, err := s.Users(p.ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "database  %s\n\n", c.DB)
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
