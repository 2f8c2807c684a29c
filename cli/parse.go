package cli

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// parsed is a command line that was understood.
type parsed struct {
	command  *kong.Context
	answered bool // --help or --version has been printed, and there is nothing to run
}

// given are the names of the flags that somebody has set.
func (p parsed) given() map[string]bool {
	names := map[string]bool{}
	for _, part := range p.command.Path {
		if part.Flag != nil {
			names[part.Flag.Name] = true
		}
	}
	return names
}

// checked is a command that looks through its flags before it runs.
type checked interface{ check() error }

// parse reads the command line and the environment and has the command look through its flags. All that is wrong is
// reported at once: kong stops at the first, so what it stumbles over is left out and the rest is read again.
func parse(args []string, getenv func(string) string, stdout, stderr io.Writer) (parsed, error) {
	var problems []error
	stray := -1 // how many arguments are left where one may be the value of an unknown flag
	for {
		attempt, values, err := parseOnce(args, getenv, stdout, stderr)
		if err == nil || attempt.command == nil || attempt.command.Error == nil {
			return finish(attempt, append(problems, append(values, err)...))
		}
		left := attempt.command.Path[len(attempt.command.Path)-1].Remainder()
		if len(left) == 0 || len(left) > len(args) {
			return finish(attempt, append(problems, append(values, err)...))
		}
		at := len(args) - len(left)
		isFlag := strings.HasPrefix(args[at], "-")
		if isFlag || len(left) != stray {
			problems = append(problems, err)
		}
		if stray = -1; isFlag && !strings.Contains(args[at], "=") {
			stray = len(left) - 1
		}
		args = slices.Delete(slices.Clone(args), at, at+1)
	}
}

// finish adds what the command finds wrong.
func finish(attempt parsed, problems []error) (parsed, error) {
	if attempt.command != nil && !attempt.answered {
		if node := attempt.command.Selected(); node != nil {
			if command, ok := node.Target.Addr().Interface().(checked); ok {
				problems = append(problems, command.check())
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return attempt, configuration(err)
	}
	return attempt, nil
}

// parseOnce also returns what is wrong with values. The command of an error is as far as it was read.
func parseOnce(args []string, getenv func(string) string, stdout,
	stderr io.Writer) (attempt parsed, values []error, err error) {
	var all commands
	mapper := &valueMapper{usual: kong.NewRegistry().RegisterDefaults()}
	parser, err := kong.New(&all,
		kong.Name("tagline"),
		kong.Description("A self-hosted web inbox for teams that text through TextLink.\n\nStart with “tagline demo” to "+
			"look around, or with “tagline” to run your own. Each flag can also be set in the environment: --db as "+
			"TAGLINE_DB, --webhook-secret as TAGLINE_WEBHOOK_SECRET, and so on. The flags of the server are in “tagline "+
			"serve --help”."),
		kong.Vars{"version": "tagline " + version()},
		kong.Resolvers(fromEnvironment(getenv)),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { attempt.answered = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), mapper), kong.NamedMapper("path", mapper),
		kong.KindMapper(reflect.String, mapper), kong.KindMapper(reflect.Int, mapper), kong.KindMapper(reflect.Slice, mapper),
		kong.KindMapper(reflect.Bool, boolMapper{mapper}),
	)
	if err != nil {
		return attempt, nil, err
	}
	attempt.command, err = parser.Parse(args)
	if failed, ok := errors.AsType[*kong.ParseError](err); ok {
		attempt.command = failed.Context
	}
	if attempt.answered {
		err = nil
	}
	return attempt, mapper.problems, err
}

// valueMapper reads values as kong does, and goes on with the default where one cannot be read.
type valueMapper struct {
	usual    *kong.Registry
	problems []error
}

func (m *valueMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	token := ctx.Scan.Peek()
	if text, ok := token.Value.(string); ok && negativeNumber.MatchString(text) { // not a flag
		token = kong.Token{Type: kong.FlagValueToken, Value: text}
		ctx.Scan.Pop()
		ctx.Scan.PushToken(token)
	}
	if !token.IsValue() {
		m.problems = append(m.problems, fmt.Errorf("%s needs a value", ctx.Value.ShortSummary()))
		return m.fallBack(ctx.Value, target)
	}
	return m.decode(ctx, target, token)
}

var negativeNumber = regexp.MustCompile(`^-[0-9]`)

func (m *valueMapper) decode(ctx *kong.DecodeContext, target reflect.Value, token kong.Token) error {
	err := m.reader(ctx.Value, target).Decode(ctx, target)
	if text, ok := token.Value.(string); ok && text == "" && ctx.Value.Tag.Type == "path" {
		err = errors.New("name a file")
	}
	if err == nil {
		return nil
	}
	m.problems = append(m.problems, valueProblem(ctx.Value, token, err))
	return m.fallBack(ctx.Value, target)
}

// reader is how kong reads the value.
func (m *valueMapper) reader(value *kong.Value, target reflect.Value) kong.Mapper {
	return m.usual.ForNamedValue(value.Tag.Type, target)
}

// fallBack sets the default, with which nothing is wrong.
func (m *valueMapper) fallBack(value *kong.Value, target reflect.Value) error {
	if target.SetZero(); !value.HasDefault {
		return nil
	}
	scan := kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: value.Default})
	return m.reader(value, target).Decode(&kong.DecodeContext{Value: value, Scan: scan}, target)
}

// valueProblem says what to write. Values that may be secret are texts, with which nothing can be wrong here.
func valueProblem(value *kong.Value, token kong.Token, err error) error {
	flag := value.ShortSummary()
	switch value.Target.Interface().(type) {
	case time.Duration:
		return fmt.Errorf("%s is %q; write a time with its unit, like 5s, 15m or 24h", flag, fmt.Sprint(token.Value))
	case int:
		return fmt.Errorf("%s is %q; write a whole number", flag, fmt.Sprint(token.Value))
	case bool:
		return fmt.Errorf("%s is %q; write true or false, or the flag alone", flag, fmt.Sprint(token.Value))
	}
	return fmt.Errorf("%s: %w", flag, err)
}

// boolMapper is the same for flags that need no value.
type boolMapper struct{ *valueMapper }

func (m boolMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	return m.decode(ctx, target, ctx.Scan.Peek())
}

// IsBool is how kong knows them.
func (boolMapper) IsBool() bool { return true }
