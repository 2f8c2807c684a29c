package static

import (
	"io/fs"
	"slices"
	"testing"
)

// What is in no bundle is loaded by itself, before or after them (views/layout.templ).
func TestEveryStyleSheetAndScriptIsInABundle(t *testing.T) {
	alone := []string{"js/preferences.js", "js/live.js", "js/row-swap.js", "js/hold-list.js", "js/emoji.js"}
	for pattern, name := range map[string]string{"css/*.css": "page.css", "js/*.js": "page.js"} {
		files, err := fs.Glob(embedded, pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if !slices.Contains(bundles[name], file) && !slices.Contains(alone, file) {
				t.Errorf("%s is loaded by no page", file)
			}
		}
	}
}
