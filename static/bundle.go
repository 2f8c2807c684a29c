package static

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
)

// bundles are served as one file each, because many small ones weigh twice as much on the way: each is asked for by
// itself and compressed by itself.
var bundles = map[string][]string{
	// In the order of the cascade: tokens first, then what stands on every page, then one per noun.
	"page.css": {
		"css/tokens.css", "css/base.css", "css/layout.css", "css/nav.css", "css/list.css", "css/search.css", "css/select.css", "css/thread.css",
		"css/note.css", "css/composer.css", "css/emoji.css", "css/canned.css", "css/snooze.css", "css/opt_out.css",
		"css/tag_request.css", "css/download.css", "css/insights.css", "css/failures.css", "css/contact.css", "css/pages.css", "css/deliveries.css", "css/tags.css",
		"css/filter.css", "css/names.css", "css/preferences.css", "css/notifications.css", "css/people.css", "css/shortcuts.css", "css/toast.css",
		"css/narrow.css",
	},
	// The scripts of every page; they find by themselves what is theirs to do.
	"page.js": {
		"js/language.js", "js/keyboard.js", "js/time.js", "js/copy.js", "js/panes.js", "js/scroll.js", "js/reading.js", "js/keys.js", "js/focus.js", "js/title.js", "js/announce.js", "js/search.js",
		"js/select.js", "js/jump.js", "js/note.js", "js/canned.js", "js/composer.js", "js/segments.js", "js/failures.js", "js/toast.js", "js/next-row.js",
		"js/number.js", "js/more.js", "js/filter.js", "js/arrivals.js", "js/sound.js", "js/notify.js", "js/browser.js", "js/draft.js", "js/upgrade.js",
	},
}

// guard has a script run by itself: when it throws, the others run all the same. What they use of one another they put
// on window.
const guard = `try {
(() => {
%s
})();
} catch (problem) {
  console.error("%s does not work in this browser:", problem);
}
`

// bundle puts the files one after the other.
func bundle(folder fs.FS, names []string) ([]byte, error) {
	var all bytes.Buffer
	for _, name := range names {
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		if path.Ext(name) == ".js" {
			content = fmt.Appendf(nil, guard, content, name)
		}
		all.Write(content)
		all.WriteByte('\n')
	}
	return all.Bytes(), nil
}
