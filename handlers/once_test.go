package handlers_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tagline/store"
	"tagline/textlink/fake"
)

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// formOf are the hidden fields of the form that posts to the path.
func (o *outbox) formOf(client *http.Client, page, path string) url.Values {
	o.t.Helper()
	_, body := o.fetch(client, "GET", page)
	form := url.Values{}
	_, rest, found := strings.Cut(body, `action="`+path+`"`)
	if !found {
		o.t.Fatalf("%s has no form for %s", page, path)
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	for _, field := range hidden.FindAllStringSubmatch(rest, -1) {
		form.Set(field[1], field[2])
	}
	return form
}

func (o *outbox) texts() (texts []string) {
	o.t.Helper()
	for _, m := range o.messages() {
		texts = append(texts, m.Text)
	}
	return texts
}

func TestTheComposerPostedTwiceIsOneMessage(t *testing.T) {
	o := newOutbox(t, nil)
	path := o.thread + "/messages"
	form := o.formOf(o.anna, o.thread, path)
	form.Set("text", "Once")
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if status, body := o.send(o.anna, path, form); status != http.StatusSeeOther {
				t.Errorf("answered %d: %s", status, body)
			}
		})
	}
	all.Wait()
	if texts := o.texts(); !slices.Equal(texts, []string{"Once"}) {
		t.Errorf("the messages are %q", texts)
	}
	// Somebody goes back to the page, and changes what it says: that is another message.
	for _, change := range []struct{ field, value string }{{"text", "Twice"}, {"sim_card_id", "5"}} {
		form.Set(change.field, change.value)
		if status, body := o.send(o.anna, path, form); status != http.StatusSeeOther {
			t.Errorf("answered %d: %s", status, body)
		}
	}
	// Another page has another form.
	again := o.formOf(o.anna, o.thread, path)
	again.Set("text", "Once")
	o.send(o.anna, path, again)
	if texts := o.texts(); !slices.Equal(texts, []string{"Once", "Twice", "Twice", "Once"}) {
		t.Errorf("the messages are %q", texts)
	}
}

func TestANewConversationPostedTwiceIsOneAndAnotherTextIsAnother(t *testing.T) {
	o := newOutbox(t, nil)
	form := o.formOf(o.anna, "/conversations/new", "/conversations")
	form.Set("number", "+1 415 555 0199")
	form.Set("subuser", "6")
	for _, text := range []string{"Hello", "Hello", "Hello again", "Hello"} {
		form.Set("text", text)
		_, o.thread = o.begin(o.anna, form)
	}
	if texts := o.texts(); !slices.Equal(texts, []string{"Hello", "Hello again"}) {
		t.Errorf("the messages are %q", texts)
	}
}

func TestANoteFormPostedTwiceIsOneNote(t *testing.T) {
	o := newOutbox(t, nil)
	path := o.thread + "/notes"
	form := o.formOf(o.anna, o.thread, path)
	for _, text := range []string{"Ring back", "Ring back", " Ring back\r\n", "Ring twice"} {
		form.Set("text", text)
		if status, _ := o.send(o.anna, path, form); status != http.StatusSeeOther {
			t.Errorf("answered %d", status)
		}
	}
	_, page := o.fetch(o.anna, "GET", o.thread)
	if n := strings.Count(page, `class="note"`); n != 2 {
		t.Errorf("%d notes, want 2", n)
	}
}

// What looks like a placeholder is asked about once; everything else in braces goes out.
func TestPlaceholdersAreAskedAbout(t *testing.T) {
	o := newOutbox(t, nil)
	path := o.thread + "/messages"
	for _, row := range []struct {
		text string
		asks bool
	}{
		{"Hello {name}", true}, {"Hello {first_name}, your code", true}, {"Dear { Name },", true}, {"Привет {имя}", true}, {"{{name}}", true}, {"${amount} due", true},
		{"{order number} is ready", true}, {"{agent}", true},
		{"Hi ｛name｝", true}, {"Hi {first\u00a0name}", true}, {"Hi {name|there}", true}, {"Hi {_name}", true}, {"Hi {#name}", true}, {"Hi {name!}", true}, {"Hi { name\t}", true},
		{"Hi {\u200bname}", true}, {"Hi {na\u00adme}", true}, {"{ｎａｍｅ}", true},
		{"Hi {{1}}", true}, {"Hi {1}, {2}", true}, {"Hi {{ contact.name | default: \"there\" }}", true}, {"Hi {customer's name}", true}, {"{Datum/Uhrzeit}", true}, {"{ { order:id } }", true},
		{"{123}", false}, {"{{}}", false}, {"{{ - }}", false}, {"{ {\n} }", false}, {"{3.5}", false},
		{`{"a": "b|c"}`, false}, {"{a || b}", false}, {"{a | b}", false}, {"{!a}", false}, {"{a != b}", false}, {"{f(x)}", false}, {"{a:1}", false}, {"{ a\n}", false}, {"{#}", false}, {"{_}", false}, {"{|}", false},
		{`{"a": 1}`, false}, {"{}", false}, {"if (x) { return; }", false}, {"{1,2}", false}, {":-{", false}, {"a } b { c", false}, {"no braces", false},
	} {
		form := o.formOf(o.anna, o.thread, path)
		form.Set("text", row.text)
		before := len(o.texts())
		status, page := o.send(o.anna, path, form)
		if asks := status == http.StatusUnprocessableEntity; asks != row.asks || asks == (len(o.texts()) > before) {
			t.Errorf("%q is answered %d", row.text, status)
			continue
		}
		if !row.asks {
			continue
		}
		if !strings.Contains(page, "exactly as written") || !strings.Contains(page, "Send anyway") || strings.Contains(page, `name="opted_out"`) {
			t.Errorf("%q is asked about with %s", row.text, page)
		}
		for _, field := range hidden.FindAllStringSubmatch(page, -1) {
			form.Set(field[1], html.UnescapeString(field[2]))
		}
		if status, _ := o.send(o.anna, path, form); status != http.StatusSeeOther {
			t.Errorf("%q is asked about again", row.text)
		}
		if texts := o.texts(); texts[len(texts)-1] != strings.TrimSpace(row.text) {
			t.Errorf("%q was sent as %q", row.text, texts[len(texts)-1])
		}
		form.Set("text", "Now {another}")
		if status, _ := o.send(o.anna, path, form); status != http.StatusUnprocessableEntity {
			t.Errorf("another placeholder is not asked about: %d", status)
		}
	}
}

func TestThePlaceholderQuestionIsNoWayAroundAnOptOut(t *testing.T) {
	o := newOutbox(t, nil)
	o.send(o.anna, o.thread+"/opt-out", nil)
	for _, form := range []url.Values{
		{"text": {"Hi {name}"}, "placeholders": {"{name}"}},
		{"number": {"+15550100"}, "subuser": {"6"}, "text": {"Hi {name}"}, "placeholders": {"{name}"}},
	} {
		path := o.thread + "/messages"
		if form.Has("number") {
			path = "/conversations"
			form.Set("number", "+1 415 555 0199")
			if err := o.store.MarkOptedOut(t.Context(), store.Everything, true, o.writes("+14155550199")); err != nil {
				t.Fatal(err)
			}
		}
		status, page := o.send(o.anna, path, form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, `name="opted_out"`) || !strings.Contains(page, `name="placeholders" value="{name}"`) {
			t.Fatalf("%s is answered %d: %s", path, status, page)
		}
		form.Set("opted_out", "send")
		if status, _ := o.send(o.anna, path, form); status != http.StatusSeeOther {
			t.Errorf("%s: with both answers it is %d", path, status)
		}
	}
}

// writes is the conversation with a number that writes now.
func (o *outbox) writes(number string) int64 {
	o.t.Helper()
	o.post(o.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":"Hi","subuser_id":6,"sim_card_id":5}`, number))
	list, _, err := o.store.Conversations(o.t.Context(), store.Everything, 0, store.Filter{View: store.ViewInbox}, store.Position{}, 9)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, c := range list {
		if c.Contact.PhoneNumber == number {
			return c.ID
		}
	}
	o.t.Fatal("nobody wrote")
	return 0
}

func TestDraftsOfTwoPagesStandBesideEachOther(t *testing.T) {
	o := newOutbox(t, nil)
	first, second := o.formOf(o.anna, o.thread, o.thread+"/messages"), o.formOf(o.anna, o.thread, o.thread+"/messages")
	first.Set("text", "A draft of the first page, which is a long one")
	second.Set("text", "x <b>")
	if status, _ := o.send(o.anna, o.thread+"/draft", first); status != http.StatusNoContent {
		t.Errorf("the first is answered %d", status)
	}
	status, said := o.send(o.anna, o.thread+"/draft", second)
	if status != http.StatusOK || !strings.Contains(said, "A draft of the first page") || strings.Contains(said, "x &lt;b") {
		t.Errorf("the second is answered %d: %s", status, said)
	}
	_, page := o.fetch(o.anna, "GET", o.thread)
	if !strings.Contains(page, ">A draft of the first page, which is a long one</textarea>") || !strings.Contains(page, "data-other-text>x &lt;b&gt;</span>") {
		t.Error("the page has not both")
	}
	piet := o.person("piet", store.Agent, 6)
	if _, page := o.fetch(piet, "GET", o.thread); strings.Contains(page, "data-other-text") {
		t.Error("a colleague sees them")
	}
}

// A failed message that is tried again twice, on another SIM card, goes out once more.
func TestARetryPostedTwiceIsOneAttempt(t *testing.T) {
	o := newOutbox(t, func(c fake.Call) fake.Mood {
		if c.SIMCardID == 7 {
			return fake.Mood{}
		}
		return fake.Mood{Answer: fake.Refused}
	})
	o.reply("Again")
	failed := o.becomes(store.Failed)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			o.send(o.anna, fmt.Sprintf("/messages/%d/retry", failed.ID), url.Values{"sim_card_id": {"7"}})
		})
	}
	all.Wait()
	if texts := o.texts(); len(texts) != 2 {
		t.Errorf("the messages are %q", texts)
	}
}
