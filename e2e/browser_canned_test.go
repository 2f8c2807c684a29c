package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestACannedReplyIsPutInByKeyboard(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := newTab(t)
	b.signIn(d.url, "anna")
	for name, text := range map[string]string{"hours": "We are open from 9 to 5.", "greet": "Hello {name}, how can I help? {agent}", "bye": "Good bye {name}"} {
		b.open(d.url + "/settings/replies")
		b.do(chromedp.SendKeys(chromedp.CSS("#canned-name-0"), name), chromedp.SendKeys(chromedp.CSS("#canned-text-0"), text))
		b.click(".canned-form .primary")
		b.see(".saved", "Saved")
	}
	b.look("canned-settings")
	b.open(d.url + "/conversations/1")
	b.live()
	value := func() string { return eval[string](b, `document.querySelector("[data-composer] textarea").value`) }

	b.write("/")
	b.await("three choices", `document.querySelectorAll("[data-canned-box] [role=option]:not([hidden])").length === 3`)
	b.look("canned")
	b.write(kb.ArrowDown + kb.ArrowDown)
	b.see("[data-canned-box] [aria-selected=true]", "/hours")
	b.write(kb.Escape)
	b.await("them to go", `document.querySelector("[data-canned-box]").hidden`)
	if got := value(); got != "/" {
		t.Errorf("after Escape the composer holds %q", got)
	}
	b.write(kb.Backspace + "/GRE")
	b.see("[data-canned-box] [aria-selected=true]", "/greet")
	b.write(kb.Enter) // the driver types the key besides
	if got := strings.TrimSpace(value()); got != "Hello Maria Ochoa, how can I help? anna" {
		t.Errorf("the composer holds %q", got)
	}
	b.write(kb.Enter)
	b.see("[data-message][data-state=sent]", "Hello Maria Ochoa")
}
