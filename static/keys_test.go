package static

import (
	"regexp"
	"testing"
)

// Whoever listens to keys past keyboard.js takes keys that belong to input methods.
func TestEveryScriptListensToKeysThroughOnKey(t *testing.T) {
	listens := regexp.MustCompile(`(addEventListener\(\s*["']key|onkey(down|up|press)\s*=|isComposing|event\.key\b)`)
	alone := map[string]bool{"js/keyboard.js": true, "js/focus.js": true} // that notes what was used last
	for name, content := range sources(t) {
		if found := listens.FindString(content); found != "" && !alone[name] {
			t.Errorf("%s reads keys by itself: %s", name, found)
		}
	}
}
