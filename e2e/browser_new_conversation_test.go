package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestANewConversationBeginsWithAKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := newTab(t)
	b.signIn(d.url, "anna")
	b.live()
	b.do(chromedp.KeyEvent("c"))
	b.focus("the number", "#number")
	eval[any](b, `document.activeElement.value = ""`) // the driver types the key besides
	b.do(chromedp.SendKeys(chromedp.CSS("#number"), "+44 20 7946 0958"), chromedp.SendKeys(chromedp.CSS("#text"), "Hello there"))
	b.see(".composer-count", "11 / 160")
	b.look("new-conversation")
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), kb.Tab+kb.Enter))
	b.see("#thread-title", "+44 20 7946 0958")
	b.see("[data-message][data-state=sent]", "Hello there")
}

func TestANewConversationTakesAnEmojiToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := newTab(t)
	b.signIn(d.url, "anna")
	b.open(d.url + "/conversations/new")
	b.live()
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "Hello "))
	b.click(`[data-emoji]`)
	b.click(`.emoji-picker [aria-label="waving hand"]`)
	b.see(".composer-count", "8 / 70 · 1 SMS (Unicode)")
	if got := eval[string](b, `document.getElementById("text").value`); got != "Hello 👋" {
		t.Errorf("the text is %q", got)
	}
}
