package e2e

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tagline/textlink"
	"tagline/textlink/fake"
)

// desk is a running program whose replies go to a fake TextLink.
type desk struct {
	*server
	t     testing.TB
	db    string
	api   *fake.API
	urls  map[string]string
	moods chan fake.Mood // how the next calls go; a good one where none waits
}

// newDesk runs one with anna, who sees everything, and piet, who sees subuser 6.
func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, db: databaseWithTeam(t, "anna --role admin", "piet --role agent --subuser 6"), moods: make(chan fake.Mood, 10)}
	d.api = &fake.API{Key: apiKey, Mood: func(fake.Call) fake.Mood {
		select {
		case mood := <-d.moods:
			return mood
		default:
			return fake.Mood{}
		}
	}}
	textLink := httptest.NewServer(d.api)
	t.Cleanup(textLink.Close)
	d.server = serve(t, "--db", d.db, "--api-key", apiKey, "--api-url", textLink.URL, "--send-pace", "10ms")
	d.urls = webhooks(t, d.db, d.url)
	d.api.Console.URLs = map[textlink.Kind]string{}
	for kind, url := range d.urls {
		d.api.Console.URLs[textlink.Kind(kind)] = url
	}
	d.receive("Is the flat still free?", 131)
	d.receive("I could come by today.", 132)
	return d
}

// receive lets the customer write.
func (d *desk) receive(text string, sim int) {
	d.t.Helper()
	post(d.t, d.urls["received"], fmt.Appendf(nil, `{"phone_number":"+14155550134","text":%q,"name":"Maria Ochoa","tag":"Warm","subuser_id":6,"sim_card_id":%d}`, text, sim))
}

// sit signs somebody in and opens the customer's conversation.
func (d *desk) sit(name string) tab {
	b := newTab(d.t)
	b.signIn(d.url, name)
	b.click(`[data-conversation]`)
	b.see(`#thread-title`, "Maria Ochoa")
	b.live()
	return b
}

// look writes a screenshot where they are asked for.
func (b tab) look(name string) {
	if dir := os.Getenv("TAGLINE_SCREENSHOTS"); dir != "" {
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			b.shoot(filepath.Join(dir, name+"-"+scheme+".png"))
		}
		b.size(390, 844)
		b.shoot(filepath.Join(dir, name+"-phone-dark.png"))
		b.scheme("light")
		b.shoot(filepath.Join(dir, name+"-phone-light.png"))
		b.size(1440, 900)
	}
}

const replyField = `[data-composer] textarea`

// retype puts a text into the composer as typing does.
func (b tab) write(text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(replyField), text))
}

func TestAReplyBecomesDispatchedAndAFailedOneGoesOutOnAnotherSIM(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	webhook, fails := make(chan struct{}), make(chan struct{})
	d.moods <- fake.Mood{Answer: fake.Queued, Webhooks: []fake.Webhook{{Kind: textlink.Sent, When: webhook}, {Kind: textlink.Failed, When: fails}}}

	b.do(chromedp.KeyEvent("r"))
	b.await("the cursor in the composer", `document.activeElement.matches("[data-composer] textarea")`)
	eval[any](b, `document.activeElement.value = ""`) // the driver types the key besides
	b.write("Yes – 14 Pine Street, ring for the 2nd floor.")
	b.see(`.composer-count`, "1 SMS (Unicode)")
	b.look("composer")
	b.write(kb.Enter)
	b.see(`[data-message][data-state=accepted]`, "Waiting for the phone")
	if value := eval[string](b, `document.querySelector("[data-composer] textarea").value`); value != "" {
		t.Errorf("the composer still holds %q", value)
	}
	if calls := d.api.Calls(); len(calls) != 1 || calls[0].SIMCardID != 132 {
		t.Errorf("the calls are %+v, want one on the last message's SIM", calls)
	}
	b.look("waiting")
	close(webhook)
	b.see(`[data-message][data-state=sent]`, "Dispatched")
	if n := b.count(`.message.out`); n != 1 {
		t.Errorf("%d messages instead of one", n)
	}
	close(fails)
	b.see(`[data-message][data-state=failed]`, "Not sent")
	b.see(`[data-conversation]`, "Failed")
	b.see(`#nav-views`, "Failed\n1")

	// On another SIM card, from the menu of the bubble.
	b.look("failed")
	eval[any](b, `document.querySelector("[data-state=failed] .bubble-menu").open = true`)
	b.click(`[data-state=failed] .bubble-menu form[action$="/retry"] button`)
	b.see(`[data-message][data-state=sent]`, "attempt 2")
	b.await("the badges to go", `!document.querySelector(".row .badge.failed") && !document.querySelector(".thread-head .badge.failed")`)
	if calls := d.api.Calls(); len(calls) != 2 || calls[1].SIMCardID != 131 {
		t.Errorf("the calls are %+v", calls)
	}
	b.look("retried")
}

func TestManyFailuresAreTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	for _, text := range []string{"One", "Two"} {
		d.moods <- fake.Mood{Answer: fake.Refused, Reason: "No credit left"}
		b.write(text + kb.Enter)
		b.see(`[data-message][data-state=failed]`, text)
	}
	b.see(`[data-message][data-state=failed]`, "No credit left")
	b.open(d.url + "/inbox?view=failed")
	b.live()
	b.look("failures")
	for i := range 2 {
		b.click(fmt.Sprintf(`.open-failure:nth-child(%d) .failure-check`, i+1))
	}
	b.see(`.failure-bar`, "Retry 2")
	b.click(`[data-for-selected="Retry"]`)
	b.click(`.thread.none`) // nothing moves under the pointer
	b.await("the failures to go", `!document.querySelector(".open-failure")`)
	if calls := d.api.Calls(); len(calls) != 4 {
		t.Errorf("%d calls", len(calls))
	}
}

func TestColleaguesSeeWhoLooksAndWhoWrites(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anna, piet := d.sit("anna"), d.sit("piet")
	anna.see(`#presence`, "piet has this open too")
	piet.see(`#presence`, "anna has this open too")
	piet.look("presence")
	piet.write("At three?")
	anna.see(`#presence`, "piet is writing a reply")
	anna.look("writing")
	piet.write(kb.Enter)
	anna.see(`#presence`, "piet has this open too")
	eval[any](piet, `Object.defineProperty(document, "hidden", { value: true, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`)
	anna.await("nobody to be there", `document.getElementById("presence").textContent === ""`)
	eval[any](piet, `delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))`)
	anna.see(`#presence`, "piet has this open too")
	piet.open(d.url + "/inbox")
	anna.await("nobody to be there", `document.getElementById("presence").textContent === ""`)
}

func TestAColleaguesNewerAnswerIsAskedAbout(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	anna, piet := d.sit("anna"), d.sit("piet")
	piet.write("At three?")
	anna.write("At four?" + kb.Enter)
	piet.see(`[data-message][data-state=sent]`, "At four?")
	piet.refused.Store(eval[string](piet, `document.querySelector("[data-composer]").action`), true)
	piet.click(`.composer-send`)
	piet.see(`.composer-ask`, "Somebody has answered")
	piet.look("collision")
	if text := eval[string](piet, `document.querySelector("[data-composer] textarea").value`); text != "At three?" {
		t.Errorf("the composer holds %q", text)
	}
	if len(d.api.Calls()) != 1 {
		t.Error("it went out all the same")
	}
	piet.click(`.composer-send`)
	piet.see(`[data-message][data-state=sent]`, "At three?")
	if text := anna.text(`.message.out[data-joined], .message.out:last-child`); text == "" {
		t.Error("anna sees nothing")
	}
}

func TestADraftSurvivesAReloadAndIsThereOnAnotherDevice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	b.write("Half a thought")
	b.see(`[data-conversation]`, "Draft: Half a thought")
	b.do(chromedp.Reload())
	b.await("the draft", `document.querySelector("[data-composer] textarea")?.value === "Half a thought"`)
	other := d.sit("anna")
	other.await("the draft", `document.querySelector("[data-composer] textarea")?.value === "Half a thought"`)
	b.look("draft")
	eval[any](other, `(field => { field.focus(); field.setSelectionRange(99, 99); })(document.querySelector("[data-composer] textarea"))`)
	other.do(chromedp.KeyEvent(", whole now" + kb.Enter))
	other.see(`[data-message]`, "Half a thought, whole now")
	other.await("the draft to go", `!document.querySelector(".draft")`)
}

func TestTheComposerCountsAsTheServerDoes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	table, err := os.ReadFile(filepath.Join("textlink", "testdata", "segments.json"))
	if err != nil {
		t.Fatal(err)
	}
	// The field is one like the composer's, which has its text as it is: browsers would make one line break of another.
	wrong := eval[[]string](b, `(() => {
		document.body.insertAdjacentHTML("beforeend", "<form id=counted><textarea></textarea><output data-count></output></form>");
		const [field, output] = document.getElementById("counted").elements;
		return (`+string(table)+`).filter((c) => {
			const text = c.parts.map(([text, times]) => text.repeat(times)).join("");
			Object.defineProperty(field, "value", { get: () => text, configurable: true });
			field.dispatchEvent(new Event("input", { bubbles: true }));
			if (text === "") return output.value !== "";
			const [, units, sms, unicode] = /^(\d+) \/ \d+ · (\d+) SMS( \(Unicode\))?$/.exec(output.value);
			return Boolean(unicode) !== c.unicode || Number(units) !== c.units || Number(sms) !== c.sms;
		}).map((c) => JSON.stringify(c.parts));
	})()`)
	if len(wrong) > 0 {
		t.Errorf("counted otherwise: %q", wrong)
	}
}
