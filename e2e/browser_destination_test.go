package e2e

import (
	"fmt"
	"net/http"
	"testing"
)

// An admin adds a tool; what it is called with appears on the open page, and is sent again from there.
func TestAToolIsAddedAndItsCallsAppear(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna").another()
	tool := newReceiver(t, func(string) int { return http.StatusOK })
	b.open(d.url + "/settings/targets")
	b.fill(`[name="name"]`, "Zapier")
	b.fill(`[name="url"]`, tool.URL)
	b.click(`.preferences .button.primary`)
	b.see(`#error`, "https")
	b.click(`[name="nearby"]`)
	b.click(`.preferences .button.primary`)
	b.see(`#target-now`, "Nothing waits")
	post(t, webhooks(t, d.db, d.url)["received"], fmt.Appendf(nil, `{"phone_number":"+15550177","text":"passed on"}`))
	b.see(`#attempts`, "Message received")
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"phone", 390, 844}, {"desktop", 1280, 900}} {
		b.size(size.width, size.height)
		b.fits("a target on the " + size.name)
		b.accessible("a target on the " + size.name)
	}
	b.click(`#attempts [name="delivery"]`)
	b.click(`.target-calls button`)
	b.see(`.saved`, "Sent again: 1.")
	b.await("the second call", `document.querySelectorAll("#attempts li").length === 2`)
}
