package handlers_test

import (
	stdjson "encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/store"
)

// What a page and a frame may weigh at most, in bytes, whatever was sent to the webhooks.
const (
	mostPage  = 300 << 10
	mostFrame = 64 << 10
)

// vast is an account as somebody makes it who has the webhook secret and means harm.
type vast struct {
	*site
	t        testing.TB
	anna     int64
	texts    int64 // the conversation with the longest texts
	tagged   int64 // the one whose contact changed its tag most often
	failed   int64 // the one with the most failures
	spread   int64 // one of a contact of many subusers
	delivery []int64
	note     int64 // in the conversation of texts
}

// heavy are texts that take most room: long ones, and those whose characters take several bytes in HTML.
var heavy = []string{
	strings.Repeat("a word & ", 6500),
	strings.Repeat("e\u0301\u0302\u0303", 15_000),
	strings.Repeat("<&>'\"", 320),
	strings.Repeat("&", 2000),
	strings.Repeat("https://a.example/x&y ", 70),
	strings.Repeat("http://пример.рф/ ", 80),
	strings.Repeat("\u0001\u0002\n", 20_000),
	strings.Repeat("\n", 3000) + "end",
	strings.Repeat("👩‍👩‍👧‍👦", 2400),
	strings.Repeat("x", 60_000),
}

func (v *vast) received(subuser int64, number, text, name, tag string, sim int64) {
	r := store.Report{Subuser: store.SubuserID(subuser), PhoneNumber: number, Text: text, TextKey: fmt.Append(nil, number, len(text), text[:min(len(text), 40)], time.Now().UnixNano()), Name: name, Tag: tag, SIMCardID: &sim}
	v.record(func(d store.Delivery) (store.Outcome, error) { return v.store.RecordReceived(v.t.Context(), d, r) }, store.KindReceived, subuser, number, text)
}

func (v *vast) record(do func(store.Delivery) (store.Outcome, error), kind store.Kind, subuser int64, number, body string) {
	if _, err := do(store.Delivery{Kind: kind, Subuser: store.SubuserID(subuser), PhoneNumber: number, Body: []byte(body), ArrivedAt: time.Now().UnixMilli()}); err != nil {
		v.t.Error(err)
	}
}

// many runs do n times, a few hundred at once: they share their commits.
func many(n int, do func(int)) {
	var all sync.WaitGroup
	room := make(chan struct{}, 32*runtime.GOMAXPROCS(0))
	for i := range n {
		room <- struct{}{}
		all.Go(func() {
			do(i)
			<-room
		})
	}
	all.Wait()
}

func newVast(t testing.TB, each int) *vast {
	s := newSite(t, "")
	v := &vast{site: s, t: t}
	ctx := t.Context()
	if _, err := s.store.CreateUser(ctx, store.User{Name: "anna", Role: store.Admin}, hashed()); err != nil {
		t.Fatal(err)
	}
	v.anna = s.id("anna")
	long := strings.Repeat("A name & <more> ", 3700)
	many(each, func(n int) { // a tag, a subuser and a SIM card for each
		v.received(int64(n+10), fmt.Sprintf("+1555%07d", n), "Hello", fmt.Sprint("Contact ", n), fmt.Sprintf("Campaign %05d", n), int64(n+10))
	})
	for n := range 120 {
		v.received(1, "+14155550001", heavy[n%len(heavy)], long, strings.Repeat("tag & ", 9000), 5)
	}
	many(8*each, func(n int) {
		v.record(func(d store.Delivery) (store.Outcome, error) {
			return s.store.RecordTag(ctx, d, "", fmt.Sprintf("Tag %d", n%3000))
		}, store.KindTag, int64(n%400), "+14155550002", "{}")
	})
	v.received(1, "+14155550002", "Hello", "", "", 5)
	many(each, func(n int) {
		r := store.Report{Subuser: 1, PhoneNumber: "+14155550003", Text: fmt.Sprint(n, heavy[n%5]), TextKey: fmt.Append(nil, n)}
		v.record(func(d store.Delivery) (store.Outcome, error) { return s.store.RecordFailed(ctx, d, r) }, store.KindFailed, 1, r.PhoneNumber, "{}")
	})
	many(each/5, func(n int) { v.received(int64(n), "+14155550004", heavy[n%3], "", "", 6) })
	for _, number := range []string{strings.Repeat("9", 60_000), strings.Repeat("A sender & co ", 4000)} {
		v.received(1, number, "Hello", "", "", 5)
	}
	for of, number := range map[*int64]string{&v.texts: "+14155550001", &v.tagged: "+14155550002", &v.failed: "+14155550003", &v.spread: "+14155550004"} {
		contact, err := s.store.FindContact(ctx, store.Everything, number)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.store.ConversationsOf(ctx, store.Scope{Subusers: []store.SubuserID{1}}, 0, contact.ID)
		if err != nil || len(all) == 0 {
			t.Fatalf("%s has %d conversations, %v", number, len(all), err)
		}
		*of = all[0].ID
	}
	v.staff(each)
	notes, _, err := s.store.NewestNotes(ctx, store.Everything, v.texts, 1)
	if err != nil {
		t.Fatal(err)
	}
	v.note = notes[0].ID
	latest, _, err := s.store.Deliveries(ctx, store.DeliveryFilter{}, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range latest {
		v.delivery = append(v.delivery, d.ID)
	}
	return v
}

// staff is many people who keep as much as they may.
func (v *vast) staff(each int) {
	ctx := v.t.Context()
	check := func(err error) {
		if err != nil {
			v.t.Error(err)
		}
	}
	anna := store.User{ID: v.anna, Role: store.Admin}
	many(each/2, func(n int) {
		_, err := v.store.AddNote(ctx, store.Everything, v.anna, v.texts, fmt.Sprint(n, heavy[4+n%2]))
		check(err)
	})
	many(each/10, func(n int) {
		_, _, err := v.store.KeepDraft(ctx, store.Everything, v.anna, int64(n+1), store.Draft{Text: strings.Repeat("& ", 2000), Page: "a"})
		check(err)
		check(v.store.AddCannedReply(ctx, anna, store.CannedReply{Name: fmt.Sprint("reply ", n), Text: strings.Repeat("& ", 765), Shared: true}))
		check(v.store.SaveView(ctx, store.SavedView{UserID: v.anna, Name: fmt.Sprint("view ", n), Query: fmt.Sprintf("tag=Campaign+%05d&subuser=%d", n, n+10), Shared: true}))
	})
	var granted []store.SubuserID
	for n := range each / 2 {
		granted = append(granted, store.SubuserID(n))
	}
	many(each, func(n int) {
		u := store.User{Name: fmt.Sprintf("Agent %05d", n), Role: store.Agent, Subusers: []store.SubuserID{1}}
		if n == 0 {
			u.Name, u.Subusers = "piet", granted
		}
		_, err := v.store.CreateUser(ctx, u, hashed())
		check(err)
	})
	_, err := v.store.AddTarget(ctx, store.Target{Name: "Tool", URL: "https://tool.example.com/", Kinds: store.Kinds, Subusers: granted})
	check(err)
}

// paths are addresses of a route of the table, with what stands in its places. A new place must be given here.
func (v *vast) paths(route string) []string {
	queries := map[string][]string{
		"/inbox": {"", "?view=unread", "?view=failed", "?view=done", "?view=mine", "?sort=oldest", "?subuser=12&tag=Campaign+00002&sim=12", "?tag=Campaign+00002&tag=Campaign+00003",
			"?subuser=12&subuser=13&tag=none"},
		"/search":                      {"", "?q=campaign", "?q=word", "?q=subuser", "?q=%2B1555", "?q=hello"},
		"/search/results":              {"", "?q=campaign", "?q=word", "?q=subuser", "?q=hello"},
		"/tags":                        {"", "?days=1", "?days=90", "?subuser=12&tag=Tag+7"},
		"/insights":                    {"", "?subuser=12"},
		"/settings/webhooks":           {"", "?kind=received", "?outcome=duplicate"},
		"/settings/people":             {"", "?find=agent"},
		"/settings/replies":            {"", "?find=reply"},
		"/settings/names":              {"", "?find=1"},
		"/settings/audit":              {"", "?person=1"},
		"/choices/{kind}":              {"", "?find=a", "?find=1", "?subuser=12&tag=Campaign+00002"},
		"/conversations/{id}":          {"", "?view=failed", "?timeline=7"},
		"/messages/{id}/text":          {"", "?from=20000"},
		"/conversations/{id}/timeline": {"", "?timeline=7"},
	}
	path := strings.TrimSuffix(strings.TrimPrefix(route, "GET "), "{$}")
	var id []any
	switch {
	case strings.HasPrefix(path, "/conversations/"):
		id = []any{v.texts, v.tagged, v.failed, v.spread}
	case strings.HasPrefix(path, "/messages/"):
		first, err := v.store.MessagesFrom(v.t.Context(), store.Everything, v.texts, store.Position{})
		if err != nil {
			v.t.Fatal(err)
		}
		for _, m := range first[:len(heavy)] {
			id = append(id, m.ID)
		}
	case strings.HasPrefix(path, "/settings/webhooks/"):
		for _, d := range v.delivery {
			id = append(id, d)
		}
	case strings.HasPrefix(path, "/settings/people/"):
		id = []any{v.anna, v.id("piet")}
	case strings.HasPrefix(path, "/settings/targets/"):
		id = []any{1}
	}
	places := map[string][]any{"{id}": id, "{note}": {v.note}, "{kind}": {"tags", "subusers", "sims", "people", "views"}, "{key}": {"x"}}
	paths := []string{""}
	for _, part := range regexp.MustCompile(`\{\w+\}|[^{]+`).FindAllString(path, -1) {
		if part[0] != '{' {
			for i := range paths {
				paths[i] += part
			}
			continue
		}
		values := places[part]
		if len(values) == 0 {
			v.t.Fatalf("%s: say in this test what %s may be", route, part)
		}
		var more []string
		for _, p := range paths {
			for _, value := range values {
				more = append(more, p+fmt.Sprint(value))
			}
		}
		paths = more
	}
	var all []string
	for _, p := range paths {
		for _, q := range append(queries[path], "")[:max(1, len(queries[path]))] {
			all = append(all, p+q)
		}
	}
	return all
}

// No page is larger than a browser on a slow phone can take, and no frame than a socket, whatever comes by the webhooks.
func TestNothingGrowsWithoutEnd(t *testing.T) {
	each := 5000
	if raceDetector || testing.Short() {
		each = 1000
	}
	begun := time.Now()
	v := newVast(t, each)
	t.Logf("the account was made in %s", time.Since(begun).Round(time.Millisecond))
	anna, _ := v.enter(v.anna)
	piet, _ := v.enter(v.id("piet"))
	v.wantSmallPages("anna", anna)
	v.wantSmallPages("piet", piet)
	v.wantSmallFrames("anna", anna)
	v.wantSmallFrames("piet", piet)
}

func (v *vast) wantSmallPages(who string, client *http.Client) {
	largest, of := 0, ""
	for _, route := range v.app.Routes() {
		if !strings.HasPrefix(route, "GET ") || route == "GET /live" {
			continue
		}
		for _, path := range v.paths(route) {
			for _, script := range []string{"", "true"} {
				begun := time.Now()
				status, page := v.open(client, path, script)
				if took := time.Since(begun); took > 2*time.Second {
					v.t.Logf("%s takes %s", path, took)
				}
				if len(page) > mostPage || status >= 500 {
					v.t.Errorf("%s opens %s (by script: %q): %d, %d bytes", who, path, script, status, len(page))
				}
				if len(page) > largest {
					largest, of = len(page), path
				}
			}
		}
	}
	v.t.Logf("the largest page of %s is %s: %d bytes", who, of, largest)
}

func (v *vast) open(client *http.Client, path, script string) (int, string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.URL+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	if script != "" {
		req.Header.Set("HX-Request", script)
	}
	resp, err := client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, string(page)
}

// wantSmallFrames opens the live pages, has all kinds of things happen and looks at what they are sent.
func (v *vast) wantSmallFrames(who string, client *http.Client) {
	var sockets []*listening
	var pages []string
	for _, route := range v.app.Routes() {
		if !strings.HasPrefix(route, "GET ") || strings.Contains(route, "/live") || strings.Contains(route, "{key}") {
			continue
		}
		pages = append(pages, v.paths(route)[:1]...)
	}
	pages = append(pages, "/inbox?view=failed", fmt.Sprint("/conversations/", v.tagged), fmt.Sprint("/conversations/", v.failed), fmt.Sprint("/conversations/", v.spread))
	for at := 0; at < len(pages); at += 15 { // a person has so many sockets
		sockets = sockets[:0]
		some := pages[at:min(at+15, len(pages))]
		for _, page := range some {
			sockets = append(sockets, v.listen(client, page, v.now()))
		}
		before := v.now()
		v.happen()
		for i, l := range sockets { // what happened goes out, and once more when the page says that it missed it
			_ = l.WriteJSON(map[string]any{"page": some[i], "change": before, "view": 99})
			largest := 0
			for done := false; !done; {
				_ = l.SetReadDeadline(time.Now().Add(60 * time.Second))
				_, data, err := l.ReadMessage()
				if err != nil {
					v.t.Fatalf("%s on %s: %v", who, some[i], err)
				}
				if largest = max(largest, len(data)); !stdjson.Valid(data) {
					v.t.Fatalf("%s on %s is sent what is no JSON: %.200s", who, some[i], data)
				}
				done = strings.Contains(string(data), `,"view":99`) && !strings.Contains(string(data), `"more":true`)
			}
			if largest > mostFrame {
				v.t.Errorf("%s on %s is sent a frame of %d bytes", who, some[i], largest)
			}
			l.Close()
		}
	}
}

// happen is one of each: a long message, a tag, a failure, a name, somebody's settings.
func (v *vast) happen() {
	ctx := v.t.Context()
	v.received(1, "+14155550001", fmt.Sprint(v.now(), heavy[0]), fmt.Sprint(v.now(), heavy[0]), fmt.Sprint(v.now(), heavy[0]), 5)
	v.received(1, "+14155550002", fmt.Sprint(v.now(), heavy[3]), "", "", 5)
	v.record(func(d store.Delivery) (store.Outcome, error) {
		return v.store.RecordTag(ctx, d, "", fmt.Sprint("New ", v.now()))
	}, store.KindTag, 1, "+14155550004", heavy[2])
	v.record(func(d store.Delivery) (store.Outcome, error) {
		return v.store.RecordTag(ctx, d, "", fmt.Sprint("New ", v.now()))
	}, store.KindTag, 1, "+14155550002", heavy[2])
	r := store.Report{Subuser: 1, PhoneNumber: "+14155550003", Text: fmt.Sprint(v.now(), heavy[0]), TextKey: fmt.Append(nil, v.now())}
	v.record(func(d store.Delivery) (store.Outcome, error) { return v.store.RecordFailed(ctx, d, r) }, store.KindFailed, 1, r.PhoneNumber, heavy[6])
	if err := v.store.SaveView(ctx, store.SavedView{UserID: v.anna, Name: fmt.Sprint("last ", v.now()), Query: "tag=Tag+1", Shared: true}); err != nil {
		v.t.Fatal(err)
	}
	if err := v.store.RecordRefusals(ctx, []store.Refusal{{Cause: store.BadCredentials}}); err != nil {
		v.t.Fatal(err)
	}
	v.received(1, "+14155550001", "the very last", "", "", 5)
}
