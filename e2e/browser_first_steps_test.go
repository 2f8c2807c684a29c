package e2e

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFromTheSetUpLinkToALiveThread(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "tagline.db")
	server := serve(t, "--db", db, "--webhook-secret", "s3cret-for-tests")
	b := newTab(t)

	b.open(server.stdout.await(t, `(http\S+/setup/\S+)`))
	b.fill(`input[name=username]`, "Anna")
	b.fill(`input[name=password]`, password)
	b.fill(`input[name=password_again]`, password)
	b.submit(`input[name=password]`)
	b.await("the Connect TextLink page", `location.pathname === "/settings/connect"`)
	b.live()

	// The ticks turn green as each webhook arrives, without a reload.
	urls := webhooks(t, db, server.url)
	for _, kind := range []string{"received", "sent", "failed", "tag"} {
		b.await("no tick for "+kind, fmt.Sprintf(`document.querySelector("[data-hook=%s]").dataset.arrived === "false"`, kind))
		if status, answer := post(t, urls[kind], payload(t, kind)); status != http.StatusOK {
			t.Fatalf("%s was answered %d: %s", kind, status, answer)
		}
		b.await("the tick for "+kind, fmt.Sprintf(`document.querySelector("[data-hook=%s]").dataset.arrived === "true"`, kind))
	}

	b.open(server.url + "/inbox")
	b.live()
	b.see(`[data-conversation]`, "Mira Novak")
	b.see(`[data-conversation]`, "Failed")
	b.see(`[data-conversation]`, "Warm")
	b.click(`[data-conversation]`)
	b.see(`[data-message][data-state=received]`, "Is the flat on Pine Street still free?")
	b.see(`[data-message][data-state=failed]`, "It is. Would tomorrow at 11 suit you?")
	b.see(`[data-tag-change]`, "Warm")
	if tags := b.text(`#contact`); !strings.Contains(tags, "Cold") || !strings.Contains(tags, "Warm") {
		t.Errorf("the tag timeline says %q", tags)
	}
	b.live()

	// Opening it was reading it; the divider stays where the new messages began.
	b.await("the thread to be read", `document.getElementById("thread-header").dataset.unread === "0" && !document.querySelector("#conversations .count")`)
	if b.count(`#new-messages`) != 1 {
		t.Error("the divider above the new messages is gone")
	}

	// A new message, a failure and a tag change come by themselves into the open thread.
	body := func(text string, more string) []byte {
		return []byte(fmt.Sprintf(`{"secret":"s3cret-for-tests","phone_number":"+381690156360","text":%q%s}`, text, more))
	}
	post(t, urls["received"], body("At eleven, yes!", ""))
	b.see(`[data-message][data-state=received]`, "At eleven, yes!")
	post(t, urls["sent"], body("See you there.", fmt.Sprintf(`,"timestamp":%d`, time.Now().UnixMilli())))
	b.see(`[data-message][data-state=sent]`, "See you there.")
	post(t, urls["failed"], body("See you there.", ""))
	b.see(`[data-message][data-state=failed]`, "See you there.")
	post(t, urls["tag"], []byte(`{"phone_number":"+381690156360","tag":"Hot","name":"Mira Novak"}`))
	b.see(`[data-tag-change]`, "Hot")
	b.see(`#contact`, "Hot")
	b.see(`[data-conversation]`, "Hot")

	// A wrong secret is refused and changes nothing.
	wrong := strings.Replace(string(body("Let me in", "")), "s3cret", "wrong", 1)
	if status, _ := post(t, server.url+"/webhooks/received", []byte(wrong)); status != http.StatusUnauthorized {
		t.Errorf("a wrong secret was answered %d", status)
	}
	if status, _ := post(t, urls["received"], []byte(wrong)); status != http.StatusUnauthorized {
		t.Errorf("a wrong secret at the right address was answered %d", status)
	}
	for _, m := range exported(t, db)["message"] {
		if m["text"] == "Let me in" {
			t.Error("a message with a wrong secret was stored")
		}
	}

	// Filters by subuser and tag narrow the list, and what does not fit does not appear.
	post(t, urls["received"], []byte(`{"secret":"s3cret-for-tests","phone_number":"+381690156361","text":"Hi six","tag":"Cold","subuser_id":6}`))
	for query, want := range map[string]int{"": 2, "?subuser=6": 1, "?subuser=main": 1, "?tag=Hot": 1, "?tag=Hot&tag=Cold": 2, "?tag=Hot&subuser=6": 0, "?view=failed": 1, "?view=done": 0} {
		b.open(server.url + "/inbox" + query)
		b.await(fmt.Sprintf("%d conversations at /inbox%s", want, query), fmt.Sprintf(`document.readyState === "complete" &&
			location.search === %q && document.querySelectorAll("[data-conversation]").length === %d`, query, want))
	}
	b.open(server.url + "/inbox?subuser=6")
	b.live()
	post(t, urls["received"], body("Not for six", ""))
	post(t, urls["received"], []byte(`{"secret":"s3cret-for-tests","phone_number":"+381690156361","text":"For six","subuser_id":6}`))
	b.see(`[data-conversation]`, "For six")
	if got := b.count(`[data-conversation]`); got != 1 {
		t.Errorf("%d conversations in a list of one subuser", got)
	}
}

func TestAnAgentSeesOnlyWhatWasGranted(t *testing.T) {
	t.Parallel()
	db := databaseWithTeam(t, "piet --role agent --subuser 6")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"for the main account"}`))
	post(t, urls["received"], []byte(`{"phone_number":"+15550101","text":"for subuser six","subuser_id":6}`))
	b := newTab(t)
	b.signIn(server.url, "piet")
	b.live()
	if got := b.count(`[data-conversation]`); got != 1 {
		t.Errorf("%d conversations, want 1", got)
	}
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"again for the main account"}`))
	post(t, urls["received"], []byte(`{"phone_number":"+15550101","text":"again for subuser six","subuser_id":6}`))
	b.see(`[data-conversation]`, "again for subuser six")
	if body := b.text("body"); strings.Contains(body, "main account") {
		t.Errorf("the page shows\n%s", body)
	}
	client := signedIn(t, server.url, "piet")
	for _, m := range exported(t, db)["conversation"] {
		resp, err := client.Get(fmt.Sprintf("%s/conversations/%.0f", server.url, m["id"]))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		want := http.StatusNotFound
		if m["subuser_id"] == 6.0 {
			want = http.StatusOK
		}
		if resp.StatusCode != want {
			t.Errorf("the conversation of %v was answered %d, want %d", m["subuser_id"], resp.StatusCode, want)
		}
	}
}

// signedIn returns a client without a browser.
func signedIn(t testing.TB, url, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	resp, err := client.PostForm(url+"/login", neturl.Values{"username": {name}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.Request.URL.Path != "/inbox" {
		t.Fatalf("signing in led to %s", resp.Request.URL.Path)
	}
	return client
}

func TestLongThreadsAndListsLoadInPages(t *testing.T) {
	t.Parallel()
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	for i := range 120 {
		post(t, urls["sent"], []byte(fmt.Sprintf(`{"phone_number":"+15550100","text":"Message %d of many","timestamp":%d}`, i, 1748463114559+i*3600_000)))
		post(t, urls["sent"], []byte(fmt.Sprintf(`{"phone_number":"+1555%04d","text":"Hello","timestamp":%d}`, 1000+i, 1748463000000-i*60_000)))
	}
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	if got := b.count(`[data-conversation]`); got != 50 {
		t.Errorf("the first page has %d conversations", got)
	}
	b.click(`#more a`) // what comes near loads by itself too
	b.await("the second page", `document.querySelectorAll("[data-conversation]").length >= 100`)
	eval[any](b, `document.querySelector(".list-scroll").scrollTop = 1e6`)
	b.await("the last page", `document.querySelectorAll("[data-conversation]").length === 121 && !document.querySelector("#more a")`)

	b.click(`[data-conversation]`)
	b.see(`[data-message]`, "Message 119 of many")
	b.live()
	if got := b.count(`[data-message]`); got != 50 {
		t.Errorf("the thread opens with %d messages", got)
	}
	b.click(`#older`)
	b.await("the page before", `document.querySelectorAll("[data-message]").length === 100`)
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"Enough!"}`))
	b.see(`[data-message]`, "Enough!")
	if got := b.count(`[data-message]`); got != 101 {
		t.Errorf("after a live message the thread has %d messages, want 101", got)
	}
	b.click(`#older`)
	b.await("the beginning", `document.querySelectorAll("[data-message]").length === 121 && !document.querySelector("#older")`)
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"Really enough!"}`))
	b.see(`[data-message]`, "Really enough!")
	if got := b.count(`[data-message]`); got != 122 {
		t.Errorf("with all loaded the thread has %d messages, want 122", got)
	}
	if order := eval[bool](b, `(ids => ids.every((id, i) => !i || ids[i-1] < id))([...document.querySelectorAll("[data-message]")].map(e => Number(e.dataset.message)))`); !order {
		t.Error("the messages are out of order")
	}
}
