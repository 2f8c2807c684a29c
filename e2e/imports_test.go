package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The rooms of the house and what each may import of ours.
func TestImportsRunOneWay(t *testing.T) {
	allowed := map[string][]string{
		"tagline":               {"cli"},
		"tagline/cli":           {"handlers", "jobs", "store", "store/text", "textlink", "textlink/fake", "web"},
		"tagline/handlers":      {"handlers/live", "jobs", "web", "views", "store", "store/text", "static", "textlink", "textutil"},
		"tagline/handlers/live": {"store", "views", "web"},
		"tagline/jobs":          {"store", "textlink", "web"},
		"tagline/views":         {"store", "store/text", "static", "textutil"},
		"tagline/store":         {"store/sqlite", "store/text", "textutil"},
		"tagline/store/text":    {"textutil"},
		"tagline/textlink":      {"textutil"},
		"tagline/textlink/fake": {"textlink"},
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		for _, imported := range words[1:] {
			room, ours := strings.CutPrefix(imported, "tagline/")
			if ours && !slices.Contains(allowed[words[0]], room) {
				t.Errorf("%s imports %s", words[0], imported)
			}
			driver, sql := strings.HasPrefix(imported, "modernc.org/"), imported == "database/sql"
			if driver && words[0] != "tagline/store/sqlite" || sql && !strings.HasPrefix(words[0], "tagline/store") {
				t.Errorf("%s imports %s: only the store sees SQL, and only its engine the driver", words[0], imported)
			}
		}
	}
}

// Days are those of the reader's zone also where the system knows no zones, or not under the name that browsers use.
func TestTheProgramBringsItsTimeZones(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Fields(string(out)), "time/tzdata") {
		t.Error("time/tzdata is not linked")
	}
}
