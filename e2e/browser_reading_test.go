package e2e

import (
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// flooded is a program in which Mira wrote so many messages that anna has not read, a minute apart: "Message 0 of many"
// and so on.
func flooded(t *testing.T, messages int) (server *server, urls map[string]string, db string) {
	t.Helper()
	db = databaseWithTeam(t, "anna --role admin")
	server = serve(t, "--db", db)
	urls = webhooks(t, db, server.url)
	const connections = 8
	var posts sync.WaitGroup
	for from := range connections {
		posts.Go(func() {
			for n := from; n < messages; n += connections {
				say(t, urls, "received", mira, fmt.Sprintf("Message %d of many", n), n)
			}
		})
	}
	posts.Wait()
	return server, urls, db
}

// bubble is a message as an expression.
func bubble(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("#thread [data-message]")].find(m => m.querySelector(".text").textContent.trim() === %s)`, quoted(text))
}

// inSight is whether a message is wholly to be seen.
func inSight(text string) string {
	return fmt.Sprintf(`(m => { const r = m?.getBoundingClientRect(), t = document.getElementById("thread").getBoundingClientRect();
		return !!r && r.top >= t.top - 1 && r.bottom <= t.bottom + 1; })(%s)`, bubble(text))
}

// scrollTo has a message end so far above the end of what is in sight.
func (b tab) scrollTo(text string) {
	b.t.Helper()
	eval[any](b, fmt.Sprintf(`(m => { const t = document.getElementById("thread"); t.scrollTop += m.getBoundingClientRect().bottom - t.getBoundingClientRect().bottom + 2; })(%s)`, bubble(text)))
}

const unreadHere = `Number(document.getElementById("thread-header").dataset.unread)`

// lastSeen is the number of the last message in sight.
const lastSeen = `(end => Number(/\d+/.exec([...document.querySelectorAll("#thread .message.in")].findLast(m => m.getBoundingClientRect().bottom <= end + 4).querySelector(".text").textContent)[0]))(document.getElementById("thread").getBoundingClientRect().bottom)`

func TestALongUnreadThreadOpensWhereItWasLeft(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1440, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			const all = 666
			server, urls, _ := flooded(t, all)
			b := newTab(t)
			b.size(width, map[int64]int64{1440: 900, 390: 844}[width])
			b.signIn(server.url, "anna")
			b.live()
			b.click(rowOf(mira))
			b.await("the first unread message", inSight("Message 0 of many"))
			b.live()
			b.await("the divider", `document.getElementById("new-messages").nextElementSibling.innerText.includes("Message 0 of")`)

			// What is in sight is read, and nothing else, here and on another page.
			left := func(what string) {
				t.Helper()
				seen := eval[int](b, lastSeen)
				b.await(fmt.Sprintf("%s: %d left", what, all-1-seen), fmt.Sprintf(`%s === %d`, unreadHere, all-1-seen))
			}
			left("at first")
			if n := eval[int](b, unreadHere); n < all-40 {
				t.Errorf("%d of %d are unread after the first screen", n, all)
			}
			b.see(`#newer`, fmt.Sprint(eval[int](b, unreadHere), " new ↓"))
			if eval[string](b, `document.getElementById("nav-views").dataset.unread`) != "1" {
				t.Error("the title says that all is read")
			}
			if dir := os.Getenv("TAGLINE_THREAD_PICTURES"); dir != "" {
				b.shoot(fmt.Sprintf("%s/first-unread-%d.png", dir, width))
			}

			// It goes down as one reads, and the later pages come without a jump.
			b.await("Message 30", `!!`+bubble("Message 30 of many"))
			b.scrollTo("Message 30 of many")
			left("after scrolling")
			for _, n := range []int{70, 120, 170} {
				text := fmt.Sprintf("Message %d of many", n)
				b.await(text, fmt.Sprintf(`(%s) ?? void (document.getElementById("thread").scrollTop += 100)`, bubble(text)))
				b.scrollTo(text)
				at := eval[float64](b, bubble(text)+`.getBoundingClientRect().bottom`)
				b.await("the page after it", fmt.Sprintf(`!!(%s)`, bubble(fmt.Sprintf("Message %d of many", n+5))))
				left("further down")
				if d := eval[float64](b, bubble(text)+`.getBoundingClientRect().bottom`) - at; math.Abs(d) > 1 {
					t.Errorf("the thread moved by %f when later messages came", d)
				}
			}
			if dates := eval[int](b, `document.querySelectorAll("#thread .day").length`); dates > 2 {
				t.Errorf("%d days begin in a few hours", dates)
			}

			// What arrives is not shown behind a gap, but counted, and what changes in sight does so.
			before := eval[int](b, unreadHere)
			say(t, urls, "received", mira, "Just in", 5000)
			b.see(`#newer`, fmt.Sprint(before+1, " new ↓"))
			if eval[bool](b, `!!`+bubble("Just in")) {
				t.Error("a new message stands below a gap")
			}

			// Loaded anew it opens where the reader was.
			seen := eval[int](b, lastSeen)
			b.open(eval[string](b, `location.href`))
			b.live()
			b.await("the next one", inSight(fmt.Sprintf("Message %d of many", seen+1)))

			// The button leads to the end, and then all is read.
			b.click(`#newer`)
			b.await("the end", inSight("Just in")+` && document.getElementById("newer").hidden`)
			b.await("all to be read", unreadHere+` === 0 && document.getElementById("nav-views").dataset.unread === "0"`)
			say(t, urls, "received", mira, "One more", 5001)
			b.await("the next one in sight", inSight("One more"))
			b.await("it to be read", unreadHere+` === 0`)
			b.fits("the thread")
		})
	}
}

func TestWhatFitsTheScreenIsReadAtOnceUnlessNobodySeesIt(t *testing.T) {
	t.Parallel()
	server, urls, _ := flooded(t, 3)
	b := newTab(t)
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.away = sessionStorage.getItem("away") === "yes";
		Object.defineProperty(document, "hidden", {get: () => away, configurable: true});`}); err != nil {
		t.Fatal(err)
	}
	b.signIn(server.url, "anna")
	b.live()

	// A tab in the background reads nothing, until somebody comes to it.
	eval[any](b, `sessionStorage.setItem("away", "yes")`)
	b.open(server.url + "/conversations/1")
	b.live()
	say(t, urls, "received", mira, "Nobody there", 10)
	b.see(`[data-message]`, "Nobody there")
	say(t, urls, "received", dario, "Something else", 11)
	b.see(`#conversations`, "Something else")
	if n := eval[int](b, unreadHere); n != 4 {
		t.Errorf("a tab in the background left %d of 4 unread", n)
	}
	eval[any](b, `window.away = false; document.dispatchEvent(new Event("visibilitychange"))`)
	b.await("all to be read", unreadHere+` === 0`)

	// Opened in sight it is read at once; the last message as well.
	eval[any](b, `sessionStorage.setItem("away", "no")`)
	b.open(server.url + "/inbox")
	b.live()
	say(t, urls, "received", mira, "And again", 12)
	b.see(`#conversations`, "And again")
	b.click(rowOf(mira))
	b.await("it to be read", `!!document.getElementById("thread-header") && `+unreadHere+` === 0`)
}

func TestReadingInOneTabShowsInTheOthers(t *testing.T) {
	t.Parallel()
	server, _, _ := flooded(t, 120)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	other := b.another()
	other.open(server.url + "/inbox")
	other.live()
	b.click(rowOf(mira))
	b.await("the first unread message", inSight("Message 0 of many"))
	for n := 20; n < 120; n += 20 {
		text := fmt.Sprintf("Message %d of many", n)
		b.await(text, fmt.Sprintf(`(%s) ?? void (document.getElementById("thread").scrollTop += 100)`, bubble(text)))
		b.scrollTo(text)
	}
	b.await("the last page", `(document.getElementById("thread").scrollTop = 1e9, !document.getElementById("later")) && `+inSight("Message 119 of many"))
	b.await("all to be read", unreadHere+` === 0`)
	other.await("the other page to say so", `document.getElementById("nav-views").dataset.unread === "0" && !document.querySelector("#conversations .count")`)
	if title := eval[string](other, `document.title`); strings.HasPrefix(title, "(") {
		t.Errorf("the other page is called %q", title)
	}
}

// What was long on its way stands above what was read, and is read where it comes into sight.
func TestAMessageThatComesLateIsReadToo(t *testing.T) {
	t.Parallel()
	server, urls, _ := flooded(t, 5)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	b.click(rowOf(mira))
	b.await("all to be read", `!!document.getElementById("thread-header") && `+unreadHere+` === 0`)
	b.live()
	say(t, urls, "received", mira, "Long on its way", -7)
	b.await("it to be read", inSight("Long on its way")+` && `+unreadHere+` === 0 && document.getElementById("nav-views").dataset.unread === "0"`)
}

// A link into the middle of what is unread does not read what comes before it.
func TestALinkedMessageReadsNothingBeforeIt(t *testing.T) {
	t.Parallel()
	server, _, db := flooded(t, 200)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	id := 0
	for _, m := range exported(t, db)["message"] {
		if m["text"] == "Message 100 of many" {
			id = int(m["id"].(float64))
		}
	}
	b.open(fmt.Sprintf("%s/conversations/1?message=%d", server.url, id))
	b.live()
	b.await("the message", inSight("Message 100 of many"))
	b.await("the page after it", `(document.getElementById("thread").scrollTop += 200, !!`+bubble("Message 160 of many")+`)`)
	if n := eval[int](b, unreadHere); n != 200 {
		t.Errorf("%d of 200 are unread", n)
	}
	b.await("the way up", `!document.getElementById("unread-jump").hidden`)
	b.click(`#unread-jump`)
	b.await("the first unread one", inSight("Message 0 of many"))
	b.await("it to be read", unreadHere+` < 200`)
}

// A message longer than the screen is read at its end.
func TestALongMessageIsReadAtItsEnd(t *testing.T) {
	t.Parallel()
	server, urls := team(t)
	say(t, urls, "received", mira, strings.TrimSpace(strings.Repeat("A line of many.\n", 90)), 0)
	b := newTab(t)
	b.size(390, 844)
	b.signIn(server.url, "anna")
	b.live()
	b.click(rowOf(mira))
	b.await("the thread", `!!document.querySelector("#thread [data-message]")`)
	b.live()
	if eval[bool](b, `!!document.querySelector("#thread details.fold")`) {
		b.click(`#thread details.fold > summary`)
	}
	eval[any](b, `document.getElementById("thread").scrollTop = 1e9`)
	b.await("it to be read", unreadHere+` === 0`)
}

func TestWithoutScriptsSomebodySaysWhatIsRead(t *testing.T) {
	t.Parallel()
	server, _, _ := flooded(t, 60)
	b := newTab(t)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.open(server.url + "/login")
	b.fill(`input[name=username]`, "anna")
	b.fill(`input[name=password]`, password+"\r")
	b.do(chromedp.WaitVisible(chromedp.CSS(`#conversations .count`)))
	b.open(server.url + "/conversations/1")
	b.do(chromedp.WaitVisible(chromedp.CSS(`#new-messages`)))
	b.click(`.read-form button`)
	b.do(chromedp.WaitNotPresent(chromedp.CSS(`.read-form`)))
	b.open(server.url + "/inbox")
	b.do(chromedp.WaitVisible(chromedp.CSS(`#conversations`)), chromedp.WaitNotPresent(chromedp.CSS(`#conversations .count`)))
}
