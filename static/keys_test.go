package static

import (
	"io/fs"
	"regexp"
	"testing"
)

// Whoever listens to keys past keyboard.js takes keys that belong to input methods.
func TestEveryScriptListensToKeysThroughOnKey(t *testing.T) {
	listens := regexp.MustCompile(`(addEventListener\(\s*["']key|onkey(down|up|press)\s*=|isComposing|event\.key\b)`)
	alone := map[string]bool{"js/keyboard.js": true, "js/focus.js": true} // that notes what was used last
	names, err := fs.Glob(embedded, "js/*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d scripts, %v", len(names), err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		if found := listens.Find(content); found != nil && !alone[name] {
			t.Errorf("%s reads keys by itself: %s", name, found)
		}
	}
}
