package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestAConversationIsSnoozedByKeyboardAndAnAnswerBringsItBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	b.do(chromedp.KeyEvent("h"))
	b.see(".snooze[open]", "Tomorrow")
	b.look("snooze")
	b.do(chromedp.KeyEvent(kb.Tab+kb.Tab), chromedp.KeyEvent(kb.Enter))
	b.see("#toasts", "Snoozed until Tomorrow 09:00")
	b.see("#list .empty", "Inbox is clear")
	b.see("#count-snoozed", "1")
	b.click(`[href="/inbox?view=snoozed"]`)
	b.see("[data-conversation] .snoozed", "Tomorrow 9:00")
	b.look("snoozed")
	d.receive("One more thing", 132)
	b.await("the row to leave the view", `!document.querySelector("#conversations [data-conversation]:not(.fading)") || document.querySelector("#count-snoozed").textContent === ""`)
	b.click(`.nav-link[href="/inbox"]`)
	b.see("#conversations", "One more thing")

	b.click(".row-pick")
	b.look("snooze-many")
	eval[any](b, `(s => { s.value = "week"; s.dispatchEvent(new Event("change", { bubbles: true })); })(document.querySelector("[name=until].bulk-choice"))`)
	b.see("#bulk-said", "1 snoozed until")
	b.see("#list .empty", "Inbox is clear")
	b.click("#bulk-undo .link-button")
	b.see("#conversations", "One more thing")
}
