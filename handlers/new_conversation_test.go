package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tagline/store"
)

// begin posts the form for a new conversation and returns where it led.
func (o *outbox) begin(client *http.Client, form url.Values) (status int, to string) {
	o.t.Helper()
	resp, err := client.PostForm(o.URL+"/conversations", form)
	if err != nil {
		o.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Location")
}

func TestANewConversationSendsToTheNumberHoweverItIsWritten(t *testing.T) {
	o := newOutbox(t, nil)
	_, page := o.fetch(o.anna, "GET", "/conversations/new?subuser=6")
	once := regexp.MustCompile(`name="once" value="([A-Z2-7]{26})"`).FindStringSubmatch(page)
	if once == nil || !strings.Contains(page, `<option value="6" selected>`) || !strings.Contains(page, `<option value="main">`) {
		t.Fatalf("the form is %s", page)
	}
	form := url.Values{"once": {once[1]}, "number": {" 00 1 (415) 555–0199 "}, "subuser": {"6"}, "sim_card_id": {"5"}, "text": {"Hello there"}}
	status, to := o.begin(o.anna, form)
	if twice, again := o.begin(o.anna, form); twice != status || again != to {
		t.Errorf("the form once more was answered %d to %s", twice, again)
	}
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/conversations/") {
		t.Fatalf("answered %d to %s", status, to)
	}
	o.thread = to
	o.becomes(store.Sent)
	if calls := o.api.Calls(); len(calls) != 1 || calls[0].PhoneNumber != "+14155550199" || calls[0].SIMCardID != 5 || calls[0].Text != "Hello there" {
		t.Errorf("the calls are %+v", calls)
	}
	form.Set("once", "")
	form.Set("text", "Another one")
	if _, again := o.begin(o.anna, form); again != to {
		t.Errorf("the same number led to %s, and not to %s again", again, to)
	}
}

func TestABadNewConversationComesBackWithWhatWasTyped(t *testing.T) {
	o := newOutbox(t, nil)
	piet := o.person("piet", store.Agent, 6)
	good := url.Values{"number": {"+14155550199"}, "subuser": {"6"}, "text": {"Keep this"}}
	for _, wrong := range []struct{ field, value, words string }{
		{"number", "", "Write the number first"},
		{"number", "415 555 0199", "Begin the number with +"},
		{"number", "+1 415 555", "This is no phone number"},
		{"number", "+1 415 555 0199, +1 415 555 0198", "This is no phone number"},
		{"number", "+1800FLOWERS", "This is no phone number"},
		{"subuser", "7", "Choose a subuser"},
		{"subuser", "main", "Choose a subuser"},
		{"sim_card_id", "9", "This SIM card"},
		{"sim_card_id", "x", "Choose a SIM card"},
		{"text", " ", "Write something"},
		{"text", strings.Repeat("č", 671), "at most 10 SMS"},
	} {
		form := url.Values{}
		for name, values := range good {
			form[name] = values
		}
		form.Set(wrong.field, wrong.value)
		status, page := o.send(piet, "/conversations", form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong.words) || !strings.Contains(page, form.Get("text")) {
			t.Errorf("%s %q was answered %d", wrong.field, wrong.value, status)
		}
		if wrong.field == "number" && !strings.Contains(page, fmt.Sprintf(`value="%s"`, wrong.value)) {
			t.Errorf("the number %q is lost", wrong.value)
		}
	}
	if n := o.exported("message"); n != 1 {
		t.Errorf("%d messages are kept, want the one that came in", n)
	}
}

func TestWhoMayOnlyReadIsNotOfferedANewConversation(t *testing.T) {
	o := newOutbox(t, nil)
	reader, id := o.within("rita", 6)
	if _, page := o.fetch(reader, "GET", "/inbox"); !strings.Contains(page, "/conversations/new") {
		t.Error("who may answer is not offered it")
	}
	user, err := o.store.User(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	user.ReadOnly = true
	if err := o.store.SetAccess(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	reader, _ = o.enter(id)
	if _, page := o.fetch(reader, "GET", "/inbox"); strings.Contains(page, "/conversations/new") {
		t.Error("who may only read is offered it")
	}
}

func TestWithoutAKeyANewConversationSaysHowToTurnItOn(t *testing.T) {
	s := newSite(t, "")
	if _, page := s.fetch(s.person("anna", store.Admin), "GET", "/conversations/new"); !strings.Contains(page, "--api-key-file") || strings.Contains(page, "<textarea") {
		t.Error("the page offers what does not work, or does not say why")
	}
	if _, page := s.fetch(s.person("none", store.Agent), "GET", "/conversations/new"); !strings.Contains(page, "You see no subuser yet") {
		t.Error("who sees nothing is not told so")
	}
}
