package handlers_test

import (
	encoding "encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/jobs"
	"tagline/store"
	"tagline/textlink/fake"
	"tagline/web"
)

// program calls the API with a token. Every call and every answer is held against the description.
type program struct {
	*site
	token string
	rules description
	lax   bool // what is sent is wrong on purpose
}

// program gives a person a token.
func (s *site) program(rules description, user int64, expires int64) program {
	s.t.Helper()
	token := "tagline_" + web.RandomID()
	if err := s.store.AddAPIToken(s.t.Context(), user, store.APIToken{Label: "test", ExpiresAt: expires}, web.HashToken(token)); err != nil {
		s.t.Fatal(err)
	}
	return program{site: s, token: token, rules: rules}
}

// wrongly is the program with what it sends not being held against the description.
func (p program) wrongly() program {
	p.lax = true
	return p
}

type apiAnswer struct {
	status int
	header http.Header
	Data   []map[string]any `json:"data"`
	Next   *string          `json:"next"`
	Detail string           `json:"detail"`
	Field  string           `json:"field"`
	ID     int64            `json:"conversation_id"`
	State  string           `json:"state"`
}

func (p program) call(method, path, body string) (a apiAnswer) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", json)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	a.status, a.header = resp.StatusCode, resp.Header
	if err := encoding.Unmarshal(said, &a); err != nil {
		p.t.Fatalf("%s %s is answered %s", method, path, said)
	}
	if where, _, _ := strings.Cut(path, "?"); !slices.Contains(handlers.APIRoutes(), method+" "+where) {
		return a // the description is silent
	}
	err = p.rules.answer(req, resp, string(said))
	if !p.lax && a.status != http.StatusUnauthorized {
		err = errors.Join(err, p.rules.request(req, body))
	}
	if err != nil {
		p.t.Errorf("%s %s (%d): %v", method, path, a.status, err)
	}
	return a
}

// apiSite is a site with conversations of the subusers 6 and 7 and of the main account, and replies turned on.
func apiSite(t *testing.T) *site {
	api := &fake.API{Key: "key", Mood: func(fake.Call) fake.Mood { return fake.Mood{Silent: true} }}
	s := newSiteWith(t, setting{jobs: jobs.Settings{Sending: sendingTo(t, api)}})
	t.Cleanup(api.Wait)
	for n, subuser := range []string{"6", "7", "null"} {
		for i := range 5 {
			number := fmt.Sprintf("+1415555%d%03d", n+1, i)
			s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":"Hi %d","subuser_id":%s,"sim_card_id":4,"name":"N%d","tag":"Cold","timestamp":%d}`, number, i, subuser, i, 1748463114559+i))
			s.post(s.token+"/tag", json, fmt.Sprintf(`{"phone_number":%q,"tag":"Warm","subuser_id":%s}`, number, subuser))
			s.post(s.token+"/sent", json, fmt.Sprintf(`{"phone_number":%q,"text":"Yes %d","subuser_id":%s,"sim_card_id":4,"timestamp":%d}`, number, i, subuser, 1748463115559+i))
		}
	}
	s.post(s.token+"/failed", json, fmt.Sprintf(`{"phone_number":"+14155551000","text":"Yes 0","subuser_id":6,"sim_card_id":4,"timestamp":%d}`, 1748463115559))
	return s
}

var apiLists = []string{"/conversations", "/messages", "/contacts", "/tag-changes"}

// The description names what there is, and nothing else.
func TestTheDescriptionOfTheAPIIsWhole(t *testing.T) {
	rules(t)
	var described struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := encoding.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for path, methods := range described.Paths {
		for method := range methods {
			paths = append(paths, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(paths)
	if there := handlers.APIRoutes(); !slices.Equal(paths, there) {
		t.Errorf("described are %v, there are %v", paths, there)
	}
	s := newSite(t, "")
	if status, page := s.fetch(http.DefaultClient, "GET", "/api/v1/openapi.json"); status != 200 || page != string(text) {
		t.Errorf("the description is answered %d", status)
	}
}

// Every call needs a token that is valid, and sees what its person sees: every route for every token.
func TestAPIMatrix(t *testing.T) {
	s, rules := apiSite(t), rules(t)
	person := func(name string, role store.Role, readOnly bool, subusers ...store.SubuserID) int64 {
		t.Helper()
		u, err := s.store.CreateUser(t.Context(), store.User{Name: name, Role: role, ReadOnly: readOnly, Subusers: subusers}, hashed())
		if err != nil {
			t.Fatal(err)
		}
		return u.ID
	}
	admin, six, reads, none, gone := person("admin", store.Admin, false), person("six", store.Agent, false, 6), person("reads", store.Agent, true, 6), person("none", store.Agent, false), person("gone", store.Agent, false, 6)
	revoked, expired, disabled := s.program(rules, six, 0), s.program(rules, six, time.Now().Add(-time.Second).UnixMilli()), s.program(rules, gone, 0)
	for _, k := range must(s.store.APITokens(t.Context(), six)) {
		if k.ExpiresAt == 0 {
			if err := s.store.RevokeAPIToken(t.Context(), gone, k.ID); err != store.ErrNotFound {
				t.Errorf("somebody else could revoke it: %v", err)
			}
			if err := s.store.RevokeAPIToken(t.Context(), six, k.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.store.Disable(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	own, other := s.conversationOf(6), s.conversationOf(7)
	for _, who := range []struct {
		name  string
		p     program
		in    bool
		sees  []string // subusers
		write bool
	}{
		{"nobody", program{site: s, rules: rules}, false, nil, false},
		{"malformed", program{site: s, rules: rules, token: "abc"}, false, nil, false},
		{"unknown", program{site: s, rules: rules, token: "tagline_abc"}, false, nil, false},
		{"revoked", revoked, false, nil, false},
		{"expired", expired, false, nil, false},
		{"disabled", disabled, false, nil, false},
		{"admin", s.program(rules, admin, 0), true, []string{"6", "7", "main"}, true},
		{"agent of 6", s.program(rules, six, time.Now().Add(time.Hour).UnixMilli()), true, []string{"6"}, true},
		{"reader of 6", s.program(rules, reads, 0), true, []string{"6"}, false},
		{"agent of nothing", s.program(rules, none, 0), true, nil, true},
	} {
		expect := func(what string, a apiAnswer, status int) {
			t.Helper()
			if !who.in {
				status = 401
			}
			if a.status != status {
				t.Errorf("%s: %s is answered %d, %s", who.name, what, a.status, a.Detail)
			}
			if limited := a.header.Get("RateLimit-Remaining") != ""; limited != who.in {
				t.Errorf("%s: %s has the headers %v", who.name, what, a.header)
			}
		}
		numbers := map[any]bool{} // of the conversations, which are those of the contacts, too
		for _, list := range apiLists {
			a := who.p.call("GET", list, "")
			expect(list, a, 200)
			for _, row := range a.Data {
				if list == "/conversations" {
					numbers[row["phone_number"]] = true
				}
			}
			wrongly := who.p.wrongly()
			expect(list+" malformed", wrongly.call("GET", list+"?after=abc", ""), 400)
			expect(list+" by POST", wrongly.call("PUT", list, ""), 405)
			seen := map[string]bool{}
			for _, row := range a.Data {
				if subuser, has := row["subuser_id"]; has {
					seen[subuser.(string)] = true
				}
			}
			if list != "/contacts" && len(seen) != len(who.sees) {
				t.Errorf("%s: %s shows those of %v", who.name, list, seen)
			}
			if list == "/contacts" && (len(a.Data) != len(numbers) || slices.ContainsFunc(a.Data, func(row map[string]any) bool { return !numbers[row["phone_number"]] })) {
				t.Errorf("%s: %d contacts instead of %d", who.name, len(a.Data), len(numbers))
			}
			for subuser := range seen {
				if !slices.Contains(who.sees, subuser) {
					t.Errorf("%s: %s shows rows of %s", who.name, list, subuser)
				}
			}
		}
		expect("nothing", who.p.wrongly().call("GET", "/nothing", ""), 404)
		sees := func(subuser string) bool { return slices.Contains(who.sees, subuser) }
		for _, c := range []struct {
			id      int64
			subuser string
		}{{own, "6"}, {other, "7"}, {999, ""}} {
			status := 404
			if sees(c.subuser) {
				status = map[bool]int{true: 202, false: 403}[who.write]
			}
			a := who.p.call("POST", "/messages", fmt.Sprintf(`{"conversation_id":%d,"text":"From a program to %s"}`, c.id, c.subuser))
			expect(fmt.Sprintf("a message to %s", c.subuser), a, status)
			if status = 403; c.subuser != "" {
				if sees(c.subuser) && who.write {
					status = 202
				}
				expect("a message for "+c.subuser, who.p.call("POST", "/messages", fmt.Sprintf(`{"phone_number":"+1 415 555 0199","subuser_id":%q,"text":"New"}`, c.subuser)), status)
			}
		}
		expect("a message that is none", who.p.wrongly().call("POST", "/messages", `{"text":`), 400)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// conversationOf is one of a subuser.
func (s *site) conversationOf(subuser store.SubuserID) int64 {
	s.t.Helper()
	list, _, err := s.store.Conversations(s.t.Context(), store.Everything, 1, store.Filter{Subusers: []store.SubuserID{subuser}}, store.Position{}, 1)
	if err != nil || len(list) == 0 {
		s.t.Fatal(len(list), err)
	}
	return list[0].ID
}

// What is asked for part by part is what is asked for at once, and filters narrow it.
func TestAPIListsGoOnAndAreFiltered(t *testing.T) {
	s := apiSite(t)
	admin, err := s.store.CreateUser(t.Context(), store.User{Name: "admin", Role: store.Admin}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	p := s.program(rules(t), admin.ID, 0)
	for _, list := range apiLists {
		whole := p.call("GET", list+"?limit=200", "")
		var parts []map[string]any
		for next := new(string); next != nil; {
			path := list + "?limit=4"
			if *next != "" {
				path += "&after=" + url.QueryEscape(*next)
			}
			a := p.call("GET", path, "")
			parts, next = append(parts, a.Data...), a.Next
		}
		if len(whole.Data) < 15 || whole.Next != nil || fmt.Sprint(parts) != fmt.Sprint(whole.Data) {
			t.Errorf("%s: %d at once, %d in parts", list, len(whole.Data), len(parts))
		}
	}
	for path, want := range map[string]int{
		"/conversations?subuser=6": 5, "/conversations?subuser=6&subuser=main": 10, "/conversations?tag=Warm": 15, "/conversations?tag=Cold": 0, "/conversations?view=failed": 1, "/conversations?view=done": 0,
		"/conversations?sim=4": 15, "/conversations?sim=5": 0, "/messages?subuser=7": 10, "/messages?state=failed": 1, "/messages?from=2025-05-28&until=2025-05-28": 30, "/messages?until=2025-05-27": 0,
		"/contacts?tag=Warm": 15, "/contacts?tag=Hot": 0, "/contacts?phone_number=%2B1+415+555+1000": 1, "/contacts?phone_number=%2B14155559999": 0, "/tag-changes?subuser=6": 10, "/tag-changes?tag=Warm&subuser=6": 5,
		"/conversations?" + strings.Repeat("tag=Warm&", 50): 15,
	} {
		if a := p.call("GET", path, ""); a.status != 200 || len(a.Data) != want {
			t.Errorf("%s has %d rows (%d), should have %d", path, len(a.Data), a.status, want)
		}
	}
	for path, field := range map[string]string{
		"/conversations?limit=0": "limit", "/conversations?limit=201": "limit", "/conversations?limit=x": "limit", "/conversations?after=-1": "after", "/conversations?view=some": "view", "/conversations?tags=Warm": "tags",
		"/conversations?subuser=six": "subuser", "/conversations?sim=x": "sim", "/conversations?from=yesterday": "from", "/messages?state=sent": "state", "/contacts?view=all": "view", "/contacts?phone_number=12": "phone_number",
		"/tag-changes?until=2026-13-01": "until",
		"/contacts?tag=Warm;limit=1":    "", "/conversations?subuser=6;view=all": "", "/messages?subuser=%": "", "/tag-changes?tag=%zz&limit=5": "",
		"/conversations?tag=": "tag", "/contacts?tag=%20%20": "tag", "/tag-changes?tag=%E2%80%8B": "tag", "/conversations?tag=Warm&tag=": "tag", "/conversations?view=": "view", "/contacts?phone_number=": "phone_number",
		"/conversations?limit=": "limit", "/conversations?subuser=": "subuser", "/messages?state=": "state", "/conversations?from=%20": "from", "/conversations?sim=": "sim", "/conversations?after=": "after",
		"/conversations?limit=1&limit=2": "limit", "/conversations?view=done&view=all": "view", "/contacts?phone_number=72645&phone_number=72645": "phone_number", "/conversations?from=2026-01-01&from=2026-01-02": "from",
		"/messages?state=failed&state=failed": "state", "/conversations?after=1&after=2": "after",
		"/conversations?" + strings.Repeat("tag=Warm&", 51): "tag", "/messages?" + strings.Repeat("subuser=6&", 51): "subuser",
		"/conversations?" + strings.Repeat("sim=4&", 60): "sim",
	} {
		if a := p.wrongly().call("GET", path, ""); a.status != 400 || a.Field != field || a.Detail == "" {
			t.Errorf("%s is answered %d, %+v", path, a.status, a)
		}
	}
}

// What is sent stands in the outbox like a reply; what is wrong with it is said.
func TestAPISendsMessages(t *testing.T) {
	s := apiSite(t)
	admin, err := s.store.CreateUser(t.Context(), store.User{Name: "admin", Role: store.Admin}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	p, c := s.program(rules(t), admin.ID, 0), s.conversationOf(6)
	if _, _, err := s.store.KeepDraft(t.Context(), store.Everything, admin.ID, c, store.Draft{Text: "begun"}); err != nil {
		t.Fatal(err)
	}
	a := p.call("POST", "/messages", fmt.Sprintf(`{"conversation_id":%d,"text":" Hello ","sim_card_id":4}`, c))
	if a.status != 202 || a.ID != c || a.State != "queued" {
		t.Fatalf("answered %+v", a)
	}
	messages := p.call("GET", "/messages?subuser=6&limit=200", "").Data
	if last := messages[len(messages)-1]; last["text"] != "Hello" || last["author"] != "admin" || last["sim_card_id"] != 4. {
		t.Errorf("the message is %v", last)
	}
	drafts, err := s.store.DraftsBy(t.Context(), store.Everything, c)
	if err != nil || drafts[admin.ID] != "begun" {
		t.Errorf("the person's own draft is %q, %v", drafts[admin.ID], err)
	}
	if a := p.call("POST", "/messages", `{"phone_number":"+1 415 555 0177","text":"First"}`); a.status != 202 || a.ID == 0 {
		t.Errorf("answered %+v", a)
	}
	if err := s.store.MarkOptedOut(t.Context(), store.Everything, true, c); err != nil {
		t.Fatal(err)
	}
	if a := p.call("POST", "/messages", fmt.Sprintf(`{"conversation_id":%d,"text":"Hello"}`, c)); a.status != 409 || !strings.Contains(a.Detail, "despite_opt_out") {
		t.Errorf("answered %+v", a)
	}
	if a := p.call("POST", "/messages", fmt.Sprintf(`{"conversation_id":%d,"text":"Hello","despite_opt_out":true}`, c)); a.status != 202 {
		t.Errorf("answered %+v", a)
	}
	for body, status := range map[string]int{
		`{"text":"x"}`: 422, fmt.Sprintf(`{"text":" ","conversation_id":%d}`, c): 422, fmt.Sprintf(`{"text":"x","conversation_id":%d,"phone_number":"+14155550134"}`, c): 422,
		`{"text":"x","phone_number":"0134"}`: 422, `{"text":"x","phone_number":"+14155550134","subuser_id":"six"}`: 422, `{"text":"x","to":"+14155550134"}`: 400, `[]`: 400, `{"text":1}`: 400,
		`{"text":"` + strings.Repeat("x", 2000) + `","phone_number":"+14155550134"}`: 422, `{"text":"` + strings.Repeat("x", 70_000) + `"}`: 400,
		`{"text":"x","phone_number":"+14155550134"}{"text":"y","phone_number":"+14155550135"}`: 400, `{"text":"x","phone_number":"+14155550134"} ]`: 400,
		"{\"text\":\"x\",\"phone_number\":\"+14155550134\"}\nx": 400,
	} {
		if a := p.wrongly().call("POST", "/messages", body); a.status != status || a.Detail == "" {
			t.Errorf("%.80s is answered %d, %s", body, a.status, a.Detail)
		}
	}
	req, err := http.NewRequest("POST", s.URL+"/api/v1/messages", strings.NewReader(`text=x`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 415 || resp.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a form is answered %s", resp.Status)
	}
}

// Who calls too often is told for how long to wait, and nobody else is.
func TestAPICallsAreLimited(t *testing.T) {
	c := clockAt(wednesday)
	s := newSiteAt(t, "", c.now)
	rules := rules(t)
	var programs []program
	for _, name := range []string{"anna", "piet"} {
		u, err := s.store.CreateUser(t.Context(), store.User{Name: name, Role: store.Admin}, hashed())
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, s.program(rules, u.ID, 0))
	}
	anna, piet := programs[0], programs[1]
	for n := range 300 {
		if a := anna.call("GET", "/contacts", ""); a.status != 200 || a.header.Get("RateLimit-Limit") != "300" || a.header.Get("RateLimit-Remaining") != fmt.Sprint(299-n) {
			t.Fatalf("call %d: %d, %v", n, a.status, a.header)
		}
	}
	if a := anna.call("GET", "/contacts", ""); a.status != 429 || a.header.Get("Retry-After") != "1" || a.header.Get("RateLimit-Reset") != "60" {
		t.Errorf("one more: %d, %v", a.status, a.header)
	}
	if a := piet.call("GET", "/contacts", ""); a.status != 200 {
		t.Errorf("somebody else: %d", a.status)
	}
	c.set(c.now().Add(time.Second))
	if a := anna.call("GET", "/contacts", ""); a.status != 200 {
		t.Errorf("a second later: %d", a.status)
	}
}

// Tokens are made and revoked on a person's own page; their use shows there.
func TestPeopleMakeTokens(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for wrong, form := range map[string]url.Values{"what it is for": {"label": {" "}, "days": {"90"}}, "for how long": {"label": {"Report"}, "days": {"soon"}}} {
		if status, page := s.submit(anna, "/settings/account/tokens", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong) {
			t.Errorf("%d without %q", status, wrong)
		}
	}
	_, page := s.submit(anna, "/settings/account/tokens", url.Values{"label": {"Report"}, "days": {"90"}})
	_, after, _ := strings.Cut(page, `value="tagline_`)
	token, _, made := strings.Cut(after, `"`)
	if !made {
		t.Fatal("no token is shown")
	}
	p := program{site: s, token: "tagline_" + token, rules: rules(t)}
	if a := p.call("GET", "/conversations", ""); a.status != 200 {
		t.Errorf("it is answered %d", a.status)
	}
	var own []store.APIToken
	s.until("its use is noted", func() bool {
		own = must(s.store.APITokens(t.Context(), 1))
		return len(own) == 1 && own[0].UsedAt != 0
	})
	if days := time.Until(time.UnixMilli(own[0].ExpiresAt)).Hours() / 24; days < 89 || days > 90 {
		t.Errorf("it is valid for %v days", days)
	}
	if _, page := s.fetch(anna, "GET", "/settings/account"); strings.Contains(page, token) || !strings.Contains(page, "Report") || !strings.Contains(page, "last used") {
		t.Error("the page shows the token itself, or not what it is for")
	}
	if status, _ := s.submit(anna, fmt.Sprintf("/settings/account/tokens/%d/revoke", own[0].ID), nil); status != http.StatusSeeOther {
		t.Error(status)
	}
	if a := p.call("GET", "/conversations", ""); a.status != 401 {
		t.Errorf("a token that was revoked is answered %d", a.status)
	}
}
