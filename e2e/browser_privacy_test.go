package e2e

import (
	"testing"
)

// Who reads a conversation sees it leave when an admin deletes its contact elsewhere.
func TestAContactIsDeletedOnThePrivacyPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	reader := d.sit("anna")
	reader.live()
	const number = "+1 (415) 555-0134"
	b := reader.another()
	b.open(d.url + "/settings/privacy")
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"phone", 390, 844}, {"desktop", 1280, 900}} {
		b.size(size.width, size.height)
		b.fits("the privacy page on the " + size.name)
		b.accessible("the privacy page on the " + size.name)
	}
	b.fill(`[aria-labelledby="delete-title"] [name="number"]`, number)
	b.fill(`[aria-labelledby="delete-title"] [name="again"]`, "+1 999")
	b.click(`[aria-labelledby="delete-title"] .button`)
	b.see(`#delete-error`, "Nothing was deleted")
	b.fill(`[aria-labelledby="delete-title"] [name="again"]`, number)
	b.click(`[aria-labelledby="delete-title"] .button`)
	b.see(`[aria-labelledby="delete-title"] [role=status]`, "Deleted")
	reader.see(`#thread-pane`, "This conversation was deleted")
	reader.await("everything of it to be gone", `!document.querySelector("#contact-pane") && !document.querySelector("#conversations [data-conversation]:not(.fading)")`)
	b.fill(`[name="messages"]`, "abc")
	b.click(`[aria-labelledby="kept-title"] .button.primary`)
	b.see(`#kept-error`, "whole number")
}
