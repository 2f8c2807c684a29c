package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// flagTable is the README's table of the server's flags, made from the flags.
func flagTable(t *testing.T) string {
	t.Helper()
	var commands cli
	parser, err := kong.New(&commands, kong.Name("tagline"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(parser.Model.Children, func(n *kong.Node) bool { return n.Name == "serve" })
	var table strings.Builder
	table.WriteString("| flag | environment | default | what it is |\n|---|---|---|---|\n")
	inHelp := regexp.MustCompile(` \([^()]*\)\.$`) // the default, where the table says it in a column of its own
	for _, f := range parser.Model.Children[i].Flags {
		preset := "none"
		if f.Default != "" {
			preset = "`" + f.Default + "`"
		}
		fmt.Fprintf(&table, "| `--%s` | `%s` | %s | %s |\n", f.Name, environment(f.Name), preset, inHelp.ReplaceAllString(f.Help, "."))
	}
	return table.String()
}

var tableInReadme = regexp.MustCompile(`(?s)\| flag \| environment \|.*?\n\n`)

// make readme writes the table; TAGLINE_README is where to.
func TestTheReadmeListsEveryFlag(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := flagTable(t) + "\n"
	if file := os.Getenv("TAGLINE_README"); file != "" {
		if err := os.WriteFile(file, tableInReadme.ReplaceAllLiteral(readme, []byte(want)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := tableInReadme.Find(readme); string(got) != want {
		t.Errorf("The README's table of flags is\n%s\nand should be what “make readme” writes:\n%s", got, want)
	}
}
