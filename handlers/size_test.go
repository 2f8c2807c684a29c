package handlers_test

import (
	"cmp"
	stdjson "encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tagline/store"
)

// What a page and a frame may weigh at most, in bytes, and a page may cost, whatever was sent to the webhooks.
const (
	mostPage  = 300 << 10
	mostFrame = 64 << 10
	mostTime  = time.Second // of a processor
)

// paths are addresses of a route of the table, with what stands in its places. A new place must be given here.
func (v *vast) paths(route string) []string {
	queries := map[string][]string{
		"/inbox": {"", "?view=unread", "?view=failed", "?view=done", "?view=mine", "?sort=oldest", "?subuser=12&tag=Campaign+00002&sim=12", "?tag=Campaign+00002&tag=Campaign+00003",
			"?subuser=12&subuser=13&tag=none", "?tag=" + strings.Repeat("%22", 255), "?tag=" + strings.Repeat("%22", 255) + "&subuser=12" + strings.Repeat("&subuser=99999999", 40),
			"?view=done&subuser=1" + strings.Repeat("&sim=1234567", 50), "?view=failed&subuser=1", "?view=unanswered&sort=oldest"},
		"/search":                      {"", "?q=campaign", "?q=word", "?q=subuser", "?q=%2B1555", "?q=hello", "?q=example", "?q=x", "?q=" + strings.Repeat("%F0%9F%91%A9", 200)},
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
		for _, conversation := range v.harm {
			id = append(id, conversation)
		}
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

// No page is larger than a browser on a slow phone can take, and no frame than a socket, whatever comes by the
// webhooks.
func TestNothingGrowsWithoutEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("make test opens every page of a vast account")
	}
	each := 1000
	if n, err := strconv.Atoi(os.Getenv("TAGLINE_EACH")); err == nil {
		each = n // make sizes
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
	took := map[string]time.Duration{}
	for _, route := range v.app.Routes() {
		if !strings.HasPrefix(route, "GET ") || route == "GET /live" {
			continue
		}
		for _, path := range v.paths(route) {
			for _, script := range []string{"", "true"} {
				begun := cpuTime()
				status, page := v.open(client, path, script)
				took[path] = max(took[path], cpuTime()-begun)
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
	slowest := slices.SortedFunc(maps.Keys(took), func(a, b string) int { return cmp.Compare(took[b], took[a]) })
	for _, path := range slowest[:5] {
		v.t.Logf("%s takes %s of processor time for %.60s", who, took[path].Round(time.Millisecond), path)
	}
	for _, path := range slowest {
		if !raceDetector && took[path] > mostTime && v.takes(client, path) > mostTime {
			v.t.Errorf("%s: %s takes %s of processor time", who, path, took[path])
		}
	}
}

// takes is the least processor time of a few times that the page is opened: other goroutines, as the search index's,
// work beside it.
func (v *vast) takes(client *http.Client, path string) time.Duration {
	least := time.Duration(math.MaxInt64)
	for range 5 {
		begun := cpuTime()
		v.open(client, path, "")
		least = min(least, cpuTime()-begun)
	}
	return least
}

// cpuTime is the processor time that the process has taken. Unlike the clock's it does not grow while others use the
// processors.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
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
