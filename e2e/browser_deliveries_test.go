package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestTheLogOfWebhooksFollowsWhatHappens(t *testing.T) {
	t.Parallel()
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.open(server.url + "/settings/webhooks")
	b.live()
	b.see(`.empty`, "Nothing has arrived yet")

	// What arrives appears on top by itself; charts and counts follow.
	body := func(text, more string) []byte {
		return []byte(fmt.Sprintf(`{"phone_number":"+15550100","text":%q,"timestamp":1748463114559%s}`, text, more))
	}
	post(t, urls["sent"], body("First", ""))
	b.see(`[data-delivery] [data-outcome=stored]`, "Stored")
	post(t, urls["sent"], body("First", ""))
	b.see(`[data-delivery] [data-outcome=duplicate]`, "Repeat")
	post(t, urls["failed"], []byte(`{"text":"to nobody"}`))
	b.see(`[data-delivery]:first-child`, "no phone_number")
	b.see(`.hook-card[data-hook=sent][data-count="2"]`, "1 repeat")
	b.see(`.outcome-link[data-outcome=duplicate]`, "1")
	b.see(`#unparsed`, "1 body was kept but not understood")
	if shown := eval[bool](b, `document.querySelector(".empty").checkVisibility()`); shown {
		t.Error("the log says that it is empty")
	}

	// A body is fetched when it is unfolded and stays unfolded when more arrives; it can be processed again.
	b.click(`[data-delivery]:first-child summary`)
	b.see(`[data-delivery] .body`, `"text": "to nobody"`)
	b.click(`[data-delivery]:first-child .process button`)
	b.see(`[data-delivery] .processed`, "Still not understood: incomplete: no phone_number.")
	post(t, urls["received"], body("Second", ""))
	b.see(`[data-delivery]:first-child`, "Second")
	b.see(`[data-delivery]:nth-child(2) .body`, `"text": "to nobody"`)
	b.click(`#unparsed button`)
	b.see(`#processed`, "0 bodies understood now, 1 still not.")

	// What is refused appears as well.
	if status, _ := post(t, server.url+"/webhooks/received", []byte(`{"secret":"wrong","phone_number":"+15550111","text":"Hi"}`)); status != http.StatusUnauthorized {
		t.Errorf("answered %d", status)
	}
	b.see(`[data-refusal]`, "Bad credentials")
	b.click(`[data-refusal] summary`)
	b.see(`[data-refusal] .body`, "+15550111")
	if text := b.text(`#refusals`); strings.Contains(text, "wrong") {
		t.Errorf("the refused secret is shown: %s", text)
	}

	// Only what fits the filter appears.
	b.click(`.hook-card[data-hook=failed] a`)
	b.await("the filter", `location.search === "?kind=failed"`)
	b.await("the rows that fit", `document.querySelectorAll("[data-delivery]").length === 1`)
	post(t, urls["received"], body("Not for this filter", ""))
	post(t, urls["failed"], body("First", ""))
	b.see(`[data-delivery]:first-child`, "First")
	if n := b.count(`[data-delivery]`); n != 2 {
		t.Errorf("%d rows in a log of failures", n)
	}
	b.click(`.chip.filter`)
	b.await("the whole log", `location.search === "" && document.querySelectorAll("[data-delivery]").length === 6`)
	b.fill(`input[name=number]`, "+1 555 0111")
	b.submit(`input[name=number]`)
	b.see(`.empty`, "Nothing matches")

	// A delivery has an address of its own, and the log a place in the menu.
	b.open(server.url + "/settings/webhooks")
	b.live()
	b.open(eval[string](b, `new URL(document.querySelector("[data-delivery] .delivery-body a").href).href`))
	b.see(`.body`, `"text": "First"`)
	b.open(server.url + "/inbox")
	b.click(`.nav-person`)
	b.click(`a[href="/settings/webhooks"]`)
	b.see(`h1`, "Webhooks")
}

func TestTheLogFitsItsWindow(t *testing.T) {
	t.Parallel()
	server := demoServer(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	post(t, server.url+"/webhooks/received/"+strings.Repeat("long", 40), []byte(`{"text":"`+strings.Repeat("long", 100)+`"}`))
	for _, width := range []int64{320, 390, 759, 760, 1099, 1100, 1440} {
		b.size(width, 844)
		b.open(server.url + "/settings/webhooks?kind=sent&number=%2B15550100&from=2026-11-01")
		b.live()
		b.fits(fmt.Sprintf("the filtered log at %d", width))
		b.open(server.url + "/settings/webhooks")
		b.live()
		b.see(`[data-refusal]`, "Unknown path")
		b.click(`[data-delivery] summary`)
		b.see(`[data-delivery] .body`, "phone_number")
		b.click(`[data-refusal] summary`)
		b.fits(fmt.Sprintf("the log at %d", width))
	}
}

func TestTimesMustBeAboveZero(t *testing.T) {
	t.Parallel()
	_, err := command(t, "", "--quiet-after", "0s", "--repeat-window=-5s")
	if err == nil || !strings.Contains(err.Error(), "--quiet-after is 0s") || !strings.Contains(err.Error(), "--repeat-window is -5s") {
		t.Errorf("got %v", err)
	}
}

func TestTheTimesThatAreSetHaveEffect(t *testing.T) {
	t.Parallel()
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db, "--repeat-window", "1ns", "--quiet-after", "1ms")
	received := webhooks(t, db, server.url)["received"]
	stored := 0
	for range 20 { // some of them in the same millisecond
		if _, answer := post(t, received, []byte(`{"phone_number":"+15550100","text":"ok"}`)); strings.Contains(answer, `"outcome":"stored"`) {
			stored++
		}
	}
	if stored < 2 {
		t.Errorf("%d of 20 were taken for new", stored)
	}
	resp, err := signedIn(t, server.url, "anna").Get(server.url + "/inbox") // signing in takes longer than 1 ms
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(page), "No “Message received” webhook for") {
		t.Errorf("the silence is not told (%v)", err)
	}
}
