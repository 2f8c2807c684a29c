package handlers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tagline/store"
	"tagline/views"
)

// bulk posts a form like the list's script does, and returns status and answer.
func (s *site) bulk(client *http.Client, path string, form url.Values) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Dest", "empty")
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

var inputs = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// undo sends the form that an answer holds.
func (s *site) undo(client *http.Client, answer string) int {
	s.t.Helper()
	form := url.Values{}
	for _, input := range inputs.FindAllStringSubmatch(answer, -1) {
		form.Add(input[1], input[2])
	}
	status, _ := s.bulk(client, "/conversations/bulk/undo", form)
	return status
}

// arrive makes a conversation of each subuser with as many messages as its place says, and returns their ids.
func (s *site) arrive(subusers ...store.SubuserID) []int64 {
	s.t.Helper()
	for i, subuser := range subusers {
		for n := range i + 1 {
			body := fmt.Sprintf(`{"phone_number":"+1555010%d","text":"Message %d","subuser_id":%d}`, i, n, subuser)
			if subuser == store.Main {
				body = strings.Replace(body, `,"subuser_id":0`, "", 1)
			}
			if status, _ := s.post(s.token+"/received", json, body); status != http.StatusOK {
				s.t.Fatalf("answered %d", status)
			}
		}
	}
	ids := make([]int64, len(subusers))
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	return ids
}

// state is what bulk actions change, as a person sees it.
type state struct {
	Done     bool
	Unread   int
	Assignee int64
	Snoozed  bool
}

func (s *site) states(user int64, ids []int64) []state {
	s.t.Helper()
	all := make([]state, len(ids))
	for i, id := range ids {
		c, err := s.store.Conversation(s.t.Context(), store.Everything, user, id)
		if err != nil {
			s.t.Fatal(err)
		}
		all[i] = state{c.Done, c.Unread, c.Assignee, c.SnoozedUntil != 0}
	}
	return all
}

func values(ids ...int64) []string {
	var all []string
	for _, id := range ids {
		all = append(all, strconv.FormatInt(id, 10))
	}
	return all
}

func TestEachBulkActionIsUndoneExactly(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.person("piet", store.Agent, 6)
	ids := s.arrive(6, 6, 6, 6)
	ctx := t.Context()
	// Some are already what the actions would make of them.
	s.store.SetDone(ctx, store.Everything, true, ids[0])
	s.store.MarkRead(ctx, store.Everything, 1, ids[1])
	s.store.Assign(ctx, store.Everything, 2, ids[2])
	s.store.Assign(ctx, store.Everything, 1, ids[3])
	before := s.states(1, ids)
	for _, tt := range []struct {
		action, assignee, words string
		want                    func(state) state
	}{
		{"done", "", "2 done.", func(b state) state { b.Done = true; return b }},
		{"reopen", "", "1 reopened.", func(b state) state { b.Done = false; return b }},
		{"snooze", "", "3 snoozed until Tomorrow 09:00.", func(b state) state { b.Done, b.Snoozed = false, true; return b }},
		{"read", "", "2 marked read.", func(b state) state { b.Unread = 0; return b }},
		{"unread", "", "1 marked unread.", func(b state) state { b.Unread = max(b.Unread, 1); return b }},
		{"assign", "2", "2 assigned to piet.", func(b state) state { b.Assignee = 2; return b }},
		{"assign", "0", "2 assigned to nobody.", func(b state) state { b.Assignee = 0; return b }},
	} {
		chosen := ids[:3]
		if tt.assignee == "0" {
			chosen = ids[1:]
		}
		// An id that comes twice counts once.
		form := url.Values{"action": {tt.action}, "assignee": {tt.assignee}, "until": {"tomorrow"}, "conversation": append(values(chosen...), values(chosen[0])...)}
		status, answer := s.bulk(anna, "/conversations/bulk", form)
		if status != http.StatusOK || !strings.Contains(answer, tt.words) {
			t.Fatalf("%s was answered %d: %s", tt.action, status, answer)
		}
		after := s.states(1, chosen)
		for i, b := range s.statesOf(before, ids, chosen) {
			if after[i] != tt.want(b) {
				t.Errorf("%s made %+v of %+v", tt.action, after[i], b)
			}
		}
		if status := s.undo(anna, answer); status != http.StatusNoContent {
			t.Errorf("undoing %s was answered %d", tt.action, status)
		}
		if now := s.states(1, ids); !reflect.DeepEqual(now, before) {
			t.Errorf("%s and undone: %+v, was %+v", tt.action, now, before)
		}
	}
}

// statesOf picks the states of the chosen.
func (s *site) statesOf(all []state, ids, chosen []int64) []state {
	var some []state
	for i, id := range ids {
		for _, c := range chosen {
			if c == id {
				some = append(some, all[i])
			}
		}
	}
	return some
}

func TestUndoingKeepsWhatHasHappenedMeanwhile(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.person("piet", store.Agent, 6)
	ids := s.arrive(6, 6)
	_, read := s.bulk(anna, "/conversations/bulk", url.Values{"action": {"read"}, "conversation": values(ids...)})
	s.post(s.token+"/received", json, `{"phone_number":"+15550101","text":"One more","subuser_id":6}`)
	s.undo(anna, read)
	if got := s.states(1, ids); got[0].Unread != 1 || got[1].Unread != 3 {
		t.Errorf("unread after undoing: %+v", got)
	}
	_, assigned := s.bulk(anna, "/conversations/bulk", url.Values{"action": {"assign"}, "assignee": {"1"}, "conversation": values(ids...)})
	s.store.Assign(t.Context(), store.Everything, 2, ids[0])
	s.undo(anna, assigned)
	if got := s.states(1, ids); got[0].Assignee != 2 || got[1].Assignee != 0 {
		t.Errorf("assigned after undoing: %+v", got)
	}
}

func TestWhatAnAgentMayNotSeeIsPassedOverLikeWhatThereIsNot(t *testing.T) {
	s := newSite(t, "")
	s.person("anna", store.Admin)
	piet := s.person("piet", store.Agent, 6)
	ids := s.arrive(6, store.Main, 7)
	before := s.states(1, ids)
	missing := int64(99)
	for _, action := range []string{"done", "read", "unread", "assign"} {
		form := url.Values{"action": {action}, "assignee": {"2"}}
		form["conversation"] = values(ids[1], ids[2])
		foreignStatus, foreign := s.bulk(piet, "/conversations/bulk", form)
		form["conversation"] = values(missing, missing+1)
		status, none := s.bulk(piet, "/conversations/bulk", form)
		if foreignStatus != http.StatusNotFound || status != foreignStatus || foreign != none {
			t.Errorf("%s: foreign ids were answered %d, ids there are not %d", action, foreignStatus, status)
		}
		form["conversation"] = values(ids[0], ids[1], missing)
		if status, answer := s.bulk(piet, "/conversations/bulk", form); status != http.StatusOK || strings.Contains(answer, `value="`+strconv.FormatInt(ids[1], 10)+".") {
			t.Errorf("%s was answered %d: %s", action, status, answer)
		}
		undo := url.Values{"action": {action}, "assignee": {"2"}, "was": {"2.1", "3.1"}}
		if status, _ := s.bulk(piet, "/conversations/bulk/undo", undo); status != http.StatusNotFound {
			t.Errorf("undoing %s for foreign ids was answered %d", action, status)
		}
	}
	if got := s.states(1, ids); !reflect.DeepEqual(got[1:], before[1:]) {
		t.Errorf("an agent changed what they may not see: %+v", got)
	}
	if got := s.states(1, ids)[0]; !got.Done || got.Assignee != 2 {
		t.Errorf("their own is %+v", got)
	}
}

func TestConversationsAreAssignedToPeopleWhoMaySeeThem(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	piet := s.person("piet", store.Agent, 6)
	s.person("eva", store.Agent, 7)
	ids := s.arrive(6, 7)
	form := url.Values{"action": {"assign"}, "assignee": {"2"}, "conversation": values(ids...)}
	if status, answer := s.bulk(anna, "/conversations/bulk", form); status != http.StatusUnprocessableEntity || !strings.Contains(answer, "They may not see all of these") {
		t.Errorf("assigning to somebody who may see one of two was answered %d", status)
	}
	if got := s.states(1, ids); got[0].Assignee != 0 || got[1].Assignee != 0 {
		t.Errorf("some were assigned: %+v", got)
	}
	// An agent is not told about people with whom they share nothing, nor can they undo their way to them.
	_, page := s.fetch(piet, "GET", "/inbox")
	if !strings.Contains(page, "anna") || strings.Contains(page, "eva") {
		t.Error("an agent can choose whom they share nothing with, or not whom they share something with")
	}
	form = url.Values{"action": {"assign"}, "conversation": values(ids[0])}
	form.Set("assignee", "3")
	status, somebody := s.bulk(piet, "/conversations/bulk", form)
	form.Set("assignee", "99")
	if other, nobody := s.bulk(piet, "/conversations/bulk", form); status != http.StatusUnprocessableEntity || other != status || somebody != nobody {
		t.Errorf("a stranger was answered %d, nobody %d", status, other)
	}
	s.store.Assign(t.Context(), store.Everything, 2, ids[0])
	s.bulk(piet, "/conversations/bulk/undo", url.Values{"action": {"assign"}, "assignee": {"2"}, "was": {views.FormatWas(store.Was{ID: ids[0], Value: 3})}})
	if got := s.states(1, ids); got[0].Assignee != 2 {
		t.Errorf("undoing assigned to somebody who may not see it: %+v", got)
	}
}

func TestBadBulkFormsAreRefused(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	ids := s.arrive(6)
	many := make([]int64, views.BulkLimit)
	for i := range many {
		many[i] = int64(i + 1)
	}
	for _, tt := range []struct {
		form   url.Values
		status int
		words  string
	}{
		{url.Values{"action": {"done"}}, 422, "Nothing is selected"},
		{url.Values{"action": {"done"}, "conversation": values(append(many, 501)...)}, 422, "Too many conversations at once"},
		{url.Values{"action": {"done"}, "conversation": {"1", "x"}}, 400, "could not be understood"},
		{url.Values{"action": {"delete"}, "conversation": {"1"}}, 400, "could not be understood"},
		{url.Values{"conversation": {"1"}}, 400, "could not be understood"},
		{url.Values{"action": {"assign"}, "assignee": {""}, "conversation": {"1"}}, 422, "Nobody is chosen"},
		{url.Values{"action": {"assign"}, "assignee": {"-1"}, "conversation": {"1"}}, 422, "Nobody is chosen"},
	} {
		if status, answer := s.bulk(anna, "/conversations/bulk", tt.form); status != tt.status || !strings.Contains(answer, tt.words) {
			t.Errorf("%.60s was answered %d", tt.form.Encode(), status)
		}
	}
	if s.states(1, ids)[0].Done {
		t.Error("a refused form changed something")
	}
	if status, answer := s.bulk(anna, "/conversations/bulk", url.Values{"action": {"done"}, "conversation": values(many...)}); status != http.StatusOK || !strings.Contains(answer, "1 done.") {
		t.Errorf("%d conversations were answered %d", views.BulkLimit, status)
	}
}

func TestWithoutScriptsABulkFormLeadsBack(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	ids := s.arrive(6)
	resp, err := anna.PostForm(s.URL+"/conversations/bulk", url.Values{"action": {"done"}, "conversation": values(ids...), "next": {"/inbox?subuser=6"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/inbox?subuser=6" || !s.states(1, ids)[0].Done {
		t.Errorf("answered %d, leads to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
}
