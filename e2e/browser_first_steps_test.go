package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
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

// cuts among the refused has the console say that there is no connection; complaints, which is a chan string, that a script
// does not work.
const (
	cuts       = "cuts"
	complaints = "complaints"
)

// One browser serves all tests: starting one takes as long as some of them. Most tests take the shell where it is
// installed, which draws the same pages without a window around them and costs a fifth of the CPU. It shows no
// notifications: their tests take the whole browser.
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
			if _, expected := b.refused.Load(cuts); expected && (strings.HasPrefix(message.Text, "WebSocket connection to") || strings.HasPrefix(message.Text, "htmx: htmx:ws:error") || strings.Contains(message.Text, "net::ERR_")) {
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
	b.do(chromedp.Click(chromedp.CSS(selector)))
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

// signIn signs in: with a session that staffed has made, or on the sign-in page.
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

func TestFromTheSetUpLinkToALiveThread(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "tagline.db")
	server := serve(t, "--db", db, "--webhook-secret", "s3cret-for-tests")
	b := newTab(t)

	b.open(server.stdout.await(t, `(http\S+/setup/\S+)`))
	b.fill(`input[name=username]`, "Anna")
	b.fill(`input[name=password]`, password)
	b.fill(`input[name=password_again]`, password)
	b.submit(`input[name=password]`)
	b.await("the Connect TextLink page", `location.pathname === "/settings/connect"`)
	b.live()

	// The ticks turn green as each webhook arrives, without a reload.
	urls := webhooks(t, db, server.url)
	for _, kind := range []string{"received", "sent", "failed", "tag"} {
		b.await("no tick for "+kind, fmt.Sprintf(`document.querySelector("[data-hook=%s]").dataset.arrived === "false"`, kind))
		if status, answer := post(t, urls[kind], payload(t, kind)); status != http.StatusOK {
			t.Fatalf("%s was answered %d: %s", kind, status, answer)
		}
		b.await("the tick for "+kind, fmt.Sprintf(`document.querySelector("[data-hook=%s]").dataset.arrived === "true"`, kind))
	}

	b.open(server.url + "/inbox")
	b.live()
	b.see(`[data-conversation]`, "Mira Novak")
	b.see(`[data-conversation]`, "Failed")
	b.see(`[data-conversation]`, "Warm")
	b.click(`[data-conversation]`)
	b.see(`[data-message][data-state=received]`, "Is the flat on Pine Street still free?")
	b.see(`[data-message][data-state=failed]`, "It is. Would tomorrow at 11 suit you?")
	b.see(`[data-tag-change]`, "Warm")
	if tags := b.text(`#contact`); !strings.Contains(tags, "Cold") || !strings.Contains(tags, "Warm") {
		t.Errorf("the tag timeline says %q", tags)
	}
	b.live()

	// Opening it was reading it; the divider stays where the new messages began.
	b.await("the thread to be read", `document.getElementById("thread-header").dataset.unread === "0" && !document.querySelector("#conversations .count")`)
	if b.count(`#new-messages`) != 1 {
		t.Error("the divider above the new messages is gone")
	}

	// A new message, a failure and a tag change come by themselves into the open thread.
	body := func(text string, more string) []byte {
		return []byte(fmt.Sprintf(`{"secret":"s3cret-for-tests","phone_number":"+381690156360","text":%q%s}`, text, more))
	}
	post(t, urls["received"], body("At eleven, yes!", ""))
	b.see(`[data-message][data-state=received]`, "At eleven, yes!")
	post(t, urls["sent"], body("See you there.", fmt.Sprintf(`,"timestamp":%d`, time.Now().UnixMilli())))
	b.see(`[data-message][data-state=sent]`, "See you there.")
	post(t, urls["failed"], body("See you there.", ""))
	b.see(`[data-message][data-state=failed]`, "See you there.")
	post(t, urls["tag"], []byte(`{"phone_number":"+381690156360","tag":"Hot","name":"Mira Novak"}`))
	b.see(`[data-tag-change]`, "Hot")
	b.see(`#contact`, "Hot")
	b.see(`[data-conversation]`, "Hot")

	// A wrong secret is refused and changes nothing.
	wrong := strings.Replace(string(body("Let me in", "")), "s3cret", "wrong", 1)
	if status, _ := post(t, server.url+"/webhooks/received", []byte(wrong)); status != http.StatusUnauthorized {
		t.Errorf("a wrong secret was answered %d", status)
	}
	if status, _ := post(t, urls["received"], []byte(wrong)); status != http.StatusUnauthorized {
		t.Errorf("a wrong secret at the right address was answered %d", status)
	}
	for _, m := range exported(t, db)["message"] {
		if m["text"] == "Let me in" {
			t.Error("a message with a wrong secret was stored")
		}
	}

	// Filters by subuser and tag narrow the list, and what does not fit does not appear.
	post(t, urls["received"], []byte(`{"secret":"s3cret-for-tests","phone_number":"+381690156361","text":"Hi six","tag":"Cold","subuser_id":6}`))
	for query, want := range map[string]int{"": 2, "?subuser=6": 1, "?subuser=main": 1, "?tag=Hot": 1, "?tag=Hot&tag=Cold": 2, "?tag=Hot&subuser=6": 0, "?view=failed": 1, "?view=done": 0} {
		b.open(server.url + "/inbox" + query)
		if got := b.count(`[data-conversation]`); got != want {
			t.Errorf("/inbox%s shows %d conversations, want %d", query, got, want)
		}
	}
	b.open(server.url + "/inbox?subuser=6")
	b.live()
	post(t, urls["received"], body("Not for six", ""))
	post(t, urls["received"], []byte(`{"secret":"s3cret-for-tests","phone_number":"+381690156361","text":"For six","subuser_id":6}`))
	b.see(`[data-conversation]`, "For six")
	if got := b.count(`[data-conversation]`); got != 1 {
		t.Errorf("%d conversations in a list of one subuser", got)
	}
}

func TestAnAgentSeesOnlyWhatWasGranted(t *testing.T) {
	t.Parallel()
	db := staffed(t, "piet --role agent --subuser 6")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"for the main account"}`))
	post(t, urls["received"], []byte(`{"phone_number":"+15550101","text":"for subuser six","subuser_id":6}`))
	b := newTab(t)
	b.signIn(server.url, "piet")
	b.live()
	if got := b.count(`[data-conversation]`); got != 1 {
		t.Errorf("%d conversations, want 1", got)
	}
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"again for the main account"}`))
	post(t, urls["received"], []byte(`{"phone_number":"+15550101","text":"again for subuser six","subuser_id":6}`))
	b.see(`[data-conversation]`, "again for subuser six")
	if body := b.text("body"); strings.Contains(body, "main account") {
		t.Errorf("the page shows\n%s", body)
	}
	client := signedIn(t, server.url, "piet")
	for _, m := range exported(t, db)["conversation"] {
		resp, err := client.Get(fmt.Sprintf("%s/conversations/%.0f", server.url, m["id"]))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		want := http.StatusNotFound
		if m["subuser_id"] == 6.0 {
			want = http.StatusOK
		}
		if resp.StatusCode != want {
			t.Errorf("the conversation of %v was answered %d, want %d", m["subuser_id"], resp.StatusCode, want)
		}
	}
}

// signedIn returns a client without a browser.
func signedIn(t testing.TB, url, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	resp, err := client.PostForm(url+"/login", neturl.Values{"username": {name}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.Request.URL.Path != "/inbox" {
		t.Fatalf("signing in led to %s", resp.Request.URL.Path)
	}
	return client
}

func TestLongThreadsAndListsLoadInPages(t *testing.T) {
	t.Parallel()
	db := staffed(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	for i := range 120 {
		post(t, urls["sent"], []byte(fmt.Sprintf(`{"phone_number":"+15550100","text":"Message %d of many","timestamp":%d}`, i, 1748463114559+i*3600_000)))
		post(t, urls["sent"], []byte(fmt.Sprintf(`{"phone_number":"+1555%04d","text":"Hello","timestamp":%d}`, 1000+i, 1748463000000-i*60_000)))
	}
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	if got := b.count(`[data-conversation]`); got != 50 {
		t.Errorf("the first page has %d conversations", got)
	}
	b.click(`#more a`) // what comes near loads by itself too
	b.await("the second page", `document.querySelectorAll("[data-conversation]").length >= 100`)
	eval[any](b, `document.querySelector(".list-scroll").scrollTop = 1e6`)
	b.await("the last page", `document.querySelectorAll("[data-conversation]").length === 121 && !document.querySelector("#more a")`)

	b.click(`[data-conversation]`)
	b.see(`[data-message]`, "Message 119 of many")
	b.live()
	if got := b.count(`[data-message]`); got != 50 {
		t.Errorf("the thread opens with %d messages", got)
	}
	b.click(`#older`)
	b.await("the page before", `document.querySelectorAll("[data-message]").length === 100`)
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"Enough!"}`))
	b.see(`[data-message]`, "Enough!")
	if got := b.count(`[data-message]`); got != 101 {
		t.Errorf("after a live message the thread has %d messages, want 101", got)
	}
	b.click(`#older`)
	b.await("the beginning", `document.querySelectorAll("[data-message]").length === 121 && !document.querySelector("#older")`)
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"Really enough!"}`))
	b.see(`[data-message]`, "Really enough!")
	if got := b.count(`[data-message]`); got != 122 {
		t.Errorf("with all loaded the thread has %d messages, want 122", got)
	}
	if order := eval[bool](b, `(ids => ids.every((id, i) => !i || ids[i-1] < id))([...document.querySelectorAll("[data-message]")].map(e => Number(e.dataset.message)))`); !order {
		t.Error("the messages are out of order")
	}
}
