package e2e

import (
	"net/http"
	neturl "net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// endSessions ends all of somebody's sessions but one of their own elsewhere.
func (d *desk) endSessions(name string) {
	d.t.Helper()
	client := signedIn(d.t, d.url, name)
	resp, err := client.PostForm(d.url+"/settings/account/sessions/end", neturl.Values{})
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		d.t.Fatalf("the sessions were ended with %d", resp.StatusCode)
	}
}

// signInHere signs in on the page that the browser shows.
func (b tab) signInHere(name string) {
	b.t.Helper()
	b.await("the sign-in page", `location.pathname === "/login"`)
	b.fill(`input[name=username]`, name)
	b.fill(`input[name=password]`, password)
	b.submit(`input[name=password]`)
	b.await("a page of the user's", `!!document.getElementById("app")?.dataset.user`)
}

// holds waits until a field has the text.
func (b tab) holds(selector, text string) {
	b.t.Helper()
	b.await(selector+" with "+text, `document.querySelector(`+quoted(selector)+`)?.value === `+quoted(text))
}

const noteField = `[data-note-form] textarea`

// typing is where somebody types, and how the page is reached.
var typing = []struct {
	name, path, field, text string
	before                  func(b tab)
}{
	{"a reply", "", replyField, "A reply that took a while to write", nil},
	{"a note", "", noteField, "A note for the others", func(b tab) { b.click(`[data-mode-button=note]`) }},
	{"a new conversation", "/conversations/new", `#text`, "Hello, is the flat still free? – Čao", func(b tab) { b.fill(`#number`, "+1 415 555 0199") }},
	{"a canned reply", "/settings/replies", `form[action="/settings/replies"] textarea`, "Thank you, {name}.", nil},
	{"names", "/settings/names", `form input[type=text]`, "Letting office", nil},
}

func (b tab) goes(d *desk, path string) {
	b.t.Helper()
	if path == "" {
		b.open(d.url + "/inbox")
		b.click(`[data-conversation]`)
		b.see(`#thread-title`, "Maria Ochoa")
	} else {
		b.open(d.url + path)
	}
	b.live()
}

func TestWhatIsTypedOutlivesASession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, row := range typing {
		t.Run(row.name+", ended elsewhere", func(t *testing.T) {
			b := d.sitHere(t, "anna")
			b.goes(d, row.path)
			if row.before != nil {
				row.before(b)
			}
			b.fill(row.field, row.text)
			typed := eval[string](b, `document.querySelector(`+quoted(row.field)+`).value`)
			d.endSessions("anna")
			b.signInHere("anna")
			b.holds(row.field, typed)
		})
		t.Run(row.name+", over when it is sent", func(t *testing.T) {
			b := d.sitHere(t, "anna")
			b.goes(d, row.path)
			if row.before != nil {
				row.before(b)
			}
			b.fill(row.field, row.text)
			typed := eval[string](b, `document.querySelector(`+quoted(row.field)+`).value`)
			if _, err := chromedp.Call(b.ctx, network.DeleteCookies, network.DeleteCookiesParams{Name: "tagline", URL: d.url}); err != nil {
				t.Fatal(err)
			}
			b.submit(row.field)
			b.signInHere("anna")
			b.holds(row.field, typed)
		})
	}
}

// Where a form came back once, it stands at the address that it is sent to.
func TestWhatIsTypedOutlivesASessionAfterItCameBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sitHere(t, "anna")
	b.goes(d, "/conversations/new")
	b.fill(`#number`, "12")
	b.fill(`#text`, "Hello")
	b.refused.Store(d.url+"/conversations", true)
	b.submit(`#text`)
	b.see(`#new-error`, "number")
	b.fill(`#text`, " again")
	typed := eval[string](b, `document.getElementById("text").value`)
	d.endSessions("anna")
	b.signInHere("anna")
	b.holds(`#text`, typed)
	b.holds(`#number`, "12")
}

func TestWhatIsTypedIsThereAfterTheServerDidNotAnswer(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	l.server.stop()
	l.args = append(l.args, "--api-key", apiKey, "--api-url", "http://127.0.0.1:1")
	l = l.start()
	l.open(l.wire.url() + "/conversations/new")
	l.fill(`#text`, "Is anybody there?")
	l.server.stop()
	l.submit(`#text`)
	l.await("the browser's own page", `!document.querySelector("textarea")`)
	l = l.start()
	l.do(chromedp.NavigateBack())
	l.holds(`#text`, "Is anybody there?")
}

func TestNobodyElseSeesWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, row := range typing[:3] {
		t.Run(row.name, func(t *testing.T) {
			b := d.sitHere(t, "anna")
			b.goes(d, row.path)
			if row.before != nil {
				row.before(b)
			}
			b.fill(row.field, row.text)
			d.endSessions("anna")
			b.signInHere("piet")
			b.goes(d, row.path)
			b.holds(row.field, "")
			if kept := eval[string](b, `JSON.stringify({...sessionStorage}) + JSON.stringify({...localStorage})`); strings.Contains(kept, row.text) {
				t.Errorf("the browser still holds it: %s", kept)
			}
		})
	}
}

func TestSigningOutForgetsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sitHere(t, "anna")
	b.goes(d, "/conversations/new")
	b.fill(`#text`, "Not for anybody")
	eval[any](b, `(() => { const form = Object.assign(document.createElement("form"), { method: "post", action: "/logout" }); document.body.append(form); form.requestSubmit(); return true })()`)
	b.await("the sign-in page", `location.pathname === "/login"`)
	if kept := eval[string](b, `JSON.stringify({...sessionStorage})`); strings.Contains(kept, "Not for anybody") {
		t.Errorf("the browser still holds it: %s", kept)
	}
}

// What was sent does not come back.
func TestWhatWasSentIsNotTypedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sitHere(t, "anna")
	b.goes(d, "/conversations/new")
	b.fill(`#number`, "+1 415 555 0199")
	b.fill(`#text`, "Sent once")
	b.submit(`#text`)
	b.see(`.message.out`, "Sent once")
	b.goes(d, "/conversations/new")
	b.holds(`#text`, "")
	b.open(d.url + "/conversations/2")
	b.holds(replyField, "")
}

// sitHere opens a tab of somebody's for a subtest.
func (d *desk) sitHere(t *testing.T, name string) tab {
	t.Helper()
	b := newTab(t)
	b.refused.Store(cuts, true)
	for _, path := range []string{"/session", "/conversations/1/draft", "/conversations/1/messages", "/conversations/1/notes", "/live"} {
		b.refused.Store(d.url+path, true)
	}
	b.signIn(d.url, name)
	return b
}

func TestTwoPagesWithDraftsLoseNeither(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.sit("anna")
	second := first.another()
	second.open(eval[string](first, `location.href`))
	second.live()
	const long = "A draft with the forty-seven characters it needs"
	first.write(long)
	anna := signedIn(t, d.url, "anna")
	path := eval[string](first, `location.pathname`)
	first.await("the draft to be kept", `!!document.querySelector("[data-composer] textarea").ownDraft?.version && document.querySelector("[data-composer] textarea").ownDraft.version !== "0"`)
	second.write("x")
	second.see(`[data-other-draft]`, long)
	second.look("two-drafts")
	first.do(chromedp.Reload())
	first.live()
	first.holds(replyField, long)
	first.see(`[data-other-draft]`, "x")
	first.click(`[data-use-draft]`)
	first.holds(replyField, "x")
	first.see(`[data-other-draft]`, long)
	first.write("y") // both go on in the same one
	first.await("the draft to be kept", `document.querySelector("[data-composer] textarea").value === "xy"`)
	first.click(`[data-use-draft]`)
	first.holds(replyField, long)
	first.see(`[data-other-draft]`, "xy")
	first.write("!")
	first.write("\r")
	first.see(`.message.out`, long+"!")
	first.see(`[data-other-draft]`, "xy")
	first.holds(replyField, "")
	first.click(`[data-drop-draft]`)
	first.await("no other draft", `!document.querySelector("[data-other-draft]")`)
	resp, err := anna.Get(d.url + path)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// A page that was opened later has the draft in it; what it writes in its place doesn't take it away from the first.
func TestADraftThatAnotherPageReplacedIsNotLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.sit("anna")
	const long = "A draft with the forty-seven characters it needs"
	const kept = `Number(document.querySelector("[data-composer] textarea").ownDraft?.version) > 0`
	first.write(long)
	first.await("the draft to be kept", kept)
	second := first.another()
	second.open(eval[string](first, `location.href`))
	second.live()
	second.holds(replyField, long)
	eval[any](second, `document.querySelector("[data-composer] textarea").value = ""`)
	second.write("x")
	second.await("the other one to be kept", `sessionStorage.getItem("draft 1 composer-1")?.includes('"x"')`)
	first.do(chromedp.Reload())
	first.live()
	first.holds(replyField, "x")
	first.see(`[data-other-draft]`, long)
	second.do(chromedp.Reload())
	second.holds(replyField, "x")
	second.see(`[data-other-draft]`, long)
}

func TestAPlaceholderIsAskedAboutInTheBrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sitHere(t, "anna")
	b.goes(d, "")
	b.refused.Store(d.url+eval[string](b, `location.pathname`)+"/messages", true)
	b.write("Hello {first_name}")
	b.write("\r")
	b.see(`.composer-ask`, "{first_name}")
	b.holds(replyField, "Hello {first_name}")
	if calls := d.api.Calls(); len(calls) != 0 {
		t.Errorf("it was sent: %+v", calls)
	}
	b.look("placeholder")
	b.click(`.composer-send`)
	b.see(`.message.out`, "Hello {first_name}")
}
