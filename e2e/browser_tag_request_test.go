package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tagline/textlink"
	"tagline/textlink/fake"
)

func TestATagIsChangedByKeyboardAndARefusedOneIsUndone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	post(t, d.urls["received"], []byte(`{"phone_number":"+14155550177","text":"Hi","tag":"Hot","subuser_id":6}`))
	d.receive("Thanks!", 131) // with the tag Warm, and the newest
	anna, piet := d.sit("anna"), d.sit("piet")

	answered := make(chan struct{})
	d.moods <- fake.Mood{Webhooks: []fake.Webhook{{Kind: textlink.Tag, When: answered}}}
	anna.do(chromedp.KeyEvent("t"))
	anna.see(".tagging[open]", "Hot")
	anna.look("tag-menu")
	anna.click(`.tagging [name=tag][value="Hot"]`)
	anna.see("#toasts", "TextLink is asked for “Hot”.")
	for _, b := range []tab{anna, piet} {
		b.see("#thread .tag-change", "by anna")
		b.see("#thread-header .thread-details", "Hot")
		b.see("#contact .timeline", "by anna")
	}
	close(answered)

	d.moods <- fake.Mood{Answer: fake.Refused, Reason: "The contact is locked."}
	anna.do(chromedp.KeyEvent("t"))
	anna.see(".tagging[open]", "Hot")
	anna.do(chromedp.SendKeys(chromedp.CSS(".tag-other [name=tag]"), "Customer for life"+kb.Enter))
	for _, b := range []tab{anna, piet} {
		b.see("#thread-header .tag-refused", "The contact is locked.")
		b.see("#thread-header .thread-details", "Hot")
	}
	anna.look("tag-refused")
	anna.click(`.tag-refused form:first-of-type button`)
	for _, b := range []tab{anna, piet} {
		b.see("#thread-header .thread-details", "Customer for life")
		b.await("the refusal to go", `!document.querySelector(".tag-refused")`)
	}

	anna.do(chromedp.KeyEvent("t"))
	anna.click(`.tagging [name=tag][value="Hot"]`)
	anna.see("#toasts", "“Hot”")
	anna.click(`#toasts .toast-button`) // before it goes away by itself
	anna.see("#thread .tag-change:last-of-type", "Customer for life")
	anna.see("#thread-header .thread-details", "Customer for life")
	anna.click(".row-pick")
	eval[any](anna, `(s => { s.value = "Warm"; s.dispatchEvent(new Event("change", { bubbles: true })); })(document.querySelector(".bulk [name=tag]"))`)
	anna.see("#bulk-said", "TextLink is asked for “Warm” for 1 contact.")
	anna.look("tag-many")
}

func TestATagThatIsAskedForIsPendingUntilTextLinkAnswers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anna, piet := d.sit("anna"), d.sit("piet")
	d.moods <- fake.Mood{Answer: fake.Hangs, Silent: true}
	anna.do(chromedp.KeyEvent("t"))
	anna.do(chromedp.SendKeys(chromedp.CSS(".tag-other [name=tag]"), "Customer"+kb.Enter))
	for _, b := range []tab{anna, piet} {
		b.see("#thread-header .chip.asked", "Customer")
		b.see("#conversations .chip.asked", "Customer")
	}
	anna.look("tag-asked")
	post(t, d.urls["tag"], []byte(`{"phone_number":"+14155550134","tag":"Customer","subuser_id":6}`))
	for _, b := range []tab{anna, piet} {
		b.await("what was asked for to hold", `!document.querySelector(".chip.asked")`)
		b.see("#thread .tag-change", "by anna")
	}
}
