package cli

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

const environmentPrefix = "TAGLINE_"

// environment is the variable in which a flag can be set.
func environment(flag string) string {
	return environmentPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment reads a flag that is not on the command line from its variable. Editors leave marks around values
// there, too.
func fromEnvironment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		value := strings.Trim(getenv(environment(flag.Name)), byteOrderMark+"\r\n")
		if value == "" || onlyTyped(flag) {
			return nil, nil
		}
		return value, nil
	})
}

// onlyTyped tells of flags that ask something instead of setting it.
func onlyTyped(flag *kong.Flag) bool { return flag.Name == "help" || flag.Name == "version" }

// unknownVariables are the names of those in the environment that look like ours and set no flag of any command.
func unknownVariables(environ []string) []string {
	var all commands
	parser, err := kong.New(&all)
	if err != nil {
		return nil // nothing was parsed with it either
	}
	known := map[string]bool{}
	_ = kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && !onlyTyped(flag) {
			known[environment(flag.Name)] = true
		}
		return next(nil)
	})
	var unknown []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(strings.ToUpper(name), environmentPrefix) && !known[name] {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}
