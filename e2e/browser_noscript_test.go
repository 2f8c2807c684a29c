package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Who has no scripts can sign in, read, search, filter, write a note and mark a conversation as done.
func TestPagesWorkWithoutScripts(t *testing.T) {
	t.Parallel()
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	post(t, urls["received"], []byte(`{"phone_number":"+14155550134","text":"Is the flat still free?","name":"Maria","tag":"Hot","subuser_id":6}`))
	post(t, urls["received"], []byte(`{"phone_number":"+14155550135","text":"Another matter","name":"Dario"}`))
	b := newTab(t)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	page := func(path string) string {
		t.Helper()
		b.open(server.url + path)
		html, err := chromedp.Run(b.ctx, chromedp.OuterHTML(chromedp.CSS("html")))
		if err != nil {
			t.Fatal(err)
		}
		return html
	}
	b.open(server.url + "/login")
	b.fill(`input[name=username]`, "anna")
	b.fill(`input[name=password]`, password+"\r")
	b.do(chromedp.WaitVisible(chromedp.CSS(`#conversations`)))
	has := func(path string, parts ...string) {
		t.Helper()
		got := page(path)
		for _, part := range parts {
			if !strings.Contains(got, part) {
				t.Errorf("%s does not show %q", path, part)
			}
		}
	}
	has("/inbox?tag=Hot", "Maria", "Is the flat still free?")
	if strings.Contains(page("/inbox?tag=Hot"), "Another matter") {
		t.Error("the filter lets everything through")
	}
	has("/search?q=flat", "Maria", "data-search-hit")
	has("/conversations/1", "Is the flat still free?", "First message")
	has("/tags", "Maria", "Hot")
	b.open(server.url + "/conversations/1")
	b.fill(`.note-form textarea`, "Call her")
	b.click(`.note-form button`)
	b.do(chromedp.WaitVisible(chromedp.CSS(`.note`)))
	b.click(`.thread-head .button.primary`)
	b.do(chromedp.WaitNotPresent(chromedp.CSS(`.thread-head form[action*="/done"]`)))
	has("/inbox?view=done", "Maria")
}
