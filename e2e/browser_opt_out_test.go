package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tagline/textlink/fake"
)

func TestAnOptOutIsSeenAtOnceAndAnsweredOnlyWhereThatIsConfirmed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	b.refused.Store(d.url+"/conversations/1/messages", true) // comes back with the question
	b.see(`.contact .opt-out`, "No")
	d.receive("Stop!", 132)
	b.see(`.row .opted-out`, "Opted out")
	b.see(`.thread-head .opted-out`, "Opted out")
	b.see(`.contact .opt-out`, "Yes")
	b.look("opted-out")

	b.write("We have moved." + kb.Enter)
	b.see(`.composer-ask`, "opted out")
	b.see(`.composer-send`, "Send anyway")
	if n := b.count(`.message.out`); n != 0 || len(d.api.Calls()) != 0 {
		t.Errorf("%d messages went out without being confirmed", n)
	}
	if value := eval[string](b, `document.querySelector("[data-composer] textarea").value`); value != "We have moved." {
		t.Errorf("the composer holds %q", value)
	}
	b.look("opted-out-asks")
	if !raceDetector {
		b.accessible("the question of an opt-out")
	}
	b.click(`.composer-send`)
	b.see(`[data-message][data-state=sent]`, "We have moved.")
	b.await("a composer that asks nothing", `!document.querySelector(".composer-ask")`)

	d.moods <- fake.Mood{Answer: fake.Refused, Reason: "No credit left"}
	d.receive("start", 132)
	b.await("the marks to go", `!document.querySelector(".opted-out")`)
	b.write("Good to have you back." + kb.Enter)
	b.see(`[data-message][data-state=failed]`, "No credit left")

	d.receive("Quit", 132)
	b.see(`.thread-head .opted-out`, "Opted out")
	b.refused.Store(d.url+eval[string](b, `document.querySelector("[data-state=failed] form.inline-form[action$='/retry']").getAttribute("action")`), true)
	b.click(`[data-state=failed] form.inline-form[action$="/retry"] button`)
	b.see(`#toasts`, "opted out")
	b.see(`#toasts .toast-button`, "Send anyway")
	b.look("opted-out-retry")
	b.click(`#toasts .toast-button`)
	b.see(`[data-message][data-state=sent]`, "Good to have you back.")
}

func TestAContactIsMarkedAsOptedOutByHandAndThatIsUndone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("piet")
	b.click(`.contact .opt-out button`)
	b.see(`.thread-head .opted-out`, "Opted out")
	b.see(`.contact .opt-out`, "by hand")
	b.see(`#toasts`, "Marked as opted out")
	b.click(`#toasts .toast-button`)
	b.await("the marks to go", `!document.querySelector(".opted-out")`)
}

func TestAnEmojiIsFoundByKeyboardAndPutInAtTheCursor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	b.write("Thank you, see you then")
	b.see(`.composer-count`, "23 / 160")
	eval[any](b, `(f => f.setSelectionRange(9, 9))(document.querySelector("[data-composer] textarea"))`)
	value := func() string { return eval[string](b, `document.querySelector("[data-composer] textarea").value`) }
	closed := func() {
		b.t.Helper()
		b.await("the picker to close", `!document.querySelector(".emoji-picker") && document.querySelector("[data-emoji]").ariaExpanded === "false"`)
	}

	b.click(`[data-emoji]`)
	b.await("the search", `document.activeElement.matches(".emoji-picker input")`)
	b.look("emoji")
	b.do(chromedp.KeyEvent("thum"))
	b.await("two thumbs", `document.querySelectorAll(".emoji").length === 2`)
	b.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.Enter))
	closed()
	if got := value(); got != "Thank you👍, see you then" {
		t.Errorf("the composer holds %q", got)
	}
	b.see(`.composer-count`, "25 / 70 · 1 SMS (Unicode)")
	b.await("the cursor behind it", `document.activeElement.matches("[data-composer] textarea") && document.activeElement.selectionStart === 11`)

	b.click(`[data-emoji]`)
	b.see(`.emoji-picker [aria-label="Used last"]`, "👍")
	b.do(chromedp.KeyEvent("zzzz"))
	b.see(`.emoji-body`, "No emoji is called that.")
	b.do(chromedp.KeyEvent(kb.Enter)) // sends nothing
	b.do(chromedp.KeyEvent(kb.Escape))
	closed()
	b.see(`#thread-title`, "Maria Ochoa") // Escape closed no more than that
	if n := b.count(`.message.out`); n != 0 || value() != "Thank you👍, see you then" {
		t.Errorf("%d messages went out, and the composer holds %q", n, value())
	}

	// With a pointer; what was put in is a draft like what was typed.
	b.click(`[data-emoji]`)
	b.click(`.emoji-picker [aria-label="folded hands"]`)
	closed()
	b.await("the draft to be kept", `document.querySelector("[data-conversation]").textContent.includes("Thank you👍🙏, see you then")`)
	b.open(d.url + "/conversations/1")
	if got := value(); got != "Thank you👍🙏, see you then" {
		t.Errorf("after a reload the composer holds %q", got)
	}
}

func TestTheEmojiPickerFitsAPhone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := newTab(t)
	b.size(360, 640)
	b.signIn(d.url, "anna")
	b.open(d.url + "/conversations/1")
	b.live()
	b.click(`[data-emoji]`)
	b.await("the picker", `document.querySelectorAll(".emoji").length > 150`)
	if !raceDetector {
		b.accessible("the emoji picker")
	}
	if !eval[bool](b, `(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)(document.querySelector(".emoji-picker").getBoundingClientRect()) && document.documentElement.scrollWidth <= innerWidth`) {
		t.Error("the picker is not all on the screen")
	}
}
