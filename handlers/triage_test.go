package handlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

// sendForm posts a form the way a page's script does, or a browser without scripts.
func (s *site) sendForm(client *http.Client, path string, form url.Values, script bool) (status int, location, body string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), "POST", s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if script {
		req.Header.Set("HX-Request", "true")
	}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(content)
}

// two makes a conversation of subuser 6 and one of the main account, each with a failure, and returns their ids and
// those of the failures.
func (s *site) two() (six, main, failure6, failureMain int64) {
	s.t.Helper()
	for n, more := range []string{`,"subuser_id":6`, ``} {
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":"+1415555013%d","text":"hello"%s}`, n, more))
		s.post(s.token+"/failed", json, fmt.Sprintf(`{"phone_number":"+1415555013%d","text":"lost"%s}`, n, more))
	}
	ctx := context.Background()
	list, _, err := s.store.Conversations(ctx, store.Everything, 0, store.Filter{}, store.Position{}, 9)
	if err != nil || len(list) != 2 {
		s.t.Fatalf("%d conversations, %v", len(list), err)
	}
	failures, err := s.store.OpenFailures(ctx, store.Everything, list[0].ID, list[1].ID)
	if err != nil || len(failures) != 2 {
		s.t.Fatalf("failures %v, %v", failures, err)
	}
	for _, c := range list {
		if c.Subuser == 6 {
			six, failure6 = c.ID, failures[c.ID][0].ID
		} else {
			main, failureMain = c.ID, failures[c.ID][0].ID
		}
	}
	return six, main, failure6, failureMain
}

// What an agent may not see answers exactly like what does not exist, whatever is asked of it, and stays as it was.
func TestNothingCanBeDoneOutsideOnesScope(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	piet := s.person("piet", store.Agent, 6)
	six, main, failure6, failureMain := s.two()
	users, _ := s.store.Users(t.Context())
	anna, agent := users[0].ID, users[1].ID
	note, err := s.store.AddNote(t.Context(), store.Everything, agent, main, "written before the grant was taken")
	if err != nil {
		t.Fatal(err)
	}
	before := s.export()
	const none = 987654
	for _, test := range []struct {
		path string // %d is the conversation
		form url.Values
	}{
		{"/conversations/%d/read", nil}, {"/conversations/%d/unread", nil}, {"/conversations/%d/unread?message=1", nil},
		{"/conversations/%d/done", nil}, {"/conversations/%d/reopen", nil},
		{"/conversations/%d/assign", url.Values{"assignee": {fmt.Sprint(agent)}}}, {"/conversations/%d/assign", url.Values{"assignee": {"0"}}},
		{"/conversations/%d/notes", url.Values{"text": {"hi"}}}, {"/conversations/%d/notes", url.Values{"text": {""}}},
		{fmt.Sprintf("/conversations/%%d/notes/%d/delete", note.ID), nil}, {fmt.Sprintf("/conversations/%%d/notes/%d/restore", note.ID), nil},
	} {
		for _, script := range []bool{true, false} {
			status, _, body := s.sendForm(piet, fmt.Sprintf(test.path, main), test.form, script)
			wantStatus, _, want := s.sendForm(piet, fmt.Sprintf(test.path, none), test.form, script)
			if status != http.StatusNotFound || status != wantStatus || body != want {
				t.Errorf("%s was answered %d to an agent without access, %d where nothing is (alike: %v)", test.path, status, wantStatus, body == want)
			}
		}
	}
	for _, path := range []string{"/failures/dismiss", "/failures/restore"} {
		status, _, body := s.sendForm(piet, path, url.Values{"message": {fmt.Sprint(failureMain)}}, true)
		_, _, want := s.sendForm(piet, path, url.Values{"message": {fmt.Sprint(none)}}, true)
		if status != http.StatusNotFound || body != want {
			t.Errorf("%s was answered %d", path, status)
		}
	}
	// A message of another conversation is not of this one; somebody else's note is nobody's; anna's admin rights are
	// not piet's.
	for path, form := range map[string]url.Values{
		fmt.Sprintf("/conversations/%d/unread?message=%d", six, failureMain): nil,
		fmt.Sprintf("/conversations/%d/notes/%d/delete", six, note.ID):       nil,
		fmt.Sprintf("/conversations/%d/assign", six):                         {"assignee": {fmt.Sprint(none)}},
	} {
		if status, _, _ := s.sendForm(piet, path, form, true); status != http.StatusNotFound {
			t.Errorf("%s was answered %d", path, status)
		}
	}
	if after := s.export(); after != before {
		t.Error("something changed")
	}
	if status, body := s.fetch(piet, "GET", fmt.Sprintf("/conversations/%d/failure", main)); status != http.StatusSeeOther || strings.Contains(body, fmt.Sprint(failureMain)) {
		t.Errorf("the way to a failure outside of the scope was answered %d: %s", status, body)
	}

	// Inside it everything can be done.
	for path, form := range map[string]url.Values{
		fmt.Sprintf("/conversations/%d/notes", six):  {"text": {"mine"}},
		fmt.Sprintf("/conversations/%d/assign", six): {"assignee": {fmt.Sprint(anna)}},
		fmt.Sprintf("/conversations/%d/unread", six): nil,
		"/failures/dismiss":                          {"message": {fmt.Sprint(failure6), fmt.Sprint(failureMain)}},
	} {
		if status, _, body := s.sendForm(piet, path, form, true); status != http.StatusOK || !strings.Contains(body, `class="toast"`) {
			t.Errorf("%s was answered %d: %s", path, status, body)
		}
	}
	open, err := s.store.OpenFailures(t.Context(), store.Everything, six, main)
	if err != nil || len(open[six]) != 0 || len(open[main]) != 1 {
		t.Errorf("open failures are %v, %v: want that of the main account alone", open, err)
	}
}

func TestAConversationCanOnlyBeGivenToWhoeverMaySeeIt(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.person("piet", store.Agent, 6)
	s.person("quinn", store.Agent, 7)
	six, _, _, _ := s.two()
	_, page := s.fetch(anna, "GET", fmt.Sprintf("/conversations/%d", six))
	menu := page[strings.Index(page, "/assign"):]
	menu = menu[:strings.Index(menu, "</form>")]
	if !strings.Contains(menu, "piet") || strings.Contains(menu, "quinn") {
		t.Errorf("the menu offers %s", menu)
	}
	quinn, _, _ := s.store.UserByName(t.Context(), "quinn")
	if status, _, _ := s.sendForm(anna, fmt.Sprintf("/conversations/%d/assign", six), url.Values{"assignee": {fmt.Sprint(quinn.ID)}}, true); status != http.StatusNotFound {
		t.Errorf("giving it to quinn was answered %d", status)
	}
	piet, _, _ := s.store.UserByName(t.Context(), "piet")
	if _, _, body := s.sendForm(anna, fmt.Sprintf("/conversations/%d/assign", six), url.Values{"assignee": {fmt.Sprint(piet.ID)}}, true); !strings.Contains(body, "Assigned to piet.") {
		t.Errorf("giving it to piet was answered %s", body)
	}
	_, page = s.fetch(anna, "GET", "/inbox")
	if !strings.Contains(page, `title="Assigned to piet"`) {
		t.Error("the row does not say whose it is")
	}
}

func TestNotesAreCheckedAndWhatWasTypedComesBack(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	six, _, _, _ := s.two()
	path := fmt.Sprintf("/conversations/%d/notes", six)
	long := strings.Repeat("é", 4001)
	for text, want := range map[string]string{" \n ": "Write something first.", long: "at most 4,000 characters"} {
		for _, script := range []bool{true, false} {
			status, _, body := s.sendForm(anna, path, url.Values{"text": {text}}, script)
			if status != http.StatusUnprocessableEntity || !strings.Contains(body, want) || !strings.Contains(body, ">"+text+"</textarea>") {
				t.Errorf("%d characters were answered %d", len(text), status)
			}
			if whole := strings.Contains(body, "<html"); whole == script {
				t.Errorf("a whole page: %v; sent by a script: %v", whole, script)
			}
		}
	}
	if status, location, _ := s.sendForm(anna, path, url.Values{"text": {long[:8000]}}, false); status != http.StatusSeeOther || location != "/inbox" {
		t.Errorf("4,000 characters were answered %d, leading to %q", status, location)
	}
	s.sendForm(anna, path, url.Values{"text": {"Prefers <b>afternoons</b>"}}, true)
	_, page := s.fetch(anna, "GET", fmt.Sprintf("/conversations/%d", six))
	if n := strings.Count(page, "Prefers &lt;b&gt;afternoons"); n != 2 { // in the thread and beside it
		t.Errorf("the note stands %d times on the page", n)
	}
}

func TestFormsWithoutScriptsLeadBackToTheirPage(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	six, _, failure, _ := s.two()
	thread := fmt.Sprintf("/conversations/%d?view=failed", six)
	for _, test := range []struct {
		path, referer, want string
	}{
		{"/failures/dismiss", s.URL + thread, thread},
		{"/failures/restore", "https://evil.example/inbox", "/inbox"},
		{"/failures/dismiss", s.URL + "//evil.example/", "/inbox"},
		{fmt.Sprintf("/conversations/%d/done?view=failed", six), s.URL + thread, "/inbox?view=failed"},
		{fmt.Sprintf("/conversations/%d/reopen", six), s.URL + thread, thread},
		{fmt.Sprintf("/conversations/%d/unread?view=unread", six), s.URL + thread, "/inbox?view=unread"},
	} {
		req, _ := http.NewRequest("POST", s.URL+test.path, strings.NewReader(fmt.Sprintf("message=%d", failure)))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Referer", test.referer)
		resp, err := anna.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != test.want {
			t.Errorf("%s from %s was answered %d and leads to %q, want %q", test.path, test.referer, resp.StatusCode, got, test.want)
		}
	}
}

func TestTheFailedViewShowsOpenFailuresAndDismissesThem(t *testing.T) {
	s := newSite(t, "")
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	_, _, failure6, failureMain := s.two()
	_, page := s.fetch(anna, "GET", "/inbox?view=failed")
	for _, id := range []int64{failure6, failureMain} {
		if !strings.Contains(page, fmt.Sprintf(`data-failure="%d"`, id)) {
			t.Errorf("failure %d is not shown", id)
		}
	}
	if _, page := s.fetch(piet, "GET", "/inbox?view=failed"); strings.Contains(page, fmt.Sprintf(`data-failure="%d"`, failureMain)) {
		t.Error("an agent sees the failure of another subuser")
	}
	shown := url.Values{"all": {"1"}, "shown": {fmt.Sprint(failure6), fmt.Sprint(failureMain)}, "message": {fmt.Sprint(failure6)}}
	if _, _, body := s.sendForm(anna, "/failures/dismiss", shown, true); !strings.Contains(body, "2 failures dismissed.") || strings.Count(body, `name="message"`) != 2 {
		t.Errorf("dismissing all that is shown was answered %s", body)
	}
	if _, page := s.fetch(anna, "GET", "/inbox?view=failed"); strings.Contains(page, "data-failure=") {
		t.Error("failures that were dismissed are still shown")
	}
	if _, _, body := s.sendForm(anna, "/failures/dismiss", nil, true); !strings.Contains(body, "Select a failure first.") {
		t.Errorf("nothing to dismiss was answered %s", body)
	}
}

func TestALinkToAnOldMessageLoadsTheThreadFromThere(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for n := range 400 {
		kind := "sent"
		if n == 30 {
			kind = "failed"
		}
		s.post(s.token+"/"+kind, json, fmt.Sprintf(`{"phone_number":"+14155550134","text":"Message %d.","timestamp":%d}`, n, 1748463114559+n*60_000))
	}
	status, _ := s.fetch(anna, "GET", "/conversations/1/failure")
	if status != http.StatusSeeOther {
		t.Fatalf("the way to the failure was answered %d", status)
	}
	failures, err := s.store.OpenFailures(t.Context(), store.Everything, 1)
	if err != nil || len(failures[1]) != 1 {
		t.Fatal(failures, err)
	}
	id := failures[1][0].ID
	_, page := s.fetch(anna, "GET", fmt.Sprintf("/conversations/1?message=%d", id))
	for _, want := range []string{`data-linked="true"`, "Message 20.", "Message 30.", "Later messages", `id="older"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "Message 19.") {
		t.Error("the page begins further up than it must")
	}
	if status, page := s.fetch(anna, "GET", "/conversations/1?message=999999"); status != http.StatusOK || strings.Contains(page, `data-linked="true"`) {
		t.Errorf("a link to a message that is gone was answered %d", status)
	}
}
