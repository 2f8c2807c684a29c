package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus waits until the element that the selector finds has the focus.
func (b tab) focus(what, selector string) {
	b.t.Helper()
	b.await("the focus on "+what, fmt.Sprintf(`document.activeElement?.matches(%s)`, quoted(selector)))
}

// onRow waits until the nth row has the focus, in sight and visibly so.
func (b tab) onRow(n int) {
	b.t.Helper()
	b.await(fmt.Sprintf("the focus on row %d", n), fmt.Sprintf(`(row => row === document.activeElement && row.matches(":focus-visible") && (box =>
		box.top >= 0 && box.bottom <= innerHeight + 1)(row.getBoundingClientRect()))(document.querySelectorAll("#conversations .row")[%d])`, n))
}

// onThread waits until the conversation with somebody is open.
func (b tab) onThread(name string) {
	b.t.Helper()
	b.await("the conversation with "+name, fmt.Sprintf(`document.getElementById("thread-title")?.textContent === %s`, quoted(name)))
}

// keyboardServer runs the program with as many conversations, all read: "Person 0" wrote last. Every fifth has a
// failure.
func keyboardServer(t testing.TB, people int) (*server, map[string]string) {
	t.Helper()
	db := filepath.Join(t.TempDir(), "tagline.db")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	start := time.Now().Add(-time.Hour).UnixMilli()
	for i := range people {
		body := fmt.Sprintf(`{"phone_number":"+1555%04d","text":"Hello %d","name":"Person %d","timestamp":%d}`, 1000+i, i, i, start-int64(i)*60_000)
		if status, _ := post(t, urls["received"], []byte(body)); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		if i%5 == 4 {
			post(t, urls["failed"], []byte(fmt.Sprintf(`{"phone_number":"+1555%04d","text":"Sorry %d","timestamp":%d}`, 1000+i, i, start-int64(i)*60_000+1)))
		}
	}
	if _, err := command(t, password+"\n", "user", "add", "anna", "--db", db, "--role", "admin", "--password-stdin"); err != nil {
		t.Fatal(err)
	}
	return server, urls
}

func TestADayOfWorkByKeyboardAlone(t *testing.T) {
	t.Parallel()
	server, urls := keyboardServer(t, 12)
	b := newTab(t)
	b.open(server.url + "/login")
	b.focus("nothing", "body")
	b.press(kb.Tab + "anna" + kb.Tab + password + kb.Enter)
	b.await("the inbox", `location.pathname === "/inbox" && !!document.getElementById("app")`)
	b.live()

	// The first stop leads past the views.
	b.press(kb.Tab)
	b.focus("the skip link", `.skip-list`)
	b.press(kb.Enter)
	b.press(kb.Tab)
	b.onRow(0)

	// j and k go through the list, Enter opens, Esc leads back.
	b.press("jjk")
	b.onRow(1)
	b.press(kb.Enter)
	b.onThread("Person 1")
	b.focus("the conversation's heading", `#thread-title`)
	b.press("j")
	b.onThread("Person 2")
	b.press("jjjj")
	b.onThread("Person 6")
	b.press("k")
	b.onThread("Person 5")
	b.press(kb.Escape)
	b.await("the list alone", `location.pathname === "/inbox" && !document.getElementById("thread-header")`)
	b.onRow(5)
	b.press("k")
	b.onRow(4)
	b.press("j" + kb.Enter)
	b.onThread("Person 5")

	// e marks as done and opens the next.
	b.press("e")
	b.onThread("Person 6")
	b.await("it to leave the list", `document.querySelectorAll("#conversations .row").length === 11`)
	b.focus("the conversation's heading", `#thread-title`)

	// What arrives is read out, moves rows, and leaves the place alone.
	post(t, urls["received"], []byte(`{"phone_number":"+15551006","text":"Are you there?"}`))
	b.await("the announcement", `document.getElementById("announce").textContent === "New message from Person 6: Are you there?"`)
	b.await("the row on top", `document.querySelector("#conversations .row").getAttribute("aria-current") === "true"`)
	for range 3 {
		post(t, urls["received"], []byte(fmt.Sprintf(`{"phone_number":"+15551006","text":"Hello %d?"}`, time.Now().UnixNano())))
	}
	b.await("the burst", `document.getElementById("announce").textContent === "3 new messages from Person 6"`)
	b.press("j")
	b.onThread("Person 0")

	// g and a letter go elsewhere.
	b.press("gf")
	b.await("the failures", `location.pathname + location.search === "/inbox?view=failed"`)
	b.press("j")
	b.onRow(0)
	b.press("j" + kb.Enter)
	b.onThread("Person 9")
	for key, view := range map[string]string{"u": "unread", "d": "done"} {
		b.press("g" + key)
		b.await(view, fmt.Sprintf(`location.search === "?view=%s" && document.title.includes(document.getElementById("list-title").textContent)`, view))
	}
	b.press("gi")
	b.await("the inbox", `location.pathname + location.search === "/inbox"`)
	b.press("gx")
	if eval[string](b, `location.pathname+location.search`) != "/inbox" {
		t.Error("g and a letter that means nothing went somewhere")
	}

	// ? lists the keys that have something to do here, and nothing else.
	b.press("?")
	b.await("the dialog", `document.getElementById("shortcuts").open`)
	list := b.text(`#shortcuts`)
	for _, word := range []string{"Next", "Previous", "Failed", "Show these keys"} {
		if !strings.Contains(list, word) {
			t.Errorf("%q is missing in\n%s", word, list)
		}
	}
	if strings.Contains(list, "Done, and") {
		t.Errorf("a key is listed that has nothing to do\n%s", list)
	}
	before := eval[string](b, `location.href`)
	b.press("jgf")
	b.press(kb.Escape)
	b.await("the dialog to close", `!document.getElementById("shortcuts").open`)
	if eval[string](b, `location.href`) != before {
		t.Error("keys worked behind the dialog")
	}
	b.press("?")
	b.press(kb.Tab)
	if !eval[bool](b, `document.getElementById("shortcuts").contains(document.activeElement)`) {
		t.Error("the focus left the dialog")
	}
	b.press(kb.Escape)
}

func TestKeysReachThePagesNotLoadedYet(t *testing.T) {
	t.Parallel()
	server, _ := keyboardServer(t, 60)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	b.press(strings.Repeat("j", 50))
	b.onRow(49)
	b.press("j")
	b.await("the next page", `document.querySelectorAll("#conversations .row").length === 60`)
	b.onRow(50)
	b.press(strings.Repeat("j", 20))
	b.onRow(59)
	b.press(kb.Enter)
	b.onThread("Person 59")
}

func TestAPlaceInTheListOutlivesWhatHappens(t *testing.T) {
	t.Parallel()
	server, urls := keyboardServer(t, 12)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	b.press("jjjj")
	b.onRow(3)
	// Nothing moves while a row has the focus; what waits comes in at the pill.
	come := func(text string) {
		t.Helper()
		b.see(`#arrivals`, "1 new")
		b.onRow(3)
		eval[any](b, `document.getElementById("arrivals").click()`)
		b.see(`#conversations > :first-child .row`, text)
	}
	post(t, urls["received"], []byte(`{"phone_number":"+15551010","text":"On top"}`))
	come("On top")
	b.press("kkkkk")
	b.press("jjj")
	b.onRow(3)
	post(t, urls["received"], []byte(`{"phone_number":"+15551003","text":"Me too"}`))
	come("Me too")
	b.press("kkkk")
	b.press("j")
	b.onRow(1)
	b.press("kj")
	b.onRow(1)

	// A row that leaves hands its place on. Person 10 is done on another device.
	client := signedIn(t, server.url, "anna")
	id := eval[string](b, `document.activeElement.dataset.conversation`)
	if resp, err := client.Post(server.url+"/conversations/"+id+"/done", "", nil); err != nil {
		t.Fatal(err)
	} else {
		resp.Body.Close()
	}
	b.await("the row to fade", fmt.Sprintf(`!!document.querySelector(".fading #conversation-%s")`, id))
	eval[any](b, `document.activeElement.blur()`)
	b.await("the row to leave", fmt.Sprintf(`!document.getElementById("conversation-%s")`, id))
	b.press("j")
	b.onRow(1)
}

func TestKeysAreOffWhileTypingAndWhenSwitchedOff(t *testing.T) {
	t.Parallel()
	server, _ := keyboardServer(t, 5)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.open(server.url + "/settings/webhooks")
	b.live()
	b.do(chromedp.Focus(chromedp.CSS(`input[name=number]`)))
	b.press("gf?j")
	if typed := eval[string](b, `document.querySelector("input[name=number]").value`); typed != "gf?j" {
		t.Errorf("%q arrived in the field", typed)
	}
	if eval[bool](b, `document.getElementById("shortcuts").open || location.pathname !== "/settings/webhooks"`) {
		t.Error("typing did something")
	}
	b.press(kb.Escape + "gi")
	b.await("the inbox", `location.pathname === "/inbox"`)

	// The menu leads to the preferences, with pointer or keyboard.
	b.do(chromedp.Focus(chromedp.CSS(`.nav-person`)))
	b.press(kb.Enter)
	b.do(chromedp.Focus(chromedp.CSS(`a[href="/settings/preferences"]`)))
	b.press(kb.Enter)
	b.see(`h1`, "Preferences")
	b.focus("the heading", `h1`)
	b.do(chromedp.Focus(chromedp.CSS(`input[name=shortcuts]:checked`)))
	b.press(kb.ArrowRight)
	b.press(kb.Enter)
	b.see(`.saved`, "Saved")
	b.open(server.url + "/inbox")
	b.live()
	b.press("jgf?")
	b.do(chromedp.KeyEvent("i", chromedp.KeyModifiers(2)))
	if eval[bool](b, `document.getElementById("shortcuts").open || location.search !== "" || document.activeElement !== document.body`) {
		t.Error("keys work although they are switched off")
	}
	// The list of keys is there all the same, and says so.
	b.click(`.nav-person`)
	b.click(`.shortcuts-show`)
	b.see(`#shortcuts`, "switched off")
	b.click(`#shortcuts [data-close]`)
	b.await("the dialog to close", `!document.getElementById("shortcuts").open`)
}

func TestPreferencesTakeEffectAtOnceOnEveryDevice(t *testing.T) {
	t.Parallel()
	server, _ := keyboardServer(t, 5)
	b, other := newTab(t), newTab(t)
	for _, tab := range []tab{b, other} {
		tab.signIn(server.url, "anna")
		tab.live()
	}
	other.press("j" + kb.Enter)
	other.onThread("Person 0")
	b.open(server.url + "/settings/preferences")
	for _, choice := range []string{"theme][value=dark", "time_format][value='24'", "density][value=compact"} {
		b.do(chromedp.Focus(chromedp.CSS(`input[name=` + choice + `]`)))
		b.press(" ")
	}
	b.submit(`.preferences`)
	b.see(`.saved`, "Saved")
	dressed := `(d => d.theme === "dark" && d.timeFormat === "24" && d.density === "compact")(document.documentElement.dataset)`
	b.await("the choice here", dressed)
	other.await("the choice there", dressed)
	clock := other.text(`.message time`)
	if len(clock) != 5 || clock[2] != ':' {
		t.Errorf("the time is written %q", clock)
	}
	if dark := eval[string](other, `getComputedStyle(document.body).colorScheme`); dark != "dark" {
		t.Errorf("the colour scheme is %q", dark)
	}

	// The menu's toggle goes on from there, and is kept.
	other.click(`.nav-person`)
	other.click(`[data-theme-toggle]`)
	b.await("the theme to follow", `document.documentElement.dataset.theme === "auto"`)
	other.see(`[data-theme-name]`, "Auto")
	other.click(`[data-theme-toggle]`)
	other.click(`[data-theme-toggle]`)
	b.await("the theme to follow", `document.documentElement.dataset.theme === "dark"`)

	// The sign-in page keeps the last theme of this machine.
	other.submit(`form[action="/logout"]`)
	other.await("the sign-in page", `location.pathname === "/login" && document.documentElement.dataset.theme === "dark"`)
}

func TestTheTabSaysWhatIsUnread(t *testing.T) {
	t.Parallel()
	server, urls := keyboardServer(t, 3)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	icon := func(name string) string {
		return fmt.Sprintf(`(i => i.getAttribute("href") === i.dataset.%s)(document.getElementById("favicon"))`, name)
	}
	b.await("the calm title", `document.title === "Inbox · Tagline" && `+icon("calm"))
	post(t, urls["received"], []byte(`{"phone_number":"+15551002","text":"Hi"}`))
	b.await("one unread", `document.title === "(1) Inbox · Tagline" && `+icon("unread"))
	post(t, urls["failed"], []byte(`{"phone_number":"+15551000","text":"Lost"}`))
	b.await("a failure", `document.title === "(1) Inbox · Tagline" && `+icon("failed"))
	b.press("j" + kb.Enter)
	b.await("the conversation's title", `document.title === "(1) Person 0 · Tagline"`)
	b.press("j")
	b.await("all read", `document.title === "Person 2 · Tagline"`)
}

func TestAKeyboardWorksOnAPhoneToo(t *testing.T) {
	t.Parallel()
	server, _ := keyboardServer(t, 6)
	b := newTab(t)
	b.size(390, 844)
	b.signIn(server.url, "anna")
	b.live()
	b.press("jjj" + kb.Enter)
	b.onThread("Person 2")
	b.focus("the conversation's heading", `#thread-title`)
	b.press(kb.Tab)
	b.press("j")
	b.onThread("Person 3")

	// Esc closes what is open first, then leads back to the list.
	b.click(`.thread-contact`)
	b.await("the sheet", `document.getElementById("app").dataset.open === "contact"`)
	b.press(kb.Escape)
	b.await("the sheet to close", `!document.getElementById("app").dataset.open && !!document.getElementById("thread-header")`)
	b.press(kb.Escape)
	b.await("the list", `!document.getElementById("thread-header")`)
	b.onRow(3)
	b.press("e")
	b.press("gi")
	b.onRow(3)
	if n := b.count(`#conversations .row`); n != 6 {
		t.Errorf("%d conversations: e did something without an open one", n)
	}
}
