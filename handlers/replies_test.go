package handlers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tagline/jobs"
	"tagline/store"
	"tagline/textlink"
	"tagline/textlink/fake"
)

// outbox is a site whose replies go to a fake TextLink, with one conversation.
type outbox struct {
	*site
	api    *fake.API
	anna   *http.Client
	thread string // the conversation's path
}

// newOutbox runs one whose calls go as the mood says; nil is a good one.
func newOutbox(t *testing.T, mood func(fake.Call) fake.Mood) *outbox {
	t.Helper()
	api := &fake.API{Mood: mood, Key: "key"}
	s := newSiteWith(t, setting{jobs: jobs.Settings{Sending: sendingTo(t, api)}})
	api.Console = fake.Console{URLs: map[textlink.Kind]string{}}
	for _, kind := range textlink.Kinds() {
		api.Console.URLs[kind] = s.URL + "/webhooks/" + s.token + "/" + string(kind)
	}
	t.Cleanup(api.Wait)
	o := &outbox{site: s, api: api, anna: s.person("anna", store.Admin)}
	s.post(s.token+"/received", json, `{"phone_number":"+15550100","text":"Hello?","subuser_id":6,"sim_card_id":5}`)
	list, _, err := s.store.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewInbox}, store.Position{}, 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	o.thread = fmt.Sprint("/conversations/", list[0].ID)
	return o
}

// A page that does not say which draft it has in its form knows of none, and takes away none that another page wrote.
func TestADraftWithoutAReadableVersionTakesAwayNoOther(t *testing.T) {
	for _, version := range []url.Values{{}, {"draft": {""}}, {"draft": {"-1"}}, {"draft": {"x"}}, {"draft": {"99999999999999999999"}}, {"draft": {"1.5"}}, {"draft": {"0"}}} {
		o := newOutbox(t, nil)
		c, _ := strconv.ParseInt(path.Base(o.thread), 10, 64)
		drafts := func() (texts []string) {
			all, err := o.store.Drafts(t.Context(), store.Everything, 1, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range all {
				texts = append(texts, d.Text)
			}
			return texts
		}
		o.send(o.anna, o.thread+"/draft", url.Values{"text": {"long words"}, "draft": {"0"}, "page": {"one"}})
		for _, step := range []struct {
			path, text string
			want       []string
		}{
			{"/draft", "", []string{"long words"}},
			{"/draft", "x", []string{"long words", "x"}},
			{"/draft", "y", []string{"long words", "x", "y"}},
			{"/draft", "", []string{"long words", "x", "y"}},
			{"/messages", "a reply", []string{"long words", "x", "y"}},
			{"/messages", "x", []string{"long words", "y"}},
		} {
			form := url.Values{"text": {step.text}, "once": {step.text}}
			for name, values := range version {
				form[name] = values
			}
			status, body := o.send(o.anna, o.thread+step.path, form)
			if got := drafts(); !slices.Equal(got, step.want) {
				t.Errorf("%v: after %q to %s, answered %d, the drafts are %q, want %q: %.300s", version, step.text, step.path, status, got, step.want, body)
			}
		}
	}
}

// sendingTo has replies go to a fake TextLink.
func sendingTo(t *testing.T, api *fake.API) *jobs.Sending {
	t.Helper()
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	keys, err := textlink.ParseKeys("key")
	if err != nil {
		t.Fatal(err)
	}
	client, err := textlink.NewClient(server.URL, "", keys)
	if err != nil {
		t.Fatal(err)
	}
	return &jobs.Sending{Client: client}
}

// send posts a form and returns status and body.
func (o *outbox) send(client *http.Client, path string, form url.Values) (int, string) {
	o.t.Helper()
	resp, err := client.PostForm(o.URL+path, form)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// reply sends a text as Anna.
func (o *outbox) reply(text string) {
	o.t.Helper()
	if status, body := o.send(o.anna, o.thread+"/messages", url.Values{"text": {text}}); status != http.StatusSeeOther {
		o.t.Fatalf("the reply was answered %d: %s", status, body)
	}
}

// messages are the outbound ones.
func (o *outbox) messages() []store.Message {
	o.t.Helper()
	var id int64
	fmt.Sscanf(o.thread, "/conversations/%d", &id)
	all, err := o.store.MessagesFrom(o.t.Context(), store.Everything, id, store.Position{})
	if err != nil {
		o.t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(m store.Message) bool { return m.Direction == store.In })
}

// becomes waits until the only outbound message has the state, and returns it.
func (o *outbox) becomes(state store.State) store.Message {
	o.t.Helper()
	var all []store.Message
	defer func() {
		if o.t.Failed() {
			o.t.Logf("the messages are %+v", all)
		}
	}()
	o.until("the message is "+string(state), func() bool {
		all = o.messages()
		return len(all) == 1 && all[0].State == state
	})
	return all[0]
}

func always(m fake.Mood) func(fake.Call) fake.Mood { return func(fake.Call) fake.Mood { return m } }

func TestTheScreenTellsTheTruthInEveryMood(t *testing.T) {
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	silent := func(a fake.Answer) fake.Mood { return fake.Mood{Answer: a, Reason: "No credit left", Silent: true} }
	for name, one := range map[string]struct {
		mood  fake.Mood
		state store.State
		shown []string
	}{
		"sent":                      {fake.Mood{}, store.Sent, []string{"✓ Dispatched"}},
		"accepted, no webhook":      {silent(fake.OK), store.Accepted, []string{"Accepted"}},
		"phone offline":             {silent(fake.Queued), store.Accepted, []string{"Waiting for the phone"}},
		"refused with status 200":   {silent(fake.Refused), store.Failed, []string{"! Not sent", "No credit left", "Retry"}},
		"500":                       {silent(fake.Broken), store.Unknown, []string{"Unknown", "500 Internal Server Error", "Send again", "Leave it"}},
		"garbage":                   {silent(fake.Garbage), store.Unknown, []string{"Unknown", "could not be understood", "Send again"}},
		"connection dropped":        {silent(fake.Drops), store.Unknown, []string{"Unknown", "did not answer", "Send again"}},
		"500, but it went out":      {fake.Mood{Answer: fake.Broken}, store.Sent, []string{"✓ Dispatched"}},
		"webhook before the answer": {fake.Mood{Webhooks: []fake.Webhook{{Kind: textlink.Sent, First: true, Bare: true}}}, store.Sent, []string{"✓ Dispatched"}},
		"webhooks twice":            {fake.Mood{Webhooks: []fake.Webhook{{Kind: textlink.Sent, Bare: true}, {Kind: textlink.Sent}, {Kind: textlink.Sent}}}, store.Sent, []string{"✓ Dispatched"}},
		"failed before sent":        {fake.Mood{Webhooks: []fake.Webhook{{Kind: textlink.Failed}, {Kind: textlink.Sent, Bare: true}}}, store.Failed, []string{"! Not sent", "Retry"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOutbox(t, always(one.mood))
			o.reply("Yes, it is.")
			o.becomes(one.state)
			o.api.Wait()
			o.becomes(one.state)
			_, page := o.fetch(o.anna, "GET", o.thread)
			for _, words := range one.shown {
				if !strings.Contains(page, words) {
					t.Errorf("the page does not say %q", words)
				}
			}
			if calls := o.api.Calls(); len(calls) != 1 || calls[0].Text != "Yes, it is." || calls[0].PhoneNumber != "+15550100" {
				t.Errorf("called with %+v", calls)
			}
		})
	}
}

func TestACallThatHangsWhenTheServerEndsIsUnknown(t *testing.T) {
	o := newOutbox(t, always(fake.Mood{Answer: fake.Hangs, Silent: true}))
	o.reply("Yes")
	o.becomes(store.Sending)
	if !strings.Contains(o.export(), `"state":"unknown"`) {
		t.Error("the export says more than is known")
	}
	o.close()
	o.becomes(store.Unknown)
}

func TestRepliesAnswerLikeWhatDoesNotExist(t *testing.T) {
	o := newOutbox(t, always(fake.Mood{Answer: fake.Refused, Reason: "no"}))
	o.reply("Yes")
	failed := o.becomes(store.Failed)
	piet := o.person("piet", store.Agent, 7)
	for _, path := range []string{
		o.thread + "/messages", "/conversations/999/messages", o.thread + "/draft", fmt.Sprintf("/messages/%d/retry", failed.ID), "/messages/999/retry",
		fmt.Sprintf("/messages/%d/dismiss", failed.ID), "/messages/999/dismiss",
	} {
		if status, _ := o.send(piet, path, url.Values{"text": {"Hi"}}); status != http.StatusNotFound {
			t.Errorf("%s was answered %d", path, status)
		}
	}
	if len(o.messages()) != 1 {
		t.Error("he wrote all the same")
	}
}

func TestABadReplyComesBackWithWhatWasTyped(t *testing.T) {
	o := newOutbox(t, nil)
	long := strings.Repeat("č", 671)
	for _, form := range []url.Values{
		{"text": {"  "}}, {}, {"text": {long}}, {"text": {"Keep me"}, "sim_card_id": {"-1"}}, {"text": {"Keep me"}, "sim_card_id": {"x"}}, {"text": {"Keep me"}, "seen": {"x"}},
	} {
		status, page := o.send(o.anna, o.thread+"/messages", form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, form.Get("text")) || !strings.Contains(page, `role="alert"`) {
			t.Errorf("%v was answered %d", form, status)
		}
	}
	if len(o.messages()) != 0 {
		t.Error("one was taken")
	}
}

func TestAReplyToWhatAColleagueHasAnsweredAsksFirst(t *testing.T) {
	o := newOutbox(t, nil)
	piet := o.person("piet", store.Agent, 6)
	o.reply("Mine")
	mine := o.becomes(store.Sent)
	status, page := o.send(piet, o.thread+"/messages", url.Values{"text": {"His"}, "seen": {fmt.Sprint(mine.ID - 1)}})
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Somebody has answered") || !strings.Contains(page, "His") || !strings.Contains(page, "Send anyway") {
		t.Fatalf("answered %d: %s", status, page)
	}
	if !strings.Contains(page, fmt.Sprintf(`name="seen" value="%d"`, mine.ID)) {
		t.Error("the form would ask for ever")
	}
	if status, _ := o.send(piet, o.thread+"/messages", url.Values{"text": {"His"}, "seen": {fmt.Sprint(mine.ID)}}); status != http.StatusSeeOther {
		t.Errorf("what was seen is asked about: %d", status)
	}
}

func TestRetriesGoOutOnAnotherSIM(t *testing.T) {
	moods := make(chan fake.Mood, 2)
	moods <- fake.Mood{Answer: fake.Refused, Reason: "no"}
	moods <- fake.Mood{}
	o := newOutbox(t, func(fake.Call) fake.Mood { return <-moods })
	o.reply("Yes")
	failed := o.becomes(store.Failed)
	if status, _ := o.send(o.anna, fmt.Sprintf("/messages/%d/retry", failed.ID), url.Values{"sim_card_id": {"9"}}); status != http.StatusSeeOther {
		t.Fatalf("answered %d", status)
	}
	if status, _ := o.send(o.anna, fmt.Sprintf("/messages/%d/retry", failed.ID), nil); status != http.StatusConflict {
		t.Errorf("a second attempt beside the first was answered %d", status)
	}
	for len(o.api.Calls()) < 2 {
		time.Sleep(time.Millisecond)
	}
	o.api.Wait()
	all := o.messages()
	for all[1].State != store.Sent || all[0].OpenFailure() {
		time.Sleep(time.Millisecond)
		all = o.messages()
	}
	calls := o.api.Calls()
	if calls[1].SIMCardID != 9 || calls[1].Text != "Yes" || calls[0].CustomID == calls[1].CustomID {
		t.Errorf("the calls are %+v", calls)
	}
	if !strings.Contains(o.export(), fmt.Sprintf(`"attempt_of":%d`, failed.ID)) {
		t.Error("the export does not link the attempts")
	}
	for action, subject := range map[store.Action]string{store.Replied: "conversation 1", store.TriedAgain: fmt.Sprint("message ", failed.ID)} {
		if log, _, err := o.store.AuditLog(t.Context(), store.AuditFilter{Action: action}, 0, 9); err != nil || len(log) != 1 || log[0].Name != "anna" || log[0].Subject != subject {
			t.Errorf("the audit log tells of %q: %+v, %v", action, log, err)
		}
	}
}

func TestWithoutAKeyTheThreadSaysHowToTurnRepliesOn(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/failed", json, `{"phone_number":"+15550100","text":"Hello?"}`)
	list, _, _ := s.store.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewInbox}, store.Position{}, 1)
	path := fmt.Sprint("/conversations/", list[0].ID)
	_, page := s.fetch(anna, "GET", path)
	if !strings.Contains(page, "--api-key-file") || strings.Contains(page, "data-composer") || strings.Contains(page, "/retry") {
		t.Error("the page offers what does not work, or does not say why")
	}
	for _, action := range []string{path + "/messages", fmt.Sprintf("/messages/%d/retry", list[0].LastMessageID)} {
		if status, page := s.fetch(anna, "POST", action); status != http.StatusConflict || !strings.Contains(page, "--api-key-file") {
			t.Errorf("%s was answered %d", action, status)
		}
	}
}

func TestDraftsAreEachPersonsOwnAndGoWithTheReply(t *testing.T) {
	o := newOutbox(t, nil)
	piet := o.person("piet", store.Agent, 6)
	if status, _ := o.send(o.anna, o.thread+"/draft", url.Values{"text": {"Half a thought"}}); status != http.StatusNoContent {
		t.Fatalf("answered %d", status)
	}
	_, page := o.fetch(o.anna, "GET", o.thread)
	_, list := o.fetch(o.anna, "GET", "/inbox")
	if strings.Count(page, "Half a thought") != 2 || !strings.Contains(list, "Draft:") {
		t.Error("the draft is not in the composer and the row")
	}
	if _, his := o.fetch(piet, "GET", o.thread); strings.Contains(his, "Half a thought") {
		t.Error("a colleague sees it")
	}
	version := regexp.MustCompile(`name="draft" value="(\d+)"`).FindStringSubmatch(page)
	if version == nil {
		t.Fatal("the composer does not say which draft it has")
	}
	o.send(o.anna, o.thread+"/messages", url.Values{"text": {"A whole one"}, "draft": {version[1]}})
	if _, page := o.fetch(o.anna, "GET", "/inbox"); strings.Contains(page, "Draft:") {
		t.Error("it is still there after the reply")
	}
}
