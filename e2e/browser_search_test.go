package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// inView tells whether an element is where the reader sees it.
const inView = `(e => { if (!e) return false; const r = e.getBoundingClientRect(), t = document.getElementById("thread").getBoundingClientRect();
	return r.top >= t.top && r.bottom <= t.bottom + 1 })(document.querySelector(%s))`

func TestSearchingAsOneTypes(t *testing.T) {
	t.Parallel()
	everyWay(t, searchAsOneTypes)
}

func searchAsOneTypes(t *testing.T, w way) {
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	for i := range 90 {
		post(t, urls["sent"], []byte(fmt.Sprintf(`{"phone_number":"+14155550134","text":"Ordinary message %d","timestamp":%d}`, i, 1748463114559+i*3600_000)))
	}
	post(t, urls["received"], []byte(fmt.Sprintf(`{"phone_number":"+14155550134","name":"Maria Ochoa","tag":"Hot","text":"Where is the crème brûlée you promised? 🍮","timestamp":%d}`, 1748463114559+3600_000/2)))
	post(t, urls["received"], []byte(`{"phone_number":"+381690156360","name":"Dario Lenz","tag":"Warm","subuser_id":6,"text":"أحب القهوة and creme caramel"}`))

	b := w.newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	b.fill(`#search`, "cre")
	b.see(`[data-search-hit] mark`, "crème")
	b.see(`[data-search-hit] mark`, "creme")
	b.await("the address", `location.pathname + location.search === "/search?q=cre"`)
	b.fill(`#search`, "me bru")
	b.await("one hit", `document.querySelectorAll("[data-search-hit]").length === 1`)
	b.await("the address", `location.search === "?q=creme+bru"`)
	if got := eval[string](b, `document.activeElement.id + document.activeElement.value`); got != "searchcreme bru" {
		t.Errorf("the field lost the focus or its words: %s", got)
	}
	if got := b.text("#list-title"); got != "Search" {
		t.Errorf("the list is called %q", got)
	}

	// The hit leads to its place in a thread that is longer than what is loaded at once.
	id := eval[string](b, `document.querySelector("[data-search-hit]").dataset.searchHit`)
	b.click(`[data-search-hit]`)
	b.await("the message in view", fmt.Sprintf(inView, quoted("#message-"+id)))
	b.see(`.message[data-linked]`, "brûlée")
	if got := b.count(`[data-search-hit] mark`); got != 2 {
		t.Errorf("beside the thread %d marks are left", got)
	}
	b.live()
	post(t, urls["received"], []byte(`{"phone_number":"+14155550134","text":"One more thing"}`))
	b.see(`#newer`, "1 new") // the end is not loaded, and nothing is shown behind a gap
	b.await("the message still in view", fmt.Sprintf(inView, quoted("#message-"+id)))
	if w.keyboard { // it comes by itself to who goes on through the messages
		b.tabUntil(`document.getElementById("thread").innerText.includes("One more thing")`)
	} else {
		b.click(`#newer`)
	}
	b.see(`[data-message]`, "One more thing")

	b.do(chromedp.NavigateBack())
	b.await("the results", `location.pathname === "/search" && document.querySelectorAll("[data-search-hit]").length === 1 && !document.querySelector("[data-message]")`)
	if got := eval[string](b, `document.getElementById("search").value`); got != "creme bru" {
		t.Errorf("after going back the field says %q", got)
	}
	// A reload shows the same.
	b.open(eval[string](b, `location.href`))
	b.see(`[data-search-hit] mark`, "crème")

	b.click(`.search-clear`)
	b.await("the list", `location.pathname === "/inbox" && document.querySelectorAll("[data-conversation]").length === 2 && document.getElementById("search").value === ""`)
	b.fill(`#search`, "0134")
	b.see(`[data-contact-hit] mark`, "0134")
	b.fill(`#search`, "\x1b") // Escape
	b.await("the list", `location.pathname === "/inbox" && document.querySelectorAll("[data-conversation]").length === 2`)
	b.fill(`#search`, "hot")
	b.see(`[data-suggestion]`, "Tag: Hot")
	b.click(`[data-suggestion]`)
	b.await("the tag's list", `location.search === "?tag=Hot" && document.querySelectorAll("[data-conversation]").length === 1 && document.getElementById("search").value === ""`)

	if w != (way{width: 1440}) {
		return
	}
	dir := os.Getenv("TAGLINE_SCREENSHOTS")
	for _, window := range [][2]int64{{1440, 900}, {1000, 700}, {390, 844}, {320, 600}} {
		b.size(window[0], window[1])
		for _, query := range []string{"?q=creme", "?q=maria", "?q=zzz", ""} {
			b.open(server.url + "/search" + query)
			b.fits(fmt.Sprintf("the search %q in a window of %d", query, window[0]))
			if !eval[bool](b, `document.getElementById("search").getBoundingClientRect().width > 100`) {
				t.Errorf("no field in a window of %d", window[0])
			}
			if dir != "" && (query == "?q=creme" || query == "?q=maria") {
				b.shoot(filepath.Join(dir, fmt.Sprintf("search-%d-%s.png", window[0], query[3:])))
				b.scheme("dark")
				b.shoot(filepath.Join(dir, fmt.Sprintf("search-%d-%s-dark.png", window[0], query[3:])))
				b.scheme("light")
			}
		}
	}
}
