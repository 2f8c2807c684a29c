package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// What a menu leaves out is found by the keyboard; a long text is unfolded; what is too long for one frame comes in
// several.
func TestWhatIsLeftOutIsFound(t *testing.T) {
	t.Parallel()
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	var posts sync.WaitGroup
	for n := range 120 {
		posts.Go(func() {
			post(t, urls["received"], fmt.Appendf(nil, `{"phone_number":"+1202555%04d","text":"Hello %d","tag":"Campaign %03d","subuser_id":%d,"sim_card_id":%d}`, n, n, n, n+1, n+1))
		})
	}
	posts.Wait()
	for n := range 55 {
		post(t, urls["received"], fmt.Appendf(nil, `{"phone_number":"+12025550007","subuser_id":8,"text":"%d %s"}`, n, strings.Repeat("as long as an SMS can be ", 60)))
	}
	post(t, urls["received"], fmt.Appendf(nil, `{"phone_number":"+12025550007","subuser_id":8,"text":"%s the very end"}`, strings.Repeat("a long text ", 5000)))

	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	b.click(`#nav-tags .nav-rest > summary`)
	b.click(`#nav-find-tags`)
	b.press("Campaign 077")
	b.await("a suggestion", `document.querySelectorAll("#nav-find-tags-list option").length === 1 && document.querySelector("#nav-find-tags-list option").value === "Campaign 077"`)
	b.portray("find a tag in the navigation")
	b.click(`#nav-find-tags`) // a phone hides it
	b.press("\r")
	b.at("/inbox?tag=Campaign+077", 1)
	if b.count(`#nav-tags [aria-current=true]`) != 1 {
		t.Error("what is chosen is not shown in the navigation")
	}
	b.open(server.url + "/inbox")
	b.live()
	b.tap(`.filter-button`)
	b.portray("many to filter by")
	b.fill(`#filter-subusers`, "99")
	b.press("\r")
	b.at("/inbox?subuser=99", 1)

	b.open(server.url + "/inbox?subuser=8")
	b.live()
	evalAwait[any](b, `fetch(document.querySelector("#conversations [data-conversation]").pathname + "/read", {method: "POST"}).then(() => 0)`) // it opens at its end
	b.click(`#conversations .row`)
	b.await("the fold", `document.querySelector(".fold > summary") !== null`)
	eval[any](b, `window.loads = 0; const load = window.fetch; window.fetch = (what, ...more) => { if (what === location.href) window.loads++; return load(what, ...more); }; document.querySelector(".fold > summary").focus(); 0`)
	b.press("\r")
	b.await("the first part", `document.querySelector(".fold .fold-next") !== null`)
	post(t, urls["received"], []byte(`{"phone_number":"+12025550007","subuser_id":8,"text":"one more"}`))
	b.await("the new message", `document.querySelector("#thread").textContent.includes("one more")`)
	if n := eval[int](b, `window.loads`); n != 0 {
		t.Errorf("the page was loaded anew %d times for it", n)
	}
	if !eval[bool](b, `document.querySelector(".fold[open] .fold-rest").textContent.includes("a long text")`) {
		t.Error("what was unfolded is folded again")
	}
	eval[any](b, `document.querySelector(".fold .fold-next").click(); 0`)
	b.await("the end", `document.querySelector(".fold .fold-rest").textContent.includes("the very end") && document.querySelector(".fold .fold-next") === null`)
	b.tap(`.assignee-button`)
	b.press("\x1b")
	b.tap(`.tagging > summary`)
	b.portray("a long thread")
}
