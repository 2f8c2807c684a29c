package static

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// entries are the files from which those in dist are put together (see the Makefile).
var entries = map[string]bool{
	"css/page.css": true, "js/page.js": true, "js/live.js": true,
	"js/preferences.js": true, "js/emoji.js": true, "js/worker.js": true,
}

var imports = regexp.MustCompile(`(?m)^(?:import .* from|@import) "\./([^"]+)";$`)

// sources are the scripts and style sheets as they are written, by their names in this folder.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"css/*.css", "js/*.js"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = string(content)
		}
	}
	return all
}

func TestEveryStyleSheetAndScriptIsLoaded(t *testing.T) {
	all, loaded := sources(t), map[string]bool{}
	var load func(name string)
	load = func(name string) {
		if loaded[name] {
			return
		}
		loaded[name] = true
		for _, match := range imports.FindAllStringSubmatch(all[name], -1) {
			load(filepath.Join(filepath.Dir(name), match[1]))
		}
	}
	for name := range entries {
		load(name)
		if _, ok := files.byName["dist/"+filepath.Base(name)]; !ok {
			t.Errorf("dist has nothing of %s", name)
		}
	}
	for name := range all {
		if !loaded[name] {
			t.Errorf("%s is loaded by no page", name)
		}
	}
	for name := range files.byName {
		if base, ok := strings.CutPrefix(name, "dist/"); ok && !entries["css/"+base] && !entries["js/"+base] {
			t.Errorf("%s is of no file that there is", name)
		}
	}
}

// A script that throws when it is imported would silence all scripts of the page. esbuild drops imports without
// effects, so a program of nothing but imports must come out empty.
func TestImportingTheScriptsOfAPageDoesNothing(t *testing.T) {
	var program strings.Builder
	for _, match := range imports.FindAllStringSubmatch(sources(t)["js/page.js"], -1) {
		program.WriteString(`import "./` + match[1] + "\";\n")
	}
	bundle := exec.Command("go", "tool", "esbuild", "--bundle", "--format=esm", "--log-level=warning")
	bundle.Dir, bundle.Stdin = "js", strings.NewReader(program.String())
	left, err := bundle.CombinedOutput()
	if err != nil || program.Len() == 0 {
		t.Fatalf("%v: %s", err, left)
	}
	if len(left) > 0 {
		t.Errorf("these run when they are imported:\n%s", left)
	}
}

// What one script uses of another it imports.
func TestNoScriptPutsAnythingOnTheWindow(t *testing.T) {
	puts := regexp.MustCompile(`(window|globalThis)(\.\w+|\[[^\]]+\])\s*=[^=]|assign\((window|globalThis|self)\b`)
	for name, content := range sources(t) {
		if found := puts.FindString(content); found != "" {
			t.Errorf("%s: %s", name, found)
		}
	}
}
