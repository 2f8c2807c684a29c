package e2e

import (
	"regexp"
	"slices"
	"testing"
)

var numerals = regexp.MustCompile(`[0-9]+`)

// links are the pages of ours that this one leads to.
const links = `[...new Set([...document.querySelectorAll("a[href]")].map(e => new URL(e.href)).filter(u => u.origin === location.origin && !u.pathname.startsWith("/static/")).map(u => u.pathname + u.search))]`

// Every page of every kind, as the browser comes to it from the first, keeps within its own policy. Actions are in all
// the other tests with a browser, whose console tells of violations as well.
func TestNoPageAsksForWhatItsPolicyForbids(t *testing.T) {
	t.Parallel()
	server := demoServer(t)
	b := newTab(t)
	b.alarmed()
	b.signIn(server.url, "anna")
	waiting, seen := []string{"/inbox", "/settings/connect", "/settings/keys", "/settings/names", "/settings/privacy", "/settings/people", "/settings/audit", "/settings/account", "/settings/preferences", "/settings/webhooks", "/tags", "/search?q=the", "/nowhere"}, map[string]bool{}
	b.refused.Store(server.url+"/nowhere", true)
	b.refused.Store(server.url+"/favicon.ico", true) // what is not a page of ours, like a webhook's body, names no icon
	for ; len(waiting) > 0 && len(seen) < 60; waiting = waiting[1:] {
		kind := numerals.ReplaceAllString(waiting[0], "0")
		if seen[kind] {
			continue
		}
		seen[kind] = true
		b.open(server.url + waiting[0])
		b.unharmed(waiting[0])
		waiting = append(waiting, eval[[]string](b, links)...)
	}
	for _, path := range []string{"/inbox?view=failed", "/settings/people/1"} {
		if !slices.ContainsFunc(waiting, func(p string) bool { return p == path }) && !seen[numerals.ReplaceAllString(path, "0")] {
			t.Errorf("%s was not found", path)
		}
	}
	b.open(server.url + "/login")
	b.unharmed("the page to sign in")
}
