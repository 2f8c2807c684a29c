package e2e

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js
var axe string

func TestAxeIsAsPublished(t *testing.T) {
	readme, err := os.ReadFile("e2e/testdata/axe/README.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(axe))
	if !strings.Contains(string(readme), hex.EncodeToString(sum[:])) {
		t.Errorf("axe.min.js has SHA-256 %x, testdata/axe/README.md says another", sum)
	}
}

// What of axe is run: all that WCAG 2.2 AA asks for and the best practices; of these what colours change.
const (
	allRules    = `runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
	colourRules = `runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

// violations returns what axe finds wrong with the page as it is, a line each.
func (b tab) violations(options string) []string {
	b.t.Helper()
	b.await("requests to be answered", `!document.querySelector(".htmx-request")`) // until then their buttons are pale
	b.await("colours to have settled", `document.getAnimations().every((a) => !(a instanceof CSSTransition))`)
	if !eval[bool](b, `typeof window.axe === "object"`) {
		eval[any](b, axe+";0") // the page's policy lets no script in, the protocol does
	}
	eval[any](b, `window.found = null; axe.run(document, {resultTypes: ["violations"], `+options+`}).then(r => window.found = r.violations.flatMap(
		v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " "))), e => window.found = [String(e)]); 0`)
	b.await("axe", `window.found !== null`)
	return eval[[]string](b, `window.found`)
}

// accessible fails where axe finds anything, in light and in dark colours, but for the rules to skip.
func (b tab) accessible(what string, skip ...string) {
	b.t.Helper()
	b.scheme("light")
	rules := allRules + ", rules: {"
	for _, rule := range skip {
		rules += fmt.Sprintf("%q: {enabled: false},", rule)
	}
	for _, v := range b.violations(rules + "}") {
		b.t.Errorf("%s: %s", what, v)
	}
	b.scheme("dark")
	for _, v := range b.violations(colourRules) {
		b.t.Errorf("%s in the dark: %s", what, v)
	}
	b.scheme("light")
}

// screen is a page, or a state of it, that somebody can see.
type screen struct {
	name    string
	path    string
	enter   func(b tab) // brings the page into the state; nil where it is in it
	only    string      // "desktop" or "phone", "" is both
	skip    string      // rules that are plainly wrong there
	refused bool        // the server says no
}

// screens are all pages of a person who is signed in, on the demo's past. A new page is one more line.
var screens = []screen{
	{name: "inbox", path: "/inbox"},
	{name: "unread", path: "/inbox?view=unread"},
	{name: "unanswered", path: "/inbox?view=unanswered"},
	{name: "failed, filtered", path: "/inbox?view=failed&subuser=6&tag=Warm"},
	{name: "empty view", path: "/inbox?view=done&tag=None%20such"},
	{name: "thread", path: "/inbox?subuser=6", enter: openHeroine},
	{name: "contact sheet", path: "/inbox?subuser=6", only: "phone", enter: func(b tab) {
		openHeroine(b)
		b.click(`.thread-contact`)
		b.await("the sheet", `document.getElementById("app").dataset.open === "contact"`)
	}},
	{name: "views sheet", path: "/inbox", only: "phone", enter: openViews},
	// What an open menu covers a part of is no target before the menu is closed.
	{name: "menu", path: "/inbox", skip: "target-size", enter: func(b tab) {
		if eval[bool](b, `innerWidth < 760`) {
			openViews(b)
		}
		b.click(`.nav-person`)
		b.await("the menu", `document.querySelector("details[data-menu]").open`)
	}},
	{name: "keys dialog", path: "/inbox?subuser=6", only: "desktop", enter: func(b tab) {
		openHeroine(b)
		b.press("?")
		b.await("the dialog", `document.getElementById("shortcuts").open`)
	}},
	{name: "compact", path: "/inbox", enter: func(b tab) { eval[any](b, `document.documentElement.dataset.density = "compact"`) }},
	{name: "mine", path: "/inbox?view=mine"},
	{name: "failed", path: "/inbox?view=failed"},
	// Likewise what the panel's foot covers a part of, before it is scrolled.
	{name: "filter panel", path: "/inbox?subuser=6&tag=Warm&sort=oldest", skip: "target-size", enter: func(b tab) {
		b.click(`.filter-button`)
		b.await("the panel", `document.querySelector(".filter-menu").open`)
	}},
	{name: "results", path: "/search?q=the"},
	{name: "no results", path: "/search?q=zyxomma"},
	{name: "selection", path: "/inbox", only: "desktop", enter: func(b tab) {
		b.click(`#conversations > :nth-child(2) .row-pick`)
		b.await("the bar", `document.querySelector(".bulk").checkVisibility()`)
	}},
	{name: "note and message menu", path: "/inbox?subuser=6", skip: "target-size", enter: func(b tab) {
		openHeroine(b)
		b.fill(`#thread-pane textarea`, "Prefers afternoons.")
		b.click(`#thread-pane .note-form button`)
		b.see(`.note`, "Prefers afternoons.")
		eval[any](b, `document.querySelector(".bubble-menu").open = true`)
	}},
	{name: "names", path: "/settings/names"},
	{name: "opt-out", path: "/settings/opt-out?saved"},
	{name: "insights", path: "/insights"},
	{name: "download", path: "/download?view=done"},
	{name: "privacy", path: "/settings/privacy"},
	{name: "targets", path: "/settings/targets"},
	{name: "target", path: "/settings/targets", enter: func(b tab) {
		b.fill(`[name="name"]`, "Zapier")
		b.fill(`[name="url"]`, "https://localhost.invalid/hook")
		b.click(`.preferences .button.primary`)
		b.see(`#target-now`, "Nothing waits")
		b.click(`[action$="/test"] .button`)
		b.see(`.made`, "It did not take the sample")
		b.see(`#attempts`, "Sample")
	}},
	{name: "connect", path: "/settings/connect"},
	{name: "webhook keys", path: "/settings/keys"},
	{name: "webhooks", path: "/settings/webhooks", enter: func(b tab) {
		b.click(`[data-delivery] summary`)
		b.see(`[data-delivery] .body`, "phone_number")
	}},
	{name: "tags", path: "/tags"},
	{name: "preferences", path: "/settings/preferences?saved"},
	{name: "not found", path: "/nowhere", refused: true},
}

func openHeroine(b tab) {
	eval[any](b, heroine)
	b.await("the thread", `!!document.getElementById("thread-header")`)
}

func openViews(b tab) {
	b.click(`.list-menu`)
	b.await("the sheet", `document.getElementById("app").dataset.open === "nav"`)
}

func TestNoScreenHasAccessibilityFaults(t *testing.T) {
	t.Parallel()
	if raceDetector {
		t.Skip("it is slow under the race detector and shows nothing about races; it also runs without")
	}
	for _, device := range []struct {
		name          string
		width, height int64
	}{{"desktop", 1440, 900}, {"phone", 390, 844}} {
		for some := range slices.Chunk(screensOn(device.name), screensOfATab) {
			t.Run(device.name+" from "+some[0].name, func(t *testing.T) {
				t.Parallel()
				server := demoServer(t)
				b := newTab(t)
				b.size(device.width, device.height)
				if some[0].path == "/login" {
					b.examine(server, some[0], device.name)
					some = some[1:]
				}
				b.signIn(server.url, "anna")
				for _, s := range some {
					b.examine(server, s, device.name)
				}
			})
		}
	}
}

// screensOfATab is how many screens axe looks at within the time of one tab.
const screensOfATab = 8

// screensOn are the screens of a device, sign-in first.
func screensOn(device string) []screen {
	return append([]screen{{name: "sign-in", path: "/login"}}, slices.DeleteFunc(slices.Clone(screens), func(s screen) bool {
		return s.only != "" && s.only != device
	})...)
}

// examine opens the screen and has axe look at it.
func (b tab) examine(server *server, s screen, device string) {
	b.t.Helper()
	if s.refused {
		b.refused.Store(server.url+s.path, true)
	}
	b.open(server.url + s.path)
	if s.enter != nil {
		b.live()
		s.enter(b)
	}
	b.accessible(s.name, strings.Fields(s.skip)...)
	if dir := os.Getenv("TAGLINE_SCREENS"); dir != "" {
		b.shoot(filepath.Join(dir, device+" "+s.name+".png"))
	}
}

func TestTheFirstPagesHaveNoAccessibilityFaults(t *testing.T) {
	t.Parallel()
	if raceDetector {
		t.Skip("it is slow under the race detector and shows nothing about races; it also runs without")
	}
	server := serve(t, "--db", filepath.Join(t.TempDir(), "tagline.db"))
	b := newTab(t)
	b.open(server.url + "/login")
	b.accessible("sign-in where there is nobody")
	setUp := server.stdout.await(t, `(http\S+/setup/\S+)`)
	b.open(setUp)
	b.refused.Store(setUp, true)
	b.accessible("set-up")
	b.fill(`input[name=username]`, "Anna")
	b.fill(`input[name=password]`, password)
	b.fill(`input[name=password_again]`, "another one")
	b.submit(`input[name=password]`)
	b.see(`.error`, "not the same")
	b.accessible("set-up that came back")
	b.fill(`input[name=password]`, password)
	b.fill(`input[name=password_again]`, password)
	b.submit(`input[name=password]`)
	b.await("the Connect TextLink page", `location.pathname === "/settings/connect"`)
	b.accessible("connect before anything arrived")
	b.open(server.url + "/inbox")
	b.accessible("inbox before anything arrived")
	b.open(server.url + "/settings/webhooks")
	b.accessible("webhooks before anything arrived")
}

// A window of 1440 by 900 at 200 % has half the room.
func TestEveryScreenFitsAtTwiceTheSize(t *testing.T) {
	t.Parallel()
	server := demoServer(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.do(chromedp.EmulateViewport(720, 450, chromedp.EmulateScale(2)))
	for _, s := range screens {
		if s.refused || s.only == "phone" {
			continue
		}
		b.open(server.url + s.path)
		if s.enter != nil {
			b.live()
			s.enter(b)
		}
		b.fits(s.name)
		if lost := eval[[]string](b, outOfReach); len(lost) > 0 {
			t.Errorf("%s: out of the window and nothing scrolls there: %v", s.name, lost)
		}
		if dir := os.Getenv("TAGLINE_SCREENS"); dir != "" {
			b.shoot(filepath.Join(dir, "zoomed "+s.name+".png"))
		}
	}
}

// outOfReach lists what can be pressed but not be brought into the window.
const outOfReach = `[...document.querySelectorAll("a, button, input, summary")].filter(e => {
	if (!e.checkVisibility({visibilityProperty: true}) || e.closest(".skip, [inert]")) return false;
	e.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
	const box = e.getBoundingClientRect();
	return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1 && box.height < innerHeight;
}).map(e => e.outerHTML.slice(0, 120))`
