package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// list is a running server with conversations, and a browser that shows them to anna.
type list struct {
	tab
	server *server
	urls   map[string]string
	sent   *atomic.Int64 // when the last message was, Unix ms; two in the same one would have no order
}

// newList makes n conversations; the first is the newest. Contact i has the number +15550100i.
func newList(t *testing.T, n int) list {
	t.Helper()
	return newListIn(t, newTab(t), n)
}

// newListIn is newList in a tab.
func newListIn(t *testing.T, b tab, n int) list {
	t.Helper()
	db := databaseWithTeam(t, "anna --role admin", "piet --role admin")
	l := list{server: serve(t, "--db", db), tab: b, sent: &atomic.Int64{}}
	l.sent.Store(time.Now().UnixMilli())
	l.urls = webhooks(t, db, l.server.url)
	for i := n; i > 0; i-- {
		l.receive(i, fmt.Sprintf("Message of %d", i))
	}
	l.signIn(l.server.url, "anna")
	l.live()
	return l
}

// receive makes a message of contact i arrive.
func (l list) receive(i int, text string) {
	l.t.Helper()
	if status, answer := post(l.t, l.urls["received"], fmt.Appendf(nil, `{"phone_number":"+1555%04d","text":%q,"name":"Contact %d","timestamp":%d}`, 1000+i, text, i, l.sent.Add(1))); status != http.StatusOK {
		l.t.Fatalf("answered %d: %s", status, answer)
	}
}

const (
	names    = `[...document.querySelectorAll("#conversations a.row .row-name")].map(e => e.innerText.replace("Contact ", "")).join(" ")`
	selected = `[...document.querySelectorAll("#conversations .row-holder:has(:checked) .row-name")].map(e => e.innerText.replace("Contact ", "")).join(" ")`
)

// order is the contacts in the list, from the top.
func (l list) order() string { l.t.Helper(); return eval[string](l.tab, names) }

// wantOrder waits until the list shows these contacts.
func (l list) wantOrder(want string) {
	l.t.Helper()
	l.await("the order "+want+", it is "+l.order(), names+` === `+quoted(want))
}

func (l list) wantSelected(want string) {
	l.t.Helper()
	l.await("the selection "+want+", it was "+eval[string](l.tab, selected)+" of "+l.order(), selected+` === `+quoted(want))
	bar := eval[bool](l.tab, `document.getElementById("bulk").checkVisibility()`)
	if bar != (want != "") {
		l.t.Errorf("with %q selected the bar is shown: %v", want, bar)
	}
	if want != "" {
		l.see(`#bulk .bulk-count`, fmt.Sprintf("%d selected", len(strings.Fields(want))))
	}
}

// middle is the middle of what a selector finds.
func (b tab) middle(selector string) (x, y float64) {
	b.t.Helper()
	at := eval[[]float64](b, `(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelector(`+quoted(selector)+`).getBoundingClientRect())`)
	return at[0], at[1]
}

// point moves the mouse over something.
func (b tab) point(selector string) {
	b.t.Helper()
	x, y := b.middle(selector)
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, x, y))
}

// clickWith clicks while keys are held.
func (b tab) clickWith(selector string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	x, y := b.middle(selector)
	b.do(chromedp.MouseClickXY(x, y, chromedp.ButtonModifiers(modifiers...)))
}

// touch begins, or without a selector ends, a touch.
func (b tab) touch(selector string) {
	b.t.Helper()
	p := input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}}
	if selector != "" {
		x, y := b.middle(selector)
		p = input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: x, Y: y}}}
	}
	if _, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, p); err != nil {
		b.t.Fatal(err)
	}
}

// press presses keys, one after the other.
func (b tab) press(keys string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// row and its checkbox, by place in the list.
func row(n int) string { return fmt.Sprintf(`#conversations > :nth-child(%d) a.row`, n) }
func box(n int) string { return fmt.Sprintf(`#conversations > :nth-child(%d) .row-pick`, n) }

func TestConversationsAreSelectedWithThePointer(t *testing.T) {
	t.Parallel()
	l := newList(t, 8)
	l.size(1440, 1100) // all rows are in sight above the bar
	l.clickWith(box(2))
	l.wantSelected("2")
	l.clickWith(box(5), chromedp.ModifierShift)
	l.wantSelected("2 3 4 5")
	l.clickWith(box(3))
	l.wantSelected("2 4 5")
	l.clickWith(row(7), chromedp.ModifierCtrl)
	l.wantSelected("2 4 5 7")
	l.clickWith(row(8), chromedp.ModifierShift)
	l.wantSelected("2 4 5 7 8")
	l.clickWith(row(4), chromedp.ModifierMeta)
	l.wantSelected("2 5 7 8")

	// News about selected rows leave the selection as it is, and so does opening a row.
	l.receive(5, "News")
	l.see(row(5), "News")
	l.wantSelected("2 5 7 8")
	l.clickWith(row(1))
	l.await("the thread", `location.pathname.startsWith("/conversations/")`)
	l.await("the open row", `document.querySelector("#conversations [aria-current]")?.innerText.includes("Contact 1")`)
	l.wantSelected("2 5 7 8")
	l.click(`[data-select-all]`)
	l.wantSelected("1 2 3 4 5 6 7 8")
	l.click(`#bulk [type=reset]`)
	l.wantSelected("")

	// Another list begins without.
	l.clickWith(box(2))
	l.wantSelected("2")
	l.click(`#nav a[href="/inbox?view=unread"]`)
	l.await("another list", `location.search === "?view=unread"`)
	l.wantSelected("")
}

func TestConversationsAreSelectedWithTheKeyboard(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1440, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) { selectWithTheKeyboard(t, width) })
	}
}

func selectWithTheKeyboard(t *testing.T, width int64) {
	l := newList(t, 6)
	l.size(width, 844)
	eval[any](l.tab, `document.querySelector("#conversations a.row").focus()`)
	l.press("x")
	l.wantSelected("1")
	l.press("J", chromedp.ModifierShift)
	l.press(kb.ArrowDown, chromedp.ModifierShift)
	l.wantSelected("1 2 3")
	l.press("x")
	l.wantSelected("1 2")
	l.press(kb.Escape)
	l.wantSelected("")
	l.press("K", chromedp.ModifierShift)
	l.wantSelected("2 3")
	l.press(kb.Escape)
	eval[any](l.tab, `document.documentElement.dataset.shortcuts = "off"`)
	l.press("x")
	eval[any](l.tab, `delete document.documentElement.dataset.shortcuts`)
	l.wantSelected("")
	l.press(kb.Tab) // the checkbox of the row
	l.press(" ")
	l.wantSelected("2")

	// What is done to many, too.
	l.press("K", chromedp.ModifierShift)
	l.operate(`#bulk button[value=done]`)
	l.wantOrder("3 4 5 6")
	l.operate(`#bulk-said .link-button`)
	l.wantOrder("1 2 3 4 5 6")
}

func TestManyAreDoneAndUndone(t *testing.T) {
	t.Parallel()
	l := newList(t, 6)
	l.clickWith(box(2))
	l.clickWith(box(4), chromedp.ModifierShift)
	l.wantSelected("2 3 4")
	l.click(`#bulk button[value=done]`)
	l.see(`#bulk-said`, "3 done.")
	l.wantOrder("1 5 6")
	l.wantSelected("")
	l.click(`#bulk-said .link-button`)
	l.wantOrder("1 2 3 4 5 6")
	l.await("nothing said", `document.getElementById("bulk-said").innerText === ""`)

	// What stays in the view is brought up to date.
	l.clickWith(box(1))
	l.clickWith(box(6))
	l.click(`#bulk button[value=read]`)
	l.see(`#bulk-said`, "2 marked read.")
	l.await("two to be read", `document.querySelectorAll("#conversations a.row.unread").length === 4`)
	l.clickWith(box(1))
	l.click(`#bulk button[value=read]`)
	l.see(`#bulk-said`, "Nothing to change")
	l.clickWith(box(1))
	eval[any](l.tab, `(s => { s.value = "2"; s.dispatchEvent(new Event("change", { bubbles: true })); })(document.querySelector(".bulk-assignee"))`)
	l.see(`#bulk-said`, "1 assigned to piet.")

	// By keyboard alone.
	eval[any](l.tab, `document.querySelector("#conversations a.row").focus()`)
	l.press("J", chromedp.ModifierShift)
	eval[any](l.tab, `document.querySelector("#bulk button[value=done]").focus()`)
	l.press(kb.Enter)
	l.wantOrder("3 4 5 6")
	l.await("the focus in the list", `document.activeElement.id === "conversation-4"`)
	l.open(l.server.url + "/inbox?view=done")
	l.live()
	l.wantOrder("1 2")
	l.clickWith(box(1))
	l.click(`#bulk button[value=reopen]`)
	l.wantOrder("2")
}

func TestARefusedBulkActionComesBackWithWords(t *testing.T) {
	t.Parallel()
	l := newList(t, 4)
	l.clickWith(box(2))
	l.clickWith(box(3))
	// Browsers complain on the console about an answer that is none. So the server's refusal is fetched here, and given
	// to the page when it asks.
	resp, err := signedIn(t, l.server.url, "anna").PostForm(l.server.url+"/conversations/bulk", url.Values{"action": {"done"}, "conversation": {"9999"}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	eval[any](l.tab, `window.ask = window.fetch; window.fetch = () => new Promise((resolve) => { window.refuse = () => resolve(new Response(`+quoted(string(page))+`, { status: 404 })); }), 0`)
	l.click(`#bulk button[value=done]`)
	l.await("the rows dimmed at once", `document.querySelectorAll(".fading").length === 2`)
	eval[any](l.tab, `window.refuse()`)
	l.see(`#bulk-said .refused`, "Not found.")
	l.wantSelected("2 3")
	if l.count(`.fading`) != 0 {
		t.Error("refused rows stay dimmed")
	}
	l.wantOrder("1 2 3 4")

	eval[any](l.tab, `window.fetch = () => Promise.reject(new TypeError("no network")), 0`)
	l.click(`#bulk button[value=done]`)
	l.see(`#bulk-said .refused`, "Tagline cannot be reached")
	l.wantSelected("2 3")
	eval[any](l.tab, `window.fetch = window.ask, 0`)
	l.click(`#bulk button[value=done]`)
	l.wantOrder("1 4")
}

func TestFingersSelectWithALongPress(t *testing.T) {
	t.Parallel()
	l := newList(t, 6)
	l.size(390, 844)
	l.open(l.server.url + "/inbox")
	l.live()
	l.touch(row(2))
	l.wantSelected("2") // while the finger is down
	l.touch("")
	l.wantSelected("2")
	l.touch(row(4))
	l.touch("")
	l.wantSelected("2 4")
	if path := eval[string](l.tab, `location.pathname`); path != "/inbox" {
		t.Errorf("a tap while selecting led to %s", path)
	}
	l.fits("the list with a selection")
	l.touch(row(2))
	l.touch("")
	l.touch(row(4))
	l.touch("")
	l.wantSelected("")
	l.click(`.select-button`)
	l.touch(row(3))
	l.touch("")
	l.wantSelected("3")
	l.click(`#bulk button[value=done]`)
	l.wantOrder("1 2 4 5 6")
	l.touch(row(3))
	l.touch("")
	l.await("a tap to open the row", `location.pathname.startsWith("/conversations/")`)
}
