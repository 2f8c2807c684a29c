package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// tab is a browser tab under a test's control.
type tab struct {
	t       testing.TB
	ctx     context.Context
	refused *sync.Map // addresses at which the console may say that the server refused

	keyboard bool // click and fill go by keyboard alone
}

// cuts among the refused has the console say that there is no connection; complaints, which is a chan string, that a
// script does not work.
const (
	cuts       = "cuts"
	complaints = "complaints"
)

// One browser serves all tests: starting one takes as long as some of them. Most tests take the shell where it is
// installed, which draws the same pages without a window around them and costs a fifth of the CPU. It shows no
// notifications: tests of those and of the service worker take the whole browser.
var (
	shell   = sync.OnceValues(func() (context.Context, error) { return startChromium("chromium-headless-shell", "chromium") })
	desktop = sync.OnceValues(func() (context.Context, error) { return startChromium("chromium") })
	started struct {
		mu  sync.Mutex
		end []func()
	}
)

// startChromium starts the first of the programs that is installed.
func startChromium(programs ...string) (context.Context, error) {
	i := slices.IndexFunc(programs, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if i < 0 {
		return nil, errors.New("the browser tests need chromium: run make test, which installs it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(programs[i]), chromedp.NoSandbox, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-quic", true),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	browser, cancelBrowser := chromedp.NewContext(allocator)
	started.mu.Lock()
	defer started.mu.Unlock()
	started.end = append(started.end, cancelBrowser, cancelAllocator)
	return browser, chromedp.Do(browser)
}

// closeChromium ends what was started.
func closeChromium() {
	for _, end := range started.end {
		end()
	}
}

// tabLife ends a tab that hangs. What a page does not come to fails after the much shorter time of await.
const tabLife = 5 * time.Minute

// newTab opens a tab of somebody who was never here before. What its console complains about fails the test.
func newTab(t testing.TB) tab {
	t.Helper()
	return newTabOf(t, shell)
}

// newDesktopTab is newTab in a browser that shows notifications.
func newDesktopTab(t testing.TB) tab {
	t.Helper()
	return newTabOf(t, desktop)
}

func newTabOf(t testing.TB, start func() (context.Context, error)) tab {
	t.Helper()
	all, err := start()
	if err != nil {
		t.Fatal(err)
	}
	browser, cancelBrowser := chromedp.NewContext(all, chromedp.WithNewBrowserContext())
	ctx, cancelDeadline := context.WithTimeout(browser, tabLife)
	b := tab{t: t, ctx: ctx, refused: &sync.Map{}}
	console := chromedp.Console(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for message, err := range console {
			if err != nil {
				return
			}
			_, expected := b.refused.Load(cuts)
			if _, ended := over.Load(t); (expected || ended) && isCut(message.Text) {
				continue
			}
			if _, expected := b.refused.Load(message.URL); expected && strings.HasPrefix(message.Text, "Failed to load resource") {
				continue
			}
			if all, expected := b.refused.Load(complaints); expected && strings.Contains(message.Text, "does not work in this browser") {
				all.(chan string) <- message.Text
				continue
			}
			if message.IsException() || message.Type == "error" || message.Type == "warning" {
				t.Errorf("the browser's console: %s (%s)", message.Text, message.URL)
			}
		}
	}()
	t.Cleanup(func() {
		cancelDeadline()
		cancelBrowser()
		<-watched
	})
	b.size(1440, 900)
	return b
}

// isCut tells whether the console says that there is no connection.
func isCut(text string) bool {
	return strings.HasPrefix(text, "WebSocket connection to") || strings.HasPrefix(text, "htmx: htmx:ws:error") ||
		strings.Contains(text, "net::ERR_")
}

func (b tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval returns the value of a JavaScript expression.
func eval[T any](b tab, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

func (b tab) size(width, height int64) {
	b.t.Helper()
	if width < 760 {
		b.do(chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulateTouch))
	} else {
		b.do(chromedp.EmulateViewport(width, height))
	}
}

// scheme makes the system's colours light or dark.
func (b tab) scheme(name string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b tab) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

func (b tab) click(selector string) {
	b.t.Helper()
	if b.keyboard {
		b.operate(selector)
		return
	}
	for {
		err := chromedp.Do(b.ctx, chromedp.Click(chromedp.CSS(selector)))
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "Could not find node") { // else a live frame replaced it before it was clicked
			b.t.Fatal(err)
		}
	}
}

func (b tab) fill(selector, text string) {
	b.t.Helper()
	if b.keyboard {
		b.reach(selector)
		b.press(text)
		return
	}
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

func (b tab) submit(selector string) {
	b.t.Helper()
	b.do(chromedp.Submit(chromedp.CSS(selector)))
}

// await waits until the JavaScript condition holds, on this page or the one that follows.
func (b tab) await(what, condition string) {
	b.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	var err error
	for time.Now().Before(deadline) && b.ctx.Err() == nil {
		if _, err = chromedp.Run(b.ctx, chromedp.Poll[chromedp.Void](condition, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(time.Until(deadline)))); err == nil {
			return
		}
	}
	b.t.Fatalf("waited for %s: %v\nthe page says:\n%s", what, err, eval[string](b, `location.href + "\n" + document.body.innerText`))
}

// quoted writes a Go string as a JavaScript one.
func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// see waits until an element shows the text.
func (b tab) see(selector, text string) {
	b.t.Helper()
	b.await(fmt.Sprintf("%q in %s", text, selector),
		fmt.Sprintf(`[...document.querySelectorAll(%s)].some(e => e.innerText.includes(%s))`, quoted(selector), quoted(text)))
}

func (b tab) count(selector string) int {
	b.t.Helper()
	return eval[int](b, fmt.Sprintf(`document.querySelectorAll(%s).length`, quoted(selector)))
}

func (b tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector(%s).innerText`, quoted(selector)))
}

// live waits until the page's socket is up.
func (b tab) live() {
	b.t.Helper()
	b.await("the page to be live", `document.documentElement.dataset.connection === "live"`)
}

// shoot writes a screenshot of the window.
func (b tab) shoot(file string) {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// fits fails if the page is wider than its window.
func (b tab) fits(what string) {
	b.t.Helper()
	if eval[bool](b, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		b.t.Errorf("%s is wider than the window", what)
	}
}

const password = "correct horse battery"

// signIn signs in: with a session that databaseWithTeam has made, or on the sign-in page.
func (b tab) signIn(url, name string) {
	b.t.Helper()
	if id, ok := nextSession(url, name); ok {
		if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "tagline", Value: id, URL: url}); err != nil {
			b.t.Fatal(err)
		}
		if b.open(url + "/inbox"); eval[string](b, `location.pathname`) == "/inbox" {
			return
		}
	}
	b.open(url + "/login")
	b.fill(`input[name=username]`, name)
	b.fill(`input[name=password]`, password)
	b.submit(`input[name=password]`)
	b.await("the inbox", `location.pathname === "/inbox" && !!document.getElementById("app")`)
}
