package e2e

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// first has every page run a script before its own.
func (b tab) first(script string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		b.t.Fatal(err)
	}
}

// works goes through what the scripts of a page do, one after the other: the keys are listed, and Enter
// sends.
func (d *desk) works(b tab, name string) {
	d.t.Helper()
	b.open(d.url + "/conversations/1")
	b.live()
	b.await("the list of keys", `(document.getElementById("shortcuts").open ||
		document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "?", code: "Slash", bubbles: true, cancelable: true})), document.getElementById("shortcuts").open)`)
	b.click(`#shortcuts [data-close]`)
	text := "sent from " + name
	b.write(text)
	b.see(`.composer-count`, "1 SMS")
	b.write(kb.Enter)
	b.see(`[data-message]`, text)
}

// A browser may name a language that it cannot write itself.
func TestALanguageThatNobodyKnowsIsEnglish(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, languages := range map[string][2]string{
		"C":           {`"C"`, `["C"]`},
		"C.UTF-8":     {`"C.UTF-8"`, `["C.UTF-8"]`},
		"en_US.UTF-8": {`"en_US.UTF-8"`, `["en_US.UTF-8"]`},
		"empty":       {`""`, `[""]`},
		"no list":     {`"C"`, `undefined`},
		"nothing":     {`undefined`, `[]`},
		"null":        {`null`, `null`},
		"a symbol":    {`"@"`, `["@", "x", "-"]`},
	} {
		b := newTab(t)
		b.first(fmt.Sprintf(`for (const [name, value] of [["language", %s], ["languages", %s]]) Object.defineProperty(navigator, name, {get: () => value})`, languages[0], languages[1]))
		b.signIn(d.url, "anna")
		d.works(b, name)
		if clock := b.text(`#thread .message time`); !regexp.MustCompile(`^\d{1,2}:\d\d\s[AP]M$`).MatchString(clock) {
			t.Errorf("%s: the time is %q", name, clock)
		}
		if day := b.text(`#thread .day time`); day != "Today" {
			t.Errorf("%s: the day is %q", name, day)
		}
	}
	b := newTab(t)
	b.first(`for (const [name, value] of [["language", "C"], ["languages", ["C", "de_DE.UTF-8", "de"]]]) Object.defineProperty(navigator, name, {get: () => value})`)
	b.signIn(d.url, "anna")
	d.works(b, "a list that goes on")
	if day := b.text(`#thread .day time`); day != "Heute" {
		t.Errorf("the day is %q, where German is asked for after what nobody knows", day)
	}
}

// A script that throws takes no other with it, and says so once; what browsers may forbid or lack is nothing to throw
// at.
func TestOneScriptsFailureEndsNoOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const throws = `{ throw new DOMException("not here", "SecurityError"); }`
	for name, test := range map[string]struct {
		script string
		fail   []string // the scripts that say so
	}{
		"no relative times":    {`Intl.RelativeTimeFormat = class { constructor() ` + throws + ` }`, []string{"time"}},
		"no observers":         {`window.ResizeObserver = window.IntersectionObserver = class { constructor() ` + throws + ` }`, []string{"reading", "scroll"}},
		"no countries":         {`Intl.DisplayNames = undefined`, nil},
		"no storage":           {`for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, {get() ` + throws + `})`, nil},
		"storage that is full": {`Storage.prototype.setItem = () => ` + throws, nil},
		"storage that is null": {`for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, {value: null})`, nil},
		"no notifications":     {`delete window.Notification; delete window.PushManager`, nil},
		"undefined ones":       {`window.Notification = window.PushManager = undefined`, nil},
		"no service worker":    {`Object.defineProperty(navigator, "serviceWorker", {get: () => undefined})`, nil},
		"a forbidden one":      {`Object.defineProperty(navigator, "serviceWorker", {get() ` + throws + `})`, []string{"browser", "notify"}},
		"no sound":             {`delete window.AudioContext`, nil},
		"forbidden sound":      {`window.AudioContext = class { constructor() ` + throws + ` }`, nil},
		"no locks":             {`Object.defineProperty(navigator, "locks", {get: () => undefined})`, nil},
		"forbidden locks":      {`LockManager.prototype.request = LockManager.prototype.query = async () => ` + throws, nil},
	} {
		b := newTab(t)
		said := make(chan string, 100)
		b.refused.Store(complaints, said)
		b.first(test.script)
		b.signIn(d.url, "anna")
		d.works(b, name)
		names := map[string]bool{}
		for len(names) < len(test.fail) || len(said) > 0 {
			select {
			case words := <-said:
				names[strings.Fields(words)[0]] = true
			case <-b.ctx.Done():
				t.Fatalf("%s: the console names %v, want %q", name, names, test.fail)
			}
		}
		if got := slices.Sorted(maps.Keys(names)); !slices.Equal(got, test.fail) {
			t.Errorf("%s: the console names %q, want %q", name, got, test.fail)
		}
	}
}
