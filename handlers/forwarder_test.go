package handlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tagline/jobs"
	"tagline/store"
)

// tool is another tool that webhooks are passed on to. It answers as it is told.
type tool struct {
	*httptest.Server
	t    *testing.T
	took chan call // each call, after it was answered

	mu     sync.Mutex
	answer func(c call) (status int, header http.Header)
}

// call is one that a tool got.
type call struct {
	header http.Header
	body   string
}

func newTool(t *testing.T) *tool {
	tool := &tool{t: t, took: make(chan call, 1000), answer: func(call) (int, http.Header) { return http.StatusOK, nil }}
	tool.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		c := call{r.Header, string(body)}
		tool.mu.Lock()
		answer := tool.answer
		tool.mu.Unlock()
		status, header := answer(c)
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "said the tool")
		tool.took <- c
	}))
	t.Cleanup(tool.Close)
	return tool
}

func (tool *tool) answers(with func(c call) (int, http.Header)) {
	tool.mu.Lock()
	defer tool.mu.Unlock()
	tool.answer = with
}

func answering(status int) func(call) (int, http.Header) {
	return func(call) (int, http.Header) { return status, nil }
}

// next is the next call.
func (tool *tool) next() call {
	tool.t.Helper()
	select {
	case c := <-tool.took:
		return c
	case <-time.After(20 * time.Second):
		tool.t.Fatal("nothing was passed on")
		return call{}
	}
}

// target has the site pass webhooks on to the tool.
func (s *site) target(tool *tool, g store.Target) store.Target {
	s.t.Helper()
	g.Name, g.URL, g.Nearby, g.SigningKey = "Tool", tool.URL+"/hook", true, jobs.NewSigningKey()
	if g.Kinds == nil {
		g.Kinds = store.Kinds
	}
	id, err := s.store.AddTarget(s.t.Context(), g)
	if err != nil {
		s.t.Fatal(err)
	}
	g.ID = id
	return g
}

// arrives posts a received message.
func (s *site) arrives(number, text string) {
	s.t.Helper()
	if status, answer := s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":%q}`, number, text)); status != 200 {
		s.t.Fatal(status, answer)
	}
}

func (s *site) current(id int64) store.Target {
	s.t.Helper()
	g, err := s.store.Target(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return g
}

func (s *site) attempts(id int64) []store.ForwardAttempt {
	s.t.Helper()
	all, err := s.store.ForwardAttempts(s.t.Context(), id, 0, 0, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// The tool gets each body as TextLink sent it, with its own secret, and can check that it is ours.
func TestAcceptedWebhooksArePassedOnAsTheyCame(t *testing.T) {
	s, tool := newSite(t, "s3cret-of-textlink"), newTool(t)
	g := s.target(tool, store.Target{Secret: `zapier "1" <&>`})
	verifier, err := standardwebhooks.NewWebhook(g.SigningKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ kind, body, want string }{
		{"received", `{ "text":"Hi \u00e9","secret" : "s3cret-of-textlink", "phone_number":"+15550100","zz":[1, 2.50] }`, `{ "text":"Hi \u00e9","secret" : "zapier \"1\" <&>", "phone_number":"+15550100","zz":[1, 2.50] }`},
		{"received", `{ "text":"Hi \u00e9","secret" : "s3cret-of-textlink", "phone_number":"+15550100","zz":[1, 2.50] }`, `{ "text":"Hi \u00e9","secret" : "zapier \"1\" <&>", "phone_number":"+15550100","zz":[1, 2.50] }`}, // a repeat is passed on as one
		{"tag", `{"phone_number":"+15550100","tag":"Warm"}`, `{"secret":"zapier \"1\" <&>","phone_number":"+15550100","tag":"Warm"}`},
		{"failed", `{}`, `{"secret":"zapier \"1\" <&>"}`},
		{"sent", `{"secret":"s3cret-of-textlink","phone_number":"+11234567890","text":"Working!"}`, `{"secret":"zapier \"1\" <&>","phone_number":"+11234567890","text":"Working!"}`},
		{"received", `no JSON`, `no JSON`},
	} {
		if status, answer := s.post(s.token+"/"+c.kind, json, c.body); status != 200 {
			t.Fatal(status, answer)
		}
		got := tool.next()
		if got.body != c.want {
			t.Errorf("%s was passed on as %s", c.body, got.body)
		}
		if got.header.Get("Webhook-Kind") != c.kind || got.header.Get("Content-Type") != json {
			t.Errorf("headers are %v", got.header)
		}
		if err := verifier.Verify([]byte(got.body), got.header); err != nil {
			t.Errorf("the signature of %s: %v", got.body, err)
		}
		if verifier.Verify([]byte(strings.Replace(got.body, "i", "1", 1)+" "), got.header) == nil {
			t.Error("a body that was tampered with is taken for ours")
		}
	}
	if status, _ := s.post(s.token+"/received", json, `{"secret":"wrong","phone_number":"+15550100","text":"x"}`); status != 401 {
		t.Error(status)
	}
	s.arrives("+15550100", "last")
	if got := tool.next(); !strings.Contains(got.body, "last") {
		t.Errorf("what was refused was passed on: %s", got.body)
	}
}

// A target gets what it wants and nothing else; without a secret of its own it gets none.
func TestATargetGetsWhatItWants(t *testing.T) {
	s, tool := newSite(t, ""), newTool(t)
	s.target(tool, store.Target{Kinds: []store.Kind{store.KindSent, store.KindTag}, Subusers: []store.SubuserID{6}})
	for _, c := range []struct{ kind, body string }{
		{"received", `{"phone_number":"+1","text":"a","subuser_id":6}`}, {"sent", `{"phone_number":"+1","text":"b"}`}, {"sent", `{"phone_number":"+1","text":"c","subuser_id":7}`},
		{"tag", `{"phone_number":"+1","tag":"d","subuser_id":6}`}, {"sent", `{"phone_number":"+1","text":"e","subuser_id":"6"}`},
	} {
		s.post(s.token+"/"+c.kind, json, c.body)
	}
	if a, b := tool.next().body, tool.next().body; a != `{"phone_number":"+1","tag":"d","subuser_id":6}` || b != `{"phone_number":"+1","text":"e","subuser_id":"6"}` {
		t.Errorf("it got %s and %s", a, b)
	}
}

// Where one body is not taken, those of the same number wait for it; other numbers and other targets don't.
func TestOrderIsKeptForEachNumberAlone(t *testing.T) {
	c := clockAt(wednesday)
	s, slow, dead, well := newSiteAt(t, "", c.now), newTool(t), newTool(t), newTool(t)
	hangs := make(chan struct{})
	dead.answers(func(call) (int, http.Header) { <-hangs; return 200, nil })
	defer close(hangs)
	slow.answers(func(c call) (int, http.Header) {
		if strings.Contains(c.body, "first") {
			return http.StatusServiceUnavailable, nil
		}
		return http.StatusNoContent, nil
	})
	g := s.target(slow, store.Target{})
	s.target(dead, store.Target{})
	s.target(well, store.Target{})
	for _, m := range []struct{ number, text string }{{"+1", "first"}, {"+1", "second"}, {"+2", "other"}, {"+1", "third"}, {"+2", "another"}} {
		s.arrives(m.number, m.text)
	}
	texts := func(tool *tool, n int) (texts []string) {
		for range n {
			_, text, _ := strings.Cut(tool.next().body, `"text":"`)
			texts = append(texts, strings.TrimRight(text, `"}`))
		}
		return texts
	}
	inOrder := func(texts []string, want ...string) {
		t.Helper()
		at := -1
		for _, text := range want {
			if next := slices.Index(texts, text); next <= at {
				t.Errorf("the order is %v", texts)
			} else {
				at = next
			}
		}
	}
	got := texts(well, 5)
	inOrder(got, "first", "second", "third")
	inOrder(got, "other", "another")
	inOrder(texts(slow, 3), "other", "another")
	s.until("the failure is noted", func() bool { return s.current(g.ID).Waiting == 3 })
	slow.answers(answering(200))
	c.set(c.now().Add(4 * time.Second))
	s.arrives("+3", "wakes it")
	inOrder(texts(slow, 1), "wakes it")
	c.set(c.now().Add(2 * time.Second))
	s.arrives("+3", "wakes it again")
	got = texts(slow, 4)
	inOrder(got, "first", "second", "third")
	s.until("nothing waits", func() bool { return s.current(g.ID).Waiting == 0 })
	if g := s.current(g.ID); g.FailingSince != 0 {
		t.Error("it is still said to fail")
	}
}

// A target that is dead for a day is paused; resumed, it gets all that waited.
func TestATargetThatTakesNothingForADayIsPaused(t *testing.T) {
	c := clockAt(wednesday)
	admin := told{t, make(chan jobs.AlertNote, 100)}
	s, tool := newSiteWith(t, setting{now: c.now, quiet: 1000 * time.Hour, jobs: jobs.Settings{Alerting: jobs.Alerting{
		Every: time.Millisecond, Notifiers: []func(context.Context, jobs.AlertNote) error{admin.take},
	}}}), newTool(t)
	g := s.target(tool, store.Target{})
	tool.answers(answering(500))
	s.arrives("+1", "one")
	came := 1
	for tries := 1; ; tries++ { // each call is taken note of, the one that has it paused, too
		tool.next()
		s.until("the failure is noted", func() bool { return len(s.attempts(g.ID)) == tries })
		if tries > 9 {
			t.Fatal("it is never paused")
		}
		if s.current(g.ID).PausedAt != 0 {
			break
		}
		c.set(c.now().Add(11 * time.Hour))
		s.arrives("+1", "more")
		came++
	}
	s.until("all that came waits", func() bool { return s.current(g.ID).Waiting == came })
	paused := s.current(g.ID)
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	if _, page := s.fetch(anna, "GET", "/inbox"); !strings.Contains(page, "Nothing was passed on to") {
		t.Error("admins are not told")
	}
	if _, page := s.fetch(piet, "GET", "/inbox"); strings.Contains(page, "Nothing was passed on to") {
		t.Error("agents are told of it")
	}
	admin.await([]string{fmt.Sprintf("target-%d", g.ID)})
	if paused.PausedWhy == "" || came < 3 {
		t.Errorf("paused is %+v", paused)
	}
	if a := s.attempts(g.ID)[0]; a.Status != 500 || a.Error == "" || string(a.Answer) != "said the tool" || a.GaveUp {
		t.Errorf("noted is %+v", a)
	}
	tool.answers(answering(200))
	c.set(c.now().Add(2 * time.Hour))
	s.arrives("+1", "last")
	s.until("what came while it was paused waits", func() bool { return s.current(g.ID).Waiting == came+1 })
	if len(tool.took) > 0 {
		t.Error("it was called while it was paused")
	}
	if err := s.store.ResumeTarget(t.Context(), g.ID); err != nil {
		t.Fatal(err)
	}
	var last call
	for range came + 1 {
		last = tool.next()
	}
	if !strings.Contains(last.body, "last") {
		t.Errorf("the last was %s", last.body)
	}
	admin.await(nil, fmt.Sprintf("target-%d", g.ID))
}

// One body that is never taken is given up after the last rest, and what waited behind it goes on.
func TestABodyThatIsNeverTakenIsGivenUp(t *testing.T) {
	c := clockAt(wednesday)
	s, tool := newSiteAt(t, "", c.now), newTool(t)
	g := s.target(tool, store.Target{})
	tool.answers(func(c call) (int, http.Header) {
		if strings.Contains(c.body, "poison") {
			return http.StatusBadRequest, nil
		}
		return http.StatusOK, nil
	})
	s.arrives("+1", "poison")
	s.arrives("+1", "behind")
	given := func() bool {
		return slices.ContainsFunc(s.attempts(g.ID), func(a store.ForwardAttempt) bool { return a.GaveUp })
	}
	s.until("the first failure is noted", func() bool { return len(s.attempts(g.ID)) == 1 })
	for tries := 0; !given(); tries++ {
		noted := len(s.attempts(g.ID))
		c.set(c.now().Add(12 * time.Hour))
		s.arrives("+2", "well")
		s.until("both calls are noted", func() bool { return len(s.attempts(g.ID)) >= noted+2 })
		if tries > 8 {
			t.Fatal("it is never given up")
		}
	}
	s.until("what was behind it is taken", func() bool { return s.current(g.ID).Waiting == 0 })
	poison, behind := 0, 0
	for len(tool.took) > 0 {
		switch c := tool.next(); {
		case strings.Contains(c.body, "poison"):
			poison++
		case strings.Contains(c.body, "behind"):
			behind++
		}
	}
	if poison != 8 || behind != 1 {
		t.Errorf("it was called %d times with what it never takes, %d with what was behind", poison, behind)
	}
	if s.current(g.ID).PausedAt != 0 {
		t.Error("it is paused although it takes what others send")
	}
}

// A restart goes on where the last process was.
func TestWhatWaitsSurvivesARestart(t *testing.T) {
	tool, db := newTool(t), filepath.Join(t.TempDir(), "tagline.db")
	tool.answers(answering(500))
	t.Run("before", func(t *testing.T) {
		s := newSiteWith(t, setting{db: db, now: time.Now})
		g := s.target(tool, store.Target{})
		s.arrives("+1", "kept")
		s.arrives("+1", "behind")
		tool.next()
		s.until("it is noted", func() bool { return len(s.attempts(g.ID)) == 1 })
	})
	tool.answers(answering(200))
	t.Run("afterwards", func(t *testing.T) {
		newSiteWith(t, setting{db: db, now: func() time.Time { return time.Now().Add(time.Minute) }})
		if a, b := tool.next().body, tool.next().body; !strings.Contains(a, "kept") || !strings.Contains(b, "behind") {
			t.Errorf("passed on were %s and %s", a, b)
		}
	})
}

// An answer that leads elsewhere is a failure: secrets and messages go where an admin said.
func TestNobodySendsUsOn(t *testing.T) {
	s, tool, elsewhere := newSite(t, ""), newTool(t), newTool(t)
	g := s.target(tool, store.Target{})
	tool.answers(func(call) (int, http.Header) { return 307, http.Header{"Location": {elsewhere.URL}} })
	s.arrives("+1", "x")
	tool.next()
	s.until("it is noted", func() bool { return len(s.attempts(g.ID)) == 1 })
	if a := s.attempts(g.ID)[0]; a.Status != 307 || !strings.Contains(a.Error, elsewhere.URL) {
		t.Errorf("noted is %+v", a)
	}
	if len(elsewhere.took) > 0 {
		t.Error("it was followed")
	}
}

// Deleting a contact takes what waits of it, and what was answered to it.
func TestADeletedContactIsNotPassedOn(t *testing.T) {
	s, tool := newSite(t, ""), newTool(t)
	g := s.target(tool, store.Target{})
	s.arrives("+15550100", "taken")
	tool.next()
	s.until("it is noted", func() bool { return len(s.attempts(g.ID)) == 1 })
	if err := s.store.PauseTarget(t.Context(), g.ID); err != nil {
		t.Fatal(err)
	}
	s.arrives("+15550100", "waits")
	s.arrives("+15550200", "stays")
	s.until("they wait", func() bool { return s.current(g.ID).Waiting == 2 })
	contact, err := s.store.FindContact(t.Context(), store.Everything, "+15550100")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.DeleteContact(t.Context(), contact.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.store.FinishDeletions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.current(g.ID).Waiting; n != 1 {
		t.Errorf("%d wait", n)
	}
	if left := s.attempts(g.ID); len(left) != 0 {
		t.Errorf("noted is still %+v", left)
	}
}

// The page: what is wrong comes back with what was typed; a sample, sending again, pausing and deleting.
func TestAdminsSayWhatIsPassedOn(t *testing.T) {
	s, tool := newSite(t, ""), newTool(t)
	anna := s.person("anna", store.Admin)
	whole := func(more url.Values) url.Values {
		form := url.Values{"name": {"Make"}, "url": {tool.URL}, "kind": {"received", "tag"}, "sees": {"all"}, "nearby": {"yes"}, "secret": {"of-make"}}
		for name, values := range more {
			form[name] = values
		}
		return form
	}
	for wrong, more := range map[string]url.Values{
		"Give it a name":   {"name": {" "}},
		"whole address":    {"url": {"hooks.example.com"}},
		"with https":       {"url": {"http://hooks.example.com/typed"}, "nearby": {}},
		"of this machine":  {"url": {"https://localhost/"}, "nearby": {}},
		"without a name":   {"url": {"https://me:pass@example.com/"}},
		"port from 1":      {"url": {"https://example.com:99999/"}},
		"from 1 to 65535":  {"url": {"https://example.com:0/"}},
		"to 65535, or":     {"url": {"https://example.com:65536/"}},
		"at least one web": {"kind": {}},
		"one subuser":      {"sees": {"some"}},
		"is no subuser":    {"sees": {"some"}, "more": {"six"}},
	} {
		status, page := s.submit(anna, "/settings/targets", whole(more))
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, wrong) || !strings.Contains(page, `value="of-make"`) {
			t.Errorf("%v: %d without %q", more, status, wrong)
		}
	}
	if status, _ := s.submit(anna, "/settings/targets", whole(nil)); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	all, err := s.store.Targets(t.Context())
	if err != nil || len(all) != 1 || all[0].Secret != "of-make" || len(all[0].Kinds) != 2 || !strings.HasPrefix(all[0].SigningKey, "whsec_") {
		t.Fatalf("targets are %+v, %v", all, err)
	}
	path := "/settings/targets/" + fmt.Sprint(all[0].ID)
	if _, page := s.submit(anna, path+"/test", nil); !strings.Contains(page, "It took the sample: 200") || !strings.Contains(page, "said the tool") {
		t.Error("the sample's answer is not shown")
	}
	if got := tool.next(); !strings.Contains(got.body, "Working!") || !strings.Contains(got.body, "of-make") {
		t.Errorf("the sample is %s", got.body)
	}
	tool.answers(answering(410))
	if _, page := s.submit(anna, path+"/test", nil); !strings.Contains(page, "It answered 410 Gone") {
		t.Error("the sample's failure is not shown")
	}
	tool.next()
	tool.answers(answering(200))
	s.arrives("+1", "one")
	s.arrives("+2", "two")
	tool.next()
	tool.next()
	s.until("both are noted", func() bool { return len(s.attempts(all[0].ID)) == 4 })
	if _, page := s.fetch(anna, "GET", path+"/news?after=0"); strings.Count(page, `id="attempt-`) != 4 {
		t.Error("the news do not tell of the calls")
	}
	newest := s.attempts(all[0].ID)[0]
	if status, page := s.submit(anna, path+"/again", url.Values{}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "tick what") {
		t.Error(status)
	}
	if status, _ := s.submit(anna, path+"/again", url.Values{"delivery": {fmt.Sprint(newest.DeliveryID)}}); status != http.StatusSeeOther {
		t.Error(status)
	}
	if got := tool.next(); !strings.Contains(got.body, `"text"`) {
		t.Error(got.body)
	}
	s.until("it is noted, and out of the queue", func() bool { return len(s.attempts(all[0].ID)) == 5 })
	if status, page := s.submit(anna, path+"/again", url.Values{"since": {"yesterday"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "write the day") {
		t.Error(status)
	}
	if status, _ := s.submit(anna, path+"/again", url.Values{"since": {"2020-01-01T00:00"}}); status != http.StatusSeeOther {
		t.Error(status)
	}
	if a, b := tool.next().body, tool.next().body; !strings.Contains(a+b, "one") || !strings.Contains(a+b, "two") {
		t.Errorf("sent again were %s and %s", a, b)
	}
	if status, page := s.submit(anna, path, whole(url.Values{"name": {"Renamed"}, "url": {"nothing"}})); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Renamed") {
		t.Error(status)
	}
	if status, _ := s.submit(anna, path, whole(url.Values{"name": {"Renamed"}})); status != http.StatusSeeOther || s.current(all[0].ID).Name != "Renamed" {
		t.Error(status)
	}
	for _, do := range []string{"/pause", "/resume", "/delete"} {
		if status, _ := s.submit(anna, path+do, nil); status != http.StatusSeeOther {
			t.Errorf("%s: %d", do, status)
		}
	}
	if status, _ := s.fetch(anna, "GET", path); status != http.StatusNotFound {
		t.Errorf("a target that was deleted is answered with %d", status)
	}
}
