package cli

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// flagTable is the manual's table of the server's flags, made from the flags.
func flagTable(t *testing.T) string {
	t.Helper()
	var all commands
	parser, err := kong.New(&all, kong.Name("tagline"))
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
		fmt.Fprintf(&table, "| `--%s` | `%s` | %s | %s |\n", f.Name, environment(f.Name), preset,
			inHelp.ReplaceAllString(f.Help, "."))
	}
	return table.String()
}

var tableInManual = regexp.MustCompile(`(?s)\| flag \| environment \|.*?\n\n`)

// configurationPage is the page of the manual with the table.
const configurationPage = "../docs/configuration.md"

// TestTheManualListsEveryFlag compares the table with the flags. With TAGLINE_WRITE_DOCS set, as make docs does, it
// writes the table.
func TestTheManualListsEveryFlag(t *testing.T) {
	page, err := os.ReadFile(configurationPage)
	if err != nil {
		t.Fatal(err)
	}
	want := flagTable(t) + "\n"
	if os.Getenv("TAGLINE_WRITE_DOCS") != "" {
		if err := os.WriteFile(configurationPage, tableInManual.ReplaceAllLiteral(page, []byte(want)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := tableInManual.Find(page); string(got) != want {
		t.Errorf("the table of flags in %s is\n%s\nand should be what “make docs” writes:\n%s", configurationPage, got, want)
	}
}
