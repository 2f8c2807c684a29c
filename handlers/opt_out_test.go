package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"tagline/store"
	"tagline/textlink/fake"
)

// says lets the customer write.
func (o *outbox) says(text string) {
	o.t.Helper()
	nextMoment()
	o.post(o.token+"/received", json, fmt.Sprintf(`{"phone_number":"+15550100","text":%q,"subuser_id":6,"sim_card_id":5}`, text))
}

// nextMoment waits until the clock shows another millisecond: of two words in the same one it is not the later that counts.
func nextMoment() {
	for now := time.Now().UnixMilli(); time.Now().UnixMilli() == now; {
		runtime.Gosched()
	}
}

// audited are what the audit log says that anna did.
func (o *outbox) audited(action store.Action) (subjects []string) {
	o.t.Helper()
	log, _, err := o.store.AuditLog(o.t.Context(), store.AuditFilter{Action: action}, 0, 9)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, e := range log {
		if e.Name != "anna" {
			o.t.Errorf("%s did it", e.Name)
		}
		subjects = append(subjects, e.Subject)
	}
	return subjects
}

func TestAReplyToWhoOptedOutAsksFirstAndIsNoted(t *testing.T) {
	o := newOutbox(t, nil)
	o.says("Stop!")
	for _, form := range []url.Values{{"text": {"Keep this"}}, {"text": {"Keep this"}, "opted_out": {""}}, {"text": {"Keep this"}, "opted_out": {"yes"}}} {
		status, page := o.send(o.anna, o.thread+"/messages", form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Keep this") || !strings.Contains(page, "opted out") || !strings.Contains(page, "Send anyway") ||
			!strings.Contains(page, `name="opted_out" value="send"`) {
			t.Fatalf("%v was answered %d: %s", form, status, page)
		}
	}
	// What is wrong with it as well is said first, and asked about all the same.
	if _, page := o.send(o.anna, o.thread+"/messages", url.Values{"text": {" "}, "opted_out": {"send"}}); strings.Contains(page, `name="opted_out"`) {
		t.Error("a form that came back for another reason is confirmed already")
	}
	if len(o.messages()) != 0 || len(o.api.Calls()) != 0 || len(o.audited(store.SentDespiteOptOut)) != 0 {
		t.Error("something went out without being confirmed")
	}
	if status, _ := o.send(o.anna, o.thread+"/messages", url.Values{"text": {"Keep this"}, "opted_out": {"send"}}); status != http.StatusSeeOther {
		t.Errorf("what was confirmed was answered %d", status)
	}
	o.becomes(store.Sent)
	if all := o.audited(store.SentDespiteOptOut); len(all) != 1 || all[0] != "conversation 1" {
		t.Errorf("the audit log says %q", all)
	}
}

func TestANewConversationWithWhoOptedOutAsksFirst(t *testing.T) {
	o := newOutbox(t, nil)
	o.says("UNSUBSCRIBE")
	piet := o.person("piet", store.Agent, 7) // who may see none of their conversations
	form := url.Values{"number": {"+1 415 555 0134"}, "subuser": {"7"}, "text": {"Keep this"}}
	o.post(o.token+"/received", json, `{"phone_number":"+14155550134","text":"quit","subuser_id":6}`)
	status, page := o.send(piet, "/conversations", form)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Keep this") || !strings.Contains(page, "opted out") || !strings.Contains(page, `name="opted_out" value="send"`) {
		t.Fatalf("answered %d: %s", status, page)
	}
	if len(o.api.Calls()) != 0 || o.exported("conversation") != 2 {
		t.Error("it was begun without being confirmed")
	}
	form.Set("opted_out", "send")
	if status, _ := o.send(piet, "/conversations", form); status != http.StatusSeeOther {
		t.Errorf("what was confirmed was answered %d", status)
	}
}

func TestARetryToWhoOptedOutAsksFirst(t *testing.T) {
	o := newOutbox(t, always(fake.Mood{Answer: fake.Refused, Reason: "no"}))
	o.reply("Yes")
	retry := fmt.Sprintf("/messages/%d/retry", o.becomes(store.Failed).ID)
	o.says("END")
	for _, path := range []string{retry, "/failures/retry"} {
		form := url.Values{"sim_card_id": {"9"}, "message": {strings.Split(retry, "/")[2]}}
		status, page := o.send(o.anna, path, form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, `action="`+retry+`"`) || !strings.Contains(page, `name="sim_card_id" value="9"`) || !strings.Contains(page, `name="opted_out" value="send"`) {
			t.Errorf("%s was answered %d: %s", path, status, page)
		}
	}
	// Many at once cannot be confirmed.
	if status, _ := o.send(o.anna, "/failures/retry", url.Values{"message": {strings.Split(retry, "/")[2]}, "opted_out": {"send"}}); status != http.StatusUnprocessableEntity || len(o.messages()) != 1 {
		t.Errorf("many with a confirmation were answered %d", status)
	}
	piet := o.person("piet", store.Agent, 7)
	if status, _ := o.send(piet, retry, url.Values{"opted_out": {"send"}}); status != http.StatusNotFound {
		t.Errorf("outside of the scope it was answered %d", status)
	}
	if len(o.api.Calls()) != 1 {
		t.Error("it went out without being confirmed")
	}
	if status, _ := o.send(o.anna, retry, url.Values{"opted_out": {"send"}, "sim_card_id": {"9"}}); status != http.StatusSeeOther {
		t.Errorf("what was confirmed was answered %d", status)
	}
	if status, _ := o.send(o.anna, retry, url.Values{"opted_out": {"send"}}); status != http.StatusConflict {
		t.Errorf("a second attempt beside the first was answered %d", status)
	}
	if all := o.audited(store.SentDespiteOptOut); len(all) != 1 {
		t.Errorf("the audit log says %q", all)
	}
}

func TestManyRetriesSayHowManyWereLeftAlone(t *testing.T) {
	o := newOutbox(t, nil)
	for i, number := range []string{"+15550101", "+15550102", "+15550103"} {
		o.post(o.token+"/failed", json, fmt.Sprintf(`{"phone_number":%q,"text":"Hello","subuser_id":6,"timestamp":1748463114559}`, number))
		o.post(o.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":%q,"subuser_id":6}`, number, []string{"stop", "ok", "cancel"}[i]))
	}
	list, _, err := o.store.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewFailed}, store.Position{}, 9)
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	form := url.Values{}
	for _, c := range list {
		failures, err := o.store.OpenFailures(t.Context(), store.Everything, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		form.Add("message", fmt.Sprint(failures[c.ID][0].ID))
	}
	if status, _, said := o.sendForm(o.anna, "/failures/retry", form, true); status != http.StatusOK || !strings.Contains(said, "1 message is tried again; 2 messages were left alone because the contacts opted out.") {
		t.Errorf("answered %d: %s", status, said)
	}
	if status, _, said := o.sendForm(o.anna, "/failures/retry", form, true); status != http.StatusUnprocessableEntity || !strings.Contains(said, "Nothing is tried again: 2 messages were left alone") {
		t.Errorf("once more it was answered %d: %s", status, said)
	}
}

func TestAContactIsMarkedByHand(t *testing.T) {
	o := newOutbox(t, nil)
	if status, to := o.send(o.anna, o.thread+"/opt-out", nil); status != http.StatusSeeOther {
		t.Fatalf("marking was answered %d to %s", status, to)
	}
	if _, page := o.fetch(o.anna, "GET", o.thread); strings.Count(page, `class="chip opted-out"`) != 2 || !strings.Contains(page, "by hand") {
		t.Error("row, head or contact do not show it")
	}
	if !strings.Contains(o.export(), `"opted_out":true`) {
		t.Error("the export does not show it")
	}
	if status, _ := o.send(o.anna, o.thread+"/opt-in", nil); status != http.StatusSeeOther {
		t.Errorf("clearing was answered %d", status)
	}
	if _, page := o.fetch(o.anna, "GET", o.thread); strings.Contains(page, `class="chip opted-out"`) || strings.Contains(o.export(), `"opted_out":true`) {
		t.Error("it was not cleared")
	}
	if out, in := o.audited(store.OptedOut), o.audited(store.OptedIn); len(out) != 1 || len(in) != 1 {
		t.Errorf("the audit log says %q and %q", out, in)
	}
}

// Everybody with a conversation sees that they opted out; the link to the message only who has that one before them.
func TestWhereTheMessageIsNotSeenOnlyThatTheyOptedOutIs(t *testing.T) {
	o := newOutbox(t, nil)
	piet := o.person("piet", store.Agent, 7)
	o.post(o.token+"/received", json, `{"phone_number":"+15550100","text":"Hello?","subuser_id":7}`)
	o.says("STOP")
	_, page := o.fetch(piet, "GET", "/conversations/2")
	i := strings.Index(page, `class="opt-out"`)
	if i < 0 || strings.Count(page, `class="chip opted-out"`) != 2 {
		t.Fatalf("he does not see it: %s", page)
	}
	if detail, _, _ := strings.Cut(page[i:], "</dd>"); strings.Contains(detail, "<time") || strings.Contains(detail, "<a ") || !strings.Contains(detail, "Yes") {
		t.Errorf("he sees %s", detail)
	}
	_, page = o.fetch(o.anna, "GET", o.thread)
	i = strings.Index(page, `class="opt-out"`)
	if detail, _, _ := strings.Cut(page[i:], "</dd>"); !strings.Contains(detail, "<time") || !strings.Contains(detail, o.thread+"?message=") {
		t.Errorf("beside the message it is %s", detail)
	}
}

func TestAdminsKeepWordsOfTheirOwn(t *testing.T) {
	o := newOutbox(t, nil)
	path := "/settings/opt-out"
	if status, _ := o.send(o.anna, path, url.Values{"out": {"Abmelden\r\n\r\n  no   more \n"}, "in": {"Wieder da"}}); status != http.StatusSeeOther {
		t.Fatalf("saving was answered %d", status)
	}
	if _, page := o.fetch(o.anna, "GET", path); !strings.Contains(page, ">Abmelden\nno more</textarea>") || !strings.Contains(page, ">Wieder da</textarea>") || !strings.Contains(page, "STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT") {
		t.Errorf("the page is %s", page)
	}
	var many []string
	for i := range 51 {
		many = append(many, fmt.Sprint("word ", i))
	}
	for _, wrong := range []struct{ out, in, words string }{
		{"Abmelden\nabmelden!", "", "are the same word"},
		{"Abmelden", "ABMELDEN", "are the same word"},
		{"?!", "", "no letter or digit"},
		{"stop", "", "counts already"},
		{"", "Stop!", "counts already"},
		{strings.Repeat("ö", 41), "", "is too long"},
		{strings.Join(many, "\n"), "", "more than 50 words"},
	} {
		status, page := o.send(o.anna, path, url.Values{"out": {wrong.out}, "in": {wrong.in}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong.words) || !strings.Contains(page, ">"+wrong.out+"</textarea>") {
			t.Errorf("%q and %q were answered %d", wrong.out, wrong.in, status)
		}
	}
	o.says("abmelden.")
	if !strings.Contains(o.export(), `"opted_out":true`) {
		t.Error("their word does not opt out")
	}
	o.says("wieder da")
	if strings.Contains(o.export(), `"opted_out":true`) {
		t.Error("their word does not opt in")
	}
	if all := o.audited(store.OptWordsChanged); len(all) != 1 || all[0] != "Abmelden, no more, Wieder da" {
		t.Errorf("the audit log says %q", all)
	}
	piet := o.person("piet", store.Agent, 6)
	if status, _ := o.fetch(piet, "GET", "/inbox"); status != http.StatusOK {
		t.Fatal(status)
	}
	if _, page := o.fetch(piet, "GET", "/inbox"); strings.Contains(page, path) {
		t.Error("who is no admin is led there")
	}
}

func TestOpenPagesShowAnOptOutAtOnce(t *testing.T) {
	o := newOutbox(t, nil)
	for page, word := range map[string]string{"/inbox": "stop", o.thread: "quit"} {
		frames, shown := o.watch(o.anna, page), false
		o.says(word)
		for frame := range frames {
			if shown = strings.Contains(frame, "chip opted-out"); shown {
				break
			}
		}
		if !shown {
			t.Errorf("%s does not show it", page)
		}
		o.says("start" + strings.Repeat("!", len(page)))
	}
}

// What waited when they opted out does not go out, although what was written after the question does.
func TestWhatWaitsWhenTheyOptOutIsHeld(t *testing.T) {
	moods := make(chan fake.Mood)
	o := newOutbox(t, func(fake.Call) fake.Mood { return <-moods })
	o.reply("First")
	o.becomes(store.Sending)
	o.reply("Second")
	o.says("STOP")
	if status, _ := o.send(o.anna, o.thread+"/messages", url.Values{"text": {"Third"}, "opted_out": {"send"}}); status != http.StatusSeeOther {
		t.Fatalf("what was confirmed was answered %d", status)
	}
	for range 2 {
		moods <- fake.Mood{}
	}
	o.api.Wait()
	if calls := o.api.Calls(); len(calls) != 2 || calls[0].Text != "First" || calls[1].Text != "Third" {
		t.Errorf("the calls are %+v", calls)
	}
	if _, page := o.fetch(o.anna, "GET", o.thread); !strings.Contains(page, "They opted out before it was sent.") || !strings.Contains(page, "! Not sent") {
		t.Errorf("the page does not say why the second was not sent")
	}
}
