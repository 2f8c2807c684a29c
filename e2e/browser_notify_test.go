package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// stubs note in the storage of the browser, which all tabs share, what would sound and what would be shown. Sounds need
// a click first, as in a browser.
const stubs = `
	const note = (key, what) => localStorage.setItem(key, JSON.stringify([...JSON.parse(localStorage.getItem(key) ?? "[]"), what]));
	const ramp = () => {};
	window.AudioContext = class {
		state = "suspended"; currentTime = 0; destination = {};
		async resume() { if (navigator.userActivation.hasBeenActive) this.state = "running"; }
		createOscillator() { return { frequency: {}, connect: (x) => x, stop: ramp, start: (at) => at === 0 && note("sounds", location.pathname) }; }
		createGain() { return { gain: { setValueAtTime: ramp, linearRampToValueAtTime: ramp, exponentialRampToValueAtTime: ramp }, connect: (x) => x }; }
	};
	ServiceWorkerRegistration.prototype.showNotification = async (title, options) => note("shown", { title, ...options });
	ServiceWorkerRegistration.prototype.getNotifications = async () => [];`

func (b tab) stub() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: stubs}); err != nil {
		b.t.Fatal(err)
	}
}

// permit decides whether the browser shows notifications.
func (b tab) permit(setting browser.PermissionSetting, origin string) {
	b.t.Helper()
	_, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: setting, Origin: origin, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
	if err != nil {
		b.t.Fatal(err)
	}
}

const (
	sounds = `JSON.parse(localStorage.getItem("sounds") ?? "[]").length`
	shows  = `JSON.parse(localStorage.getItem("shown") ?? "[]")`
	settle = `window.settled = false; navigator.locks.request("told sound", () => navigator.locks.request("told desktop", () => (window.settled = true))); 0`
)

// notifying is a list whose reader wants to be told in every way.
func newNotifying(t *testing.T) list {
	t.Helper()
	l := newListIn(t, newDesktopTab(t), 3)
	l.stub()
	l.permit(browser.PermissionSettingGranted, l.server.url)
	client := signedIn(t, l.server.url, "anna")
	resp, err := client.PostForm(l.server.url+"/notifications", url.Values{"sound": {"on"}, "desktop": {"on"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return l
}

// ready opens a page and clicks in it.
func (l list) ready(b tab, path string) {
	l.t.Helper()
	b.open(l.server.url + path)
	b.live()
	b.await("the service worker", `navigator.serviceWorker.ready.then(() => true)`)
	b.clickWith(`#thread-pane`)
}

// settled waits until the tab has told all that it was to tell.
func (b tab) settled() {
	b.t.Helper()
	eval[any](b, settle)
	b.await("the tab to have told", `window.settled`)
}

func TestMessagesAreToldOnceInAllTabs(t *testing.T) {
	t.Parallel()
	l := newNotifying(t)
	second := l.another()
	second.stub()
	l.ready(l.tab, "/inbox")
	l.ready(second, "/inbox?view=unread")
	for i := range 3 {
		l.receive(i+1, fmt.Sprintf("Burst %d", i))
	}
	for _, b := range []tab{l.tab, second} {
		b.see(`#conversations`, "Burst 2")
		b.await("all that arrived", shows+`.length === 3`)
		b.settled()
	}
	if n := eval[int](l.tab, sounds); n != 1 {
		t.Errorf("a burst made %d sounds in two tabs", n)
	}
	if n := eval[int](l.tab, shows+`.length`); n != 3 {
		t.Errorf("three messages made %d notifications", n)
	}
	var first struct{ Title, Body, Tag string }
	if err := json.Unmarshal([]byte(eval[string](l.tab, `JSON.stringify(`+shows+`[0])`)), &first); err != nil || first.Title != "Contact 1" || first.Body != "New message" {
		t.Errorf("the first says %+v, %v", first, err)
	}

	// A click on one opens its thread.
	address := eval[string](l.tab, shows+`[0].data.url`)
	eval[any](l.tab, `navigator.serviceWorker.dispatchEvent(new MessageEvent("message", {data: {open: `+quoted(address)+`}})); 0`)
	l.await("the thread", `location.pathname === `+quoted(address)+` && document.getElementById("thread-title")?.innerText.includes("Contact 1")`)
}

func TestTheThreadInFrontOfSomebodyStaysQuiet(t *testing.T) {
	t.Parallel()
	l := newNotifying(t)
	l.ready(l.tab, "/inbox")
	l.openFirst()
	l.receive(1, "Seen as it comes")
	l.see(`#thread`, "Seen as it comes")
	l.receive(2, "Somewhere else")
	l.await("what is told", shows+`.length > 0`)
	l.settled()
	if titles := eval[string](l.tab, shows+`.map(n => n.title).join()`); titles != "Contact 2" {
		t.Errorf("told of %s", titles)
	}
}

func TestOnlyMessagesOfChosenViewsAreTold(t *testing.T) {
	t.Parallel()
	l := newNotifying(t)
	client := signedIn(t, l.server.url, "anna")
	for path, form := range map[string]url.Values{"/inbox?subuser=6": {"name": {"Six"}}} {
		resp, err := client.PostForm(l.server.url+path, form)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	l.open(l.server.url + "/settings/preferences")
	l.live()
	l.click(`.segment:has(input[name=about][value=some])`)
	l.click(`.notify-views .pick`)
	l.click(`.segment:has(input[name=text][value=on])`)
	l.click(`.notifications .button.primary`)
	l.await("it to be saved", `location.search === "?saved"`)
	l.ready(l.tab, "/inbox")
	l.receive(1, "Not of six")
	post(t, l.urls["received"], []byte(`{"phone_number":"+15559999","text":"Of six","subuser_id":6}`))
	l.await("what is told", shows+`.length > 0`)
	l.settled()
	if words := eval[string](l.tab, shows+`.map(n => n.body).join()`); words != "Of six" {
		t.Errorf("told %q", words)
	}
}

func TestPreferencesSayWhatTheBrowserAllows(t *testing.T) {
	t.Parallel()
	l := newNotifying(t)
	l.permit(browser.PermissionSettingDenied, l.server.url)
	l.open(l.server.url + "/settings/preferences")
	l.see(`#browser`, "was told to show no notifications")
	l.see(`#browser`, "cannot tell you of messages while Tagline is closed")
	l.permit(browser.PermissionSettingGranted, l.server.url)
	l.open(l.server.url + "/settings/preferences")
	l.see(`#browser`, "Notifications are allowed here")
	l.click(`[data-sound-test]`)
	l.await("the sound", sounds+` === 1`)
}

func TestTheServiceWorkerKeepsStaticFilesAlone(t *testing.T) {
	t.Parallel()
	l := newNotifying(t)
	l.ready(l.tab, "/inbox")
	l.await("the worker to be active", `navigator.serviceWorker.ready.then((there) => there.active.state === "activated")`)
	l.open(l.server.url + "/inbox") // from now on it rules, whether it claimed the first page or not
	l.await("files to be kept", `(async () => (window.kept = (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat()).length > 5)()`)
	for _, path := range eval[[]string](l.tab, `window.kept`) {
		if len(path) < 8 || path[:8] != "/static/" {
			t.Errorf("it keeps %s", path)
		}
	}
}
