package e2e

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// team is a server with anna, an admin, and piet, an agent for subuser 6.
func team(t *testing.T) (server *server, urls map[string]string) {
	t.Helper()
	db := databaseWithTeam(t, "anna --role admin", "piet --role agent --subuser 6")
	server = serve(t, "--db", db)
	return server, webhooks(t, db, server.url)
}

// say posts a webhook about a message with subuser 6, minutes after a fixed time.
func say(t *testing.T, urls map[string]string, kind, number, text string, minutes int) {
	t.Helper()
	if status, answer := post(t, urls[kind], fmt.Appendf(nil, `{"phone_number":%q,"text":%q,"subuser_id":6,"timestamp":%d}`, number, text, 1748463114559+minutes*60_000)); status != 200 {
		t.Fatalf("%s was answered %d: %s", kind, status, answer)
	}
}

const (
	mira  = "+14155550134"
	dario = "+14155550135"
)

// rowOf is the row of a number in the list.
func rowOf(number string) string { return fmt.Sprintf(`[data-conversation][title^=%q]`, number) }

func TestColleaguesSeeNotesAndAssigneesAtOnce(t *testing.T) {
	t.Parallel()
	everyWay(t, func(t *testing.T, w way) {
		server, urls := team(t)
		say(t, urls, "received", mira, "Is it free?", 0)
		say(t, urls, "received", dario, "Hello", 1)
		a, p := w.newTab(t), newTab(t)
		a.signIn(server.url, "anna")
		p.signIn(server.url, "piet")
		for _, b := range []tab{a, p} {
			b.click(rowOf(mira))
			b.see(`[data-message]`, "Is it free?")
			b.live()
		}

		// A note appears for both, in the thread and beside it; what is being typed survives what arrives meanwhile.
		a.fill(`.note-input`, "Prefers afternoons.")
		say(t, urls, "received", mira, "Still there?", 2)
		a.see(`[data-message]`, "Still there?")
		if got := eval[string](a, `document.querySelector(".note-input").value`); !strings.Contains(got, "Prefers afternoons.") {
			t.Errorf("after a live message the field holds %q", got)
		}
		a.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		p.see(`[data-note]`, "Prefers afternoons.")
		p.see(`[data-note]`, "anna")
		p.see(`[data-note]`, "Never sent")
		p.see(`#contact .contact-note`, "Prefers afternoons.")
		a.see(`[data-note]`, "Prefers afternoons.")
		a.await("the field to be empty", `document.querySelector(".note-input").value === ""`)
		if p.count(`[data-note] button`) != 0 {
			t.Error("somebody else's note can be deleted")
		}

		// Deleting one's own can be undone.
		a.click(`[data-note] .word-button`)
		p.await("the note to go", `!document.querySelector("[data-note]")`)
		a.see(`#toasts`, "Note deleted.")
		a.click(`#toasts button`)
		p.see(`[data-note]`, "Prefers afternoons.")
		a.see(`[data-note]`, "Prefers afternoons.")

		// What was typed belongs to its conversation.
		a.fill(`.note-input`, "half a thought")
		a.open(server.url + "/inbox")
		a.live()
		a.click(rowOf(dario))
		a.see(`[data-message]`, "Hello")
		if got := eval[string](a, `document.querySelector(".note-input").value`); got != "" {
			t.Errorf("the field of another conversation holds %q", got)
		}
		a.open(server.url + "/inbox")
		a.live()
		a.click(rowOf(mira))
		a.await("what was typed", `document.querySelector(".note-input")?.value === "half a thought"`)
		a.live()

		// It is given to piet, and the row, the head and what stands beside say so.
		a.click(`.assignee > summary`)
		a.await("the menu", `document.querySelector(".assignee").open`)
		a.click(`.assignee button[value="2"]`)
		p.see(`.assignee > summary`, "Me")
		p.await("the row", `!!document.querySelector('#conversations [title="Assigned to me"]')`)
		p.see(`#contact`, "Assigned to")
		a.see(`#toasts`, "Assigned to piet.")
		a.await("the head", `document.querySelector(".assignee > summary").title === "Assigned to piet"`)
		a.click(`#toasts button`)
		p.see(`.assignee > summary`, "nobody's yet")
	})
}

func TestWhatIsMarkedUnreadStaysSo(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1440, 390} {
		server, urls := team(t)
		for n := range 4 {
			say(t, urls, "received", mira, fmt.Sprint("Message ", n), n)
		}
		b := newTab(t)
		b.size(width, 844)
		b.signIn(server.url, "anna")
		b.click(rowOf(mira))
		b.live()
		b.await("the thread to be read", `document.getElementById("thread-header")?.dataset.unread === "0" && document.getElementById("nav-views").dataset.unread === "0"`)

		b.click(`#thread article:nth-of-type(3) .bubble-menu > summary`)
		b.click(`#thread article:nth-of-type(3) .bubble-menu form button`)
		b.see(`#toasts`, "Marked unread from that message on.")
		b.await("two unread", `document.querySelector("#conversations .count")?.textContent.startsWith("2")`)
		say(t, urls, "sent", mira, "Our answer", 9) // a live frame that brings nothing to read
		b.see(`[data-message]`, "Our answer")
		if got := eval[string](b, `document.querySelector("#nav-views").dataset.unread`); got != "1" {
			t.Errorf("at %d the page marked it read again by itself: %s unread", width, got)
		}
		if width > 760 {
			b.do(chromedp.KeyEvent("u")) // it is unread already: it goes back to the list
		} else {
			b.click(`[data-key=u]`)
		}
		b.await("the list", `location.pathname === "/inbox"`)
		b.live()
		b.await("still two unread", `document.querySelector("#conversations .count")?.textContent.startsWith("2")`)
		b.click(rowOf(mira))
		b.await("the divider", `document.querySelector("#new-messages")?.nextElementSibling?.innerText.includes("Message 2")`)
		b.await("to be read again", `document.getElementById("nav-views").dataset.unread === "0"`)
		say(t, urls, "received", mira, "One more", 20)
		b.see(`[data-message]`, "One more")
		b.await("what arrives to be read", `document.getElementById("nav-views").dataset.unread === "0" && document.getElementById("thread-header").dataset.unread === "0"`)
	}
}

func TestFailuresAreDismissedOneByOneAndTogether(t *testing.T) {
	t.Parallel()
	everyWay(t, func(t *testing.T, w way) {
		server, urls := team(t)
		for n := range 3 {
			say(t, urls, "failed", mira, fmt.Sprint("Lost ", n), n)
			say(t, urls, "failed", dario, fmt.Sprint("Gone ", n), n+10)
		}
		a, p := w.newTab(t), newTab(t)
		a.signIn(server.url, "anna")
		p.signIn(server.url, "piet")
		p.live()

		a.click(rowOf(mira))
		a.live()
		a.see(`[data-message]`, "Lost 2")
		a.click(`#thread article:last-of-type .meta form button`)
		a.see(`[data-dismissed] .meta`, "Dismissed")
		a.see(`#toasts`, "1 failure dismissed.")
		a.click(`[data-dismissed] .meta button`)
		a.await("the failure to be open again", `!document.querySelector("[data-dismissed]")`)

		a.open(server.url + "/inbox?view=failed")
		a.live()
		if n := a.count(`.failure-group`); n != 2 {
			t.Errorf("%d groups of failures", n)
		}
		if n := a.count(`.open-failure`); n != 6 {
			t.Errorf("%d open failures", n)
		}
		a.see(`.open-failure`, "Subuser 6")
		// What is ticked stays so when its group changes meanwhile.
		a.click(`.failure-group:first-child .open-failure:nth-child(1) label`)
		a.click(`.failure-group:last-child .open-failure:nth-child(2) label`)
		a.see(`[data-dismiss-selected]`, "Dismiss 2")
		say(t, urls, "failed", dario, "Gone 3", 30)
		a.see(`.open-failure`, "Gone 3")
		a.see(`[data-dismiss-selected]`, "Dismiss 2")
		a.click(`[data-dismiss-selected]`)
		a.await("five left", `document.querySelectorAll(".open-failure").length === 5`)
		a.see(`#toasts`, "2 failures dismissed.")
		a.click(`#toasts button`)
		a.await("seven again", `document.querySelectorAll(".open-failure").length === 7`)
		a.click(`.failure-bar [name=all]`)
		a.await("none left", `document.querySelectorAll(".failure-group").length === 0`)
		a.see(`.empty`, "No failures")
		p.await("no badge for a colleague", `document.getElementById("nav-views").dataset.failed === "0" && !document.querySelector(".badge.failed") && !document.querySelector(".nav-alert")`)
		a.click(`#toasts button`)
		a.await("seven again", `document.querySelectorAll(".open-failure").length === 7`)
		p.await("the badges", `document.querySelectorAll(".badge.failed").length === 2 && !!document.querySelector(".nav-alert")`)
		a.fits("the Failed view")
		a.click(`.failure-group:first-child .failure-text`)
		a.await("the thread at the failure", `location.search.includes("message=") && !!document.querySelector("#thread [data-linked]")`)
	})
}

func TestEarlierMessagesComeWithoutAJump(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1440, 390} {
		server, urls := team(t)
		for n := range 230 {
			kind := "sent"
			if n == 20 || n == 215 {
				kind = "failed"
			}
			say(t, urls, kind, mira, fmt.Sprintf("Message %d of many", n), n*10)
		}
		b := newTab(t)
		b.size(width, 844)
		b.signIn(server.url, "anna")
		b.click(rowOf(mira))
		b.see(`[data-message]`, "Message 229 of many")
		b.live()
		if n := b.count(`[data-message]`); n != 50 {
			t.Errorf("%d messages at first", n)
		}

		// Scrolling up to message 185, near the top, fetches those before it; it stays where it is, also when more
		// arrives below or a message above changes meanwhile.
		eval[any](b, `(() => {
			window.kept = [...document.querySelectorAll("[data-message]")].find(m => m.innerText.includes("Message 185 of"));
			const thread = document.getElementById("thread");
			thread.scrollTop += kept.getBoundingClientRect().top - thread.getBoundingClientRect().top - 5;
			window.keptAt = kept.getBoundingClientRect().top;
		})()`)
		b.await("the page before", `document.querySelectorAll("[data-message]").length === 100`)
		moved := func() float64 { return eval[float64](b, `kept.getBoundingClientRect().top - keptAt`) }
		if d := moved(); math.Abs(d) > 1 {
			t.Errorf("at %d the message moved by %f when earlier ones came", width, d)
		}
		say(t, urls, "received", mira, "Something new", 5000)
		b.see(`#newer`, "1 new")
		say(t, urls, "failed", mira, "Message 140 of many", 1400)
		b.await("the failure above", `[...document.querySelectorAll("[data-state=failed]")].some(m => m.innerText.includes("Message 140"))`)
		if d := moved(); math.Abs(d) > 1 {
			t.Errorf("at %d the message moved by %f when a live frame came", width, d)
		}
		if n := b.count(`[data-message]`); n != 101 {
			t.Errorf("%d messages after a live frame, want 101", n)
		}

		// The failures above are found one after the other, the last of them on a page that is not loaded yet.
		at := func(text string) string {
			return fmt.Sprintf(`(m => { const r = m?.getBoundingClientRect(), t = document.getElementById("thread").getBoundingClientRect();
				return !!r && r.top >= t.top && r.bottom <= t.bottom; })([...document.querySelectorAll("[data-state=failed]")].find(m => m.innerText.includes(%q)))`, text)
		}
		eval[any](b, `document.getElementById("thread").scrollTop = 1e9`)
		for _, text := range []string{"Message 215 of", "Message 140 of", "Message 20 of"} {
			b.click(`[data-jump=above]`)
			b.await(text, at(text))
		}
		b.await("the address of the message", `location.search.includes("message=")`)
		b.live()
		b.click(`[data-jump=below]`)
		b.await("down again", at("Message 140 of"))
		b.fits("the thread")
	}
}

func TestDoneLeadsToTheNextConversation(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1440, 390} {
		server, urls := team(t)
		for n, number := range []string{"+14155550131", dario, mira} {
			say(t, urls, "received", number, fmt.Sprint("Message ", n), n)
		}
		b := newTab(t)
		b.size(width, 844)
		b.signIn(server.url, "anna")
		b.click(rowOf(mira))
		b.see(`[data-message]`, "Message 2")
		b.live()
		b.click(`[data-key=e]`)
		if width > 760 {
			b.see(`[data-message]`, "Message 1")
			b.await("the next one", `document.querySelector("#conversations [aria-current]")?.title.startsWith("+14155550135")`)
		} else {
			b.await("the list", `location.pathname === "/inbox"`)
		}
		b.await("the row to leave", `document.querySelectorAll("#conversations [data-conversation]").length === 2`)
		b.see(`#toasts`, "Done.")
		b.click(`#toasts button`)
		b.await("the row to come back", `document.querySelectorAll("#conversations [data-conversation]").length === 3`)
		b.see(`#toasts`, "Open again.")
	}
}

func TestAFormThatFailsSaysSoAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	server, urls := team(t)
	say(t, urls, "received", mira, "Is it free?", 0)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.click(rowOf(mira))
	b.see(`[data-message]`, "Is it free?")
	b.live()
	b.fill(`.note-input`, "Do not lose me")
	eval[any](b, `console.error = () => {}`) // htmx complains there as well
	eval[any](b, `window.fetch = () => Promise.reject(new TypeError("no network"))`)
	b.click(`.note-form button`)
	b.see(`#toasts`, "No connection to Tagline.")
	eval[any](b, `window.fetch = () => Promise.resolve(new Response("<html><body><main id=app>broken</main></body></html>", { status: 500, headers: { "Content-Type": "text/html" } }))`)
	b.click(`.note-form button`)
	b.see(`#toasts`, "did not work on our side")
	if got := eval[string](b, `document.querySelector(".note-input").value`); got != "Do not lose me" {
		t.Errorf("the field holds %q", got)
	}
	if b.count(`[data-message]`) != 1 {
		t.Error("the thread is gone")
	}
}

// TestThreadPictures takes pictures to look at.
func TestThreadPictures(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("TAGLINE_THREAD_PICTURES")
	if dir == "" {
		t.Skip("set TAGLINE_THREAD_PICTURES to a folder")
	}
	server := demoServer(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	for i, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		for _, size := range [][2]int64{{1440, 900}, {1024, 768}, {390, 844}} {
			b.size(size[0], size[1])
			name := func(what string) string {
				return filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", what, size[0], scheme))
			}
			b.open(server.url + "/inbox?subuser=6")
			b.live()
			eval[any](b, heroine)
			b.await("the thread", `!!document.getElementById("thread-header")`)
			b.live()
			if i == 0 && size[0] == 1440 {
				b.fill(`.note-input`, "Prefers afternoons. Brings her sister.")
				b.click(`.note-form button`)
				b.see(`[data-note]`, "Prefers")
				b.click(`.assignee > summary`)
				b.click(`.assignee button[value="1"]`)
				b.see(`#toasts`, "Assigned")
			}
			b.shoot(name("thread"))
			eval[any](b, `[...document.querySelectorAll(".bubble-menu > summary")].at(-1).click()`)
			b.shoot(name("menu"))
			b.open(server.url + "/inbox?view=failed")
			b.live()
			b.shoot(name("failed"))
		}
	}
}
