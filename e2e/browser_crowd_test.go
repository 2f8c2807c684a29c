package e2e

import (
	"fmt"
	"net/http"
	neturl "net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/gorilla/websocket"

	"tagline/web"
)

// crowd opens as many more pages of the tab's person as may be open at once, without the browser, so that the tab's own
// has to make room.
func (l list) crowd() {
	l.t.Helper()
	jar, err := chromedp.Call(l.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		l.t.Fatal(err)
	}
	header := http.Header{"Origin": {l.server.url}}
	for _, cookie := range jar.Cookies {
		header.Add("Cookie", cookie.Name+"="+cookie.Value)
	}
	address := "ws" + strings.TrimPrefix(l.server.url, "http") + "/live?screen=" + neturl.QueryEscape(`{"page":"/inbox","hidden":true}`)
	for i := range web.SocketsEach {
		conn, _, err := websocket.DefaultDialer.Dial(address, header)
		if err != nil {
			l.t.Fatalf("page %d: %v", i, err)
		}
		l.t.Cleanup(func() { conn.Close() })
	}
}

// paused waits until the tab says that it made room for others.
func (l list) paused() {
	l.t.Helper()
	l.see(`#connection`, fmt.Sprintf("Live updates are paused here: you have more than %d pages open.", web.SocketsEach))
}

// attentive notes in pages that are opened from now on when they try to connect, and lets tests have them look after
// the connection without waiting for the time to do so.
const attentive = `
	window.attempts = 0;
	document.addEventListener("htmx:ws:before:connection", () => window.attempts++);
	const every = window.setInterval;
	window.setInterval = (look, ms) => { if (ms === 5000) window.look = look; return every(look, ms); };`

func TestAPageThatMadeRoomForOthersSaysSoAndComesBackOnlyWithSomebody(t *testing.T) {
	t.Parallel()
	l := newList(t, 3)
	if _, err := chromedp.Call(l.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: attentive}); err != nil {
		t.Fatal(err)
	}
	l.open(l.server.url + "/inbox")
	l.live()
	l.crowd()
	l.paused()
	l.happen("crowd")
	// Neither a network that comes back nor a laptop that wakes is somebody.
	eval[any](l.tab, `for (const what of ["offline", "online"]) window.dispatchEvent(new Event(what)); document.dispatchEvent(new Event("resume")); 0`)
	eval[any](l.tab, `{ const now = Date.now; Date.now = () => now() + 61_000; } window.look(); 0`)
	if n := eval[int](l.tab, `window.attempts`); n != 1 {
		t.Errorf("it tried %d times to connect, want once at first", n)
	}
	l.paused()
	l.click(`[data-resume]`)
	l.live()
	l.wantFresh("after a pause")

	l.crowd()
	l.paused()
	l.happen("second crowd")
	eval[any](l.tab, `window.dispatchEvent(new Event("focus")); 0`)
	l.live()
	l.wantFresh("with somebody back")
}
