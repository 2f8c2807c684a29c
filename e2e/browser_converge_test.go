package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// shown is the page without what is one reader's own or only passing: where the new messages began, how long ago things
// were, what a panel that is renewed when it opens can filter by, and what scripts note on elements.
const shown = `(() => {
	const copy = document.getElementById("app").cloneNode(true);
	for (const e of copy.querySelectorAll("#new-messages, #arrivals, #newer, #unread-jump, #announce, #filter-choices, [data-select-all], .shares, input[name=once], input[name=page], input[name=draft]")) e.remove();
	for (const e of copy.querySelectorAll("time")) { e.textContent = ""; e.removeAttribute("title"); }
	const passing = ["data-change", "data-first-unread", "data-joined", "data-htmx-powered", "tabindex", "hidden", "inert", "hx-morph-skip-children"];
	for (const e of [copy, ...copy.querySelectorAll("*")]) for (const name of passing) e.removeAttribute(name);
	for (const e of copy.querySelectorAll("*")) { // in one order
		const all = [...e.attributes].map((a) => [a.name, a.value]).sort();
		for (const [name] of all) e.removeAttribute(name);
		for (const [name, value] of all) e.setAttribute(name, value);
	}
	return copy.outerHTML.replace(/\s+/g, " ").replaceAll("> <", "><").replaceAll(' class=""', "");
})()`

// wantFresh waits until the page is what a tab that opens the same address now shows.
func (b tab) wantFresh(what string) {
	b.t.Helper()
	fresh := b.another()
	fresh.open(eval[string](b, `location.href`))
	fresh.live()
	fresh.await("the thread to be read", `(document.getElementById("thread-header")?.dataset.unread ?? "0") === "0"`)
	var is, want string
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); {
		if is, want = eval[string](b, shown), eval[string](fresh, shown); is == want {
			if !strings.Contains(is, "data-sort=") {
				b.t.Errorf("%s: there is nothing on the page", what)
			}
			return
		}
		b.do(chromedp.Sleep(50 * time.Millisecond))
	}
	at := 0
	for at < min(len(is), len(want)) && is[at] == want[at] {
		at++
	}
	from := max(0, at-200)
	b.t.Fatalf("%s: the page is not that of a fresh tab. It shows\n…%s…\na fresh one\n…%s…", what, is[from:min(len(is), at+200)], want[from:min(len(want), at+200)])
}

// another is a second tab of the same browser.
func (b tab) another() tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	second := tab{t: b.t, ctx: ctx, refused: b.refused}
	second.size(1440, 900)
	return second
}

// happen has a bit of everything happen to the conversations of a list of three or more.
func (l list) happen(what string) {
	l.t.Helper()
	l.receive(1, what+" one")
	l.receive(3, what+" three")
	l.receive(77, what+" from somebody new")
	now := time.Now().UnixMilli()
	post(l.t, l.urls["sent"], fmt.Appendf(nil, `{"phone_number":"+15551001","text":"Answer to %s","timestamp":%d}`, what, now))
	post(l.t, l.urls["failed"], fmt.Appendf(nil, `{"phone_number":"+15551001","text":"Answer to %s","timestamp":%d}`, what, now))
	post(l.t, l.urls["tag"], fmt.Appendf(nil, `{"phone_number":"+15551001","tag":"Hot %s","name":"Contact 1"}`, what))
	piet := signedIn(l.t, l.server.url, "piet")
	for path, form := range map[string]url.Values{"2/assign": {"assignee": {"2"}}, "2/notes": {"text": {"A note on " + what}}, "1/done": nil} {
		resp, err := piet.PostForm(l.server.url+"/conversations/"+path, form)
		if err != nil {
			l.t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode >= 400 {
			l.t.Fatalf("%s was answered %d", path, resp.StatusCode)
		}
	}
}

// openFirst opens the conversation at the top and takes the pointer away.
func (l list) openFirst() {
	l.t.Helper()
	l.click(row(1))
	l.await("the thread", `!!document.getElementById("thread-header")`)
	l.point(`#thread-pane`)
	l.await("it to be read", `document.getElementById("thread-header").dataset.unread === "0"`)
	l.live()
}

func (b tab) lifecycle(state page.SetWebLifecycleStateState) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state}); err != nil {
		b.t.Fatal(err)
	}
}

func TestAFrozenPageCatchesUp(t *testing.T) {
	t.Parallel()
	l := newList(t, 3)
	l.refused.Store(cuts, true)
	l.openFirst()
	l.lifecycle(page.SetWebLifecycleStateStateFrozen)
	l.happen("sleep")
	l.lifecycle(page.SetWebLifecycleStateStateActive)
	l.wantFresh("after it was frozen")
}

// A laptop that slept has connections that are dead on the other side, and does not know.
func TestAConnectionThatDiedInSilenceIsReplacedWhenSomebodyComesBack(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	l.openFirst()
	l.wire.silence()
	l.happen("silence")
	eval[any](l.tab, `{ const now = Date.now; Date.now = () => now() + 10_000; } window.dispatchEvent(new Event("focus")); 0`)
	l.wantFresh("after a silence")
}

func TestAConnectionThatDiedInSilenceIsReplacedAlsoIfNobodyComes(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	l.wire.silence()
	l.happen("silence")
	eval[any](l.tab, `{ const now = Date.now; Date.now = () => now() + 61_000; } 0`)
	l.wantFresh("after a minute of silence")
}

// wired is a list on a server that is reached over a wire and can be restarted.
type wired struct {
	list
	wire *wire
	args []string // of the server
}

// newWired is newList with three conversations over a wire.
func newWired(t *testing.T) wired {
	t.Helper()
	db := databaseWithTeam(t, "anna --role admin", "piet --role admin")
	address := freeAddr(t)
	w := wired{wire: newWire(t, address)}
	w.args = []string{"--db", db, "--addr", address, "--url", w.wire.url()}
	w.list = list{tab: newTab(t), urls: webhooks(t, db, "http://"+address), sent: &atomic.Int64{}}
	w.sent.Store(time.Now().UnixMilli())
	w.refused.Store(cuts, true)
	return w.start()
}

// start returns w with a server that runs.
func (w wired) start() wired {
	w.t.Helper()
	first := w.server == nil
	w.server = serve(w.t, w.args...)
	w.server.url = "http://" + w.wire.to
	if first {
		for i := 3; i > 0; i-- {
			w.receive(i, fmt.Sprintf("Message of %d", i))
		}
		w.signIn(w.wire.url(), "anna")
		w.live()
	}
	return w
}

func TestWithoutANetworkThePageSaysSoAndThenCatchesUp(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	l.openFirst()
	l.network(false)
	l.wire.setCut(true)
	l.await("the page to say so", `document.getElementById("connection").dataset.state === "offline"`)
	l.happen("darkness")
	l.wire.setCut(false)
	began := time.Now()
	l.network(true)
	l.live()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it came back after %v", took)
	}
	l.wantFresh("with the network back")

	// A network that goes and comes without a cut leaves no false word behind.
	l.network(false)
	l.await("the page to say so", `document.getElementById("connection").dataset.state === "offline"`)
	l.network(true)
	l.live()
}

func (b tab) network(on bool) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1})
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestTheConnectionsStateIsSilentAboutShortCuts(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	eval[any](l.tab, `window.states = []; new MutationObserver(() => states.push(document.documentElement.dataset.connection)).observe(document.documentElement, {attributeFilter: ["data-connection"]}); 0`)
	l.wire.setCut(true)
	l.wire.setCut(false)
	eval[any](l.tab, `window.dispatchEvent(new Event("focus")); 0`)
	l.happen("blink")
	l.wantFresh("after a blink")
	for _, state := range eval[[]string](l.tab, `states`) {
		if state != "live" {
			t.Errorf("it said %s", state)
		}
	}
}

func TestARestartedServerFindsThePageAgain(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	l.openFirst()
	l.server.stop()
	l.await("the page to say so", `document.getElementById("connection").dataset.state === "reconnecting"`)
	l = l.start()
	l.happen("restart")
	l.live()
	l.wantFresh("after a restart")
}

func TestGoingBackToAPageShowsItAsItIsNow(t *testing.T) {
	t.Parallel()
	l := newList(t, 3)
	l.openFirst()
	l.open(l.server.url + "/settings/preferences")
	l.happen("elsewhere")
	eval[any](l.tab, `setTimeout(() => history.back()); 0`)
	l.await("the page", `!!document.getElementById("thread-header")`)
	l.live()
	l.wantFresh("after going back")

	// Some browsers keep the page meanwhile, in which htmx has closed the socket for good.
	const event = `window.dispatchEvent(new PageTransitionEvent(%q, {persisted: true})); 0`
	eval[any](l.tab, fmt.Sprintf(event, "pagehide"))
	l.happen("kept")
	eval[any](l.tab, fmt.Sprintf(event, "pageshow"))
	l.wantFresh("from the back-forward cache")
}

func TestTwoPeopleInTwoTabsEachSeeTheSame(t *testing.T) {
	t.Parallel()
	l := newList(t, 4)
	l.openFirst()
	second := l.another()
	second.open(l.server.url + "/inbox?view=unanswered")
	second.live()
	piet := newTab(t)
	piet.signIn(l.server.url, "piet")
	piet.click(row(2))
	piet.await("the thread", `!!document.getElementById("thread-header")`)
	piet.live()
	piet.fill(`[data-note-form] textarea`, "Mine")
	piet.click(`[data-note-form] button`)
	piet.see(`#thread`, "Mine")
	l.happen("two people")
	l.fill(`[data-note-form] textarea`, "Yours")
	l.click(`[data-note-form] button`)
	l.see(`#thread`, "Yours")
	l.point(`#thread-pane`)
	l.wantFresh("anna's first tab")
	second.wantFresh("anna's second tab")
	piet.point(`#thread-pane`)
	piet.wantFresh("piet's tab")
}

// A page that cannot catch up any more loads its panes anew, as often as it takes.
func TestAPageThatIsTooFarBehindLoadsItsPanesAnew(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	l.wire.setCut(true)
	for i := range 1100 {
		post(t, l.urls["received"], fmt.Appendf(nil, `{"phone_number":"+1555%04d","text":"Storm %d"}`, 1000+i%3, i))
	}
	l.happen("storm")
	l.wire.setCut(false)
	eval[any](l.tab, `window.dispatchEvent(new Event("focus")); 0`)
	l.wantFresh("after a storm")
}
