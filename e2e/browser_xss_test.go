package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"tagline/store"
	"tagline/textutil"
	"tagline/web"
)

// alarms note in the storage of the browser what must never happen: a script of a stranger's that runs, and anything
// that the policy for content has to stop.
const alarms = `
	const alarm = (what) => localStorage.setItem("alarms", JSON.stringify([...JSON.parse(localStorage.getItem("alarms") ?? "[]"), location.pathname + ": " + what].slice(0, 20)));
	for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = (what) => alarm(name + " " + what);
	addEventListener("securitypolicyviolation", (e) => alarm(e.effectiveDirective + " " + e.blockedURI + " " + e.sample));`

// intruders are elements and attributes that are not ours, in a document.
const intruders = `((page) => [
	...page.querySelectorAll("[data-hostile], iframe, object, embed, base, math, meta[http-equiv]"),
	...[...page.querySelectorAll("script")].filter(e => !e.getAttribute("src")?.startsWith("/static/")),
	...[...page.querySelectorAll("[href], [action], [src]")].filter(e => !/^(https?:|\/|#|\?|data:image\/|$)/i.test(e.getAttribute("href") ?? e.getAttribute("action") ?? e.getAttribute("src"))),
	...[...page.querySelectorAll("*")].filter(e => [...e.attributes].some(a => a.name.startsWith("on") || a.name.startsWith("hx-on"))),
].slice(0, 5).map(e => e.outerHTML.slice(0, 300)))`

// stage is a server, a browser that shows it to anna, and a place elsewhere that nothing may be fetched from.
type stage struct {
	tab
	server   *server
	db       string
	urls     map[string]string
	payloads []string
	fetched  *atomic.Int64
}

// alarmed has the tab note what must never happen.
func (b tab) alarmed() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: alarms}); err != nil {
		b.t.Fatal(err)
	}
}

// unharmed fails where the page has become something else than what we wrote.
func (b tab) unharmed(what string) {
	b.t.Helper()
	for _, intruder := range eval[[]string](b, intruders+`(document)`) {
		b.t.Errorf("%s holds %s", what, intruder)
	}
	for _, alarm := range eval[[]string](b, `JSON.parse(localStorage.getItem("alarms") ?? "[]")`) {
		b.t.Errorf("%s: %s", what, alarm)
	}
}

func newStage(t *testing.T, prepare func(s *store.Store, payloads []string)) stage {
	t.Helper()
	fetched := &atomic.Int64{}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) }))
	t.Cleanup(elsewhere.Close)
	db := databaseWithTeam(t, "anna --role admin")
	payloads := hostile(elsewhere.Listener.Addr().String())
	if len(payloads) < 1000 {
		t.Fatalf("only %d payloads", len(payloads))
	}
	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	prepare(s, payloads)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	server := serve(t, "--db", db)
	b := newDesktopTab(t)
	b.alarmed()
	return stage{tab: b, server: server, db: db, urls: webhooks(t, db, server.url), payloads: payloads, fetched: fetched}
}

// previewLength is how many characters of a message a row has.
const previewLength = 160

// together is how many payloads are tried at once: a page of the list.
const together = 50

// each does something for every payload, several at once.
func each(payloads []string, do func(i int, payload string)) {
	var all sync.WaitGroup
	for i, payload := range payloads {
		all.Go(func() { do(i, payload) })
	}
	all.Wait()
}

// longestNumber is how many characters a number has at most.
const longestNumber = 64

// numberOf is the payload itself, or where that is too long to be a number one with its own number in it.
func numberOf(payload string) string {
	if utf8.RuneCountInString(payload) <= longestNumber {
		return payload
	}
	return "number " + payload[:strings.IndexFunc(payload, func(r rune) bool { return !unicode.IsDigit(r) })]
}

func numbersOf(payloads []string) (all []string) {
	for _, payload := range payloads {
		all = append(all, numberOf(payload))
	}
	return all
}

// send posts a webhook.
func (s stage) send(kind string, fields map[string]any) {
	s.t.Helper()
	body, _ := json.Marshal(fields)
	if status, answer := post(s.t, s.urls[kind], body); status != http.StatusOK {
		s.t.Errorf("%s was answered %d: %s", body, status, answer)
	}
}

// compare fails unless every payload is shown by one of what the expression lists, as the page writes it.
func (s stage) compare(what string, payloads []string, list string, written func(string) string) {
	s.t.Helper()
	shown := map[string]bool{}
	for _, text := range eval[[]string](s.tab, list) {
		shown[strings.TrimSpace(text)] = true
	}
	for _, payload := range payloads {
		if want := written(payload); !shown[want] {
			s.t.Errorf("%s: %q is not among %.500q", what, want, slices.Sorted(maps.Keys(shown)))
			return
		}
	}
}

// compareSome is compare for a list that shows a part of them only: nothing else may look like one, and many must be
// there.
func (s stage) compareSome(what string, payloads []string, list string, written func(string) string) {
	s.t.Helper()
	known, seen := map[string]bool{}, map[string]bool{}
	for _, payload := range payloads {
		known[written(payload)] = true
	}
	for _, text := range eval[[]string](s.tab, list) {
		if text = strings.TrimSpace(text); strings.Contains(strings.ToLower(text), "hostile") {
			if seen[text] = true; !known[text] {
				s.t.Errorf("%s: %q was written by nobody", what, text)
			}
		}
	}
	if len(seen) < partShown {
		s.t.Errorf("%s: %d are shown", what, len(seen))
	}
}

// partShown is how many of a long list are shown at least.
const partShown = 30

// texts is the list of what the elements say.
func texts(selector string) string {
	return `[...document.querySelectorAll(` + quoted(selector) + `)].map(e => e.textContent)`
}

// compareRows looks at the list of conversations that the payloads made.
func (s stage) compareRows(how string, payloads []string) {
	s.t.Helper()
	s.compare("a name or number, "+how, payloads, texts("#conversations .row-name"), inLine)
	s.compare("a text, "+how, payloads, texts("#conversations .row-preview"), preview)
	s.compare("a tag, "+how, payloads, texts("#conversations .tag"), inLine)
	s.compare("a number, "+how, payloads, `[...document.querySelectorAll("#conversations .row")].map(e => e.title)`, func(payload string) string { return inLine(numberOf(payload)) })
	s.unharmed("the list, " + how)
}

// preview is the beginning of a text, as a row shows it.
func preview(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return drawn(strings.TrimSpace(string([]rune(s)[:min(previewLength, utf8.RuneCountInString(s))])))
}

func TestWhatStrangersWriteIsTextAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(*store.Store, []string) {})
	s.stub()
	s.permit(browser.PermissionSettingGranted, s.server.url)
	s.signIn(s.server.url, "anna")
	s.open(s.server.url + "/inbox")
	eval[any](s.tab, `fetch("/notifications", {method: "POST", body: new URLSearchParams({desktop: "on", text: "on"})})`)

	// Each is the number, the name, the tag and the text of a contact: first live, then on a new page. Some have no
	// name.
	for some := range slices.Chunk(s.payloads, together) {
		s.live()
		each(some, func(i int, payload string) {
			fields := map[string]any{"phone_number": numberOf(payload), "text": payload, "tag": payload, "name": payload}
			if i%11 == 0 && numberOf(payload) == payload {
				delete(fields, "name")
			}
			s.send("received", fields)
		})
		s.await("all rows", fmt.Sprintf(`new Set([...document.querySelectorAll("#conversations .row")].map(e => e.title)).isSupersetOf(new Set(%s))`, inLines(numbersOf(some))))
		s.compareRows("live", some)
		if some[0] == s.payloads[0] { // those who were told once are told
			s.told()
		}
		s.open(s.server.url + "/inbox")
		s.compareRows("on a new page", some)
		each(some, func(_ int, payload string) {
			s.send("tag", map[string]any{"phone_number": numberOf(payload), "tag": ""})
		}) // every page lists all tags
	}
	s.threads()
	if s.fetched.Load() != 0 {
		t.Errorf("%d requests went elsewhere", s.fetched.Load())
	}
	for _, field := range []string{"text", "phone_number", "name"} {
		s.export(field)
	}
}

// told fails unless notifications told of the payloads, and turns them off.
func (s stage) told() {
	s.t.Helper()
	s.settled()
	told := eval[[]string](s.tab, shows+`.flatMap(n => [n.title, n.body])`)
	if !slices.ContainsFunc(told, func(words string) bool { return strings.Contains(words, "hostile") }) {
		s.t.Errorf("no notification told of them: %q", told)
	}
	evalAwait[any](s.tab, `fetch("/notifications", {method: "POST", body: new URLSearchParams({desktop: "off"})}).then(() => 0)`)
}

// export fails where the export has something else than came. Every kind of line that has the field is looked at.
func (s stage) export(field string) {
	s.t.Helper()
	came := map[string]bool{}
	for _, payload := range s.payloads {
		if field == "phone_number" {
			payload = numberOf(payload)
		}
		if field != "text" {
			payload = textutil.Label(payload)
		}
		came[payload] = true
	}
	seen := map[string]bool{}
	for _, lines := range exported(s.t, s.db) {
		for _, line := range lines {
			if value, said := line[field].(string); said && value != "" {
				seen[value] = true
				if !came[value] {
					s.t.Errorf("the export says %q as %s", value, field)
				}
			}
		}
	}
	if len(seen) < len(came)*9/10 {
		s.t.Errorf("the export has %d values of %s", len(seen), field)
	}
}

// threads looks at every conversation, as the browser reads it: most as scripts load it, every fifth on a page of its
// own.
func (s stage) threads() {
	s.t.Helper()
	type thread struct {
		Title     string
		Words     []string
		Intruders []string
	}
	var all []thread
	if err := json.Unmarshal([]byte(evalAwait[string](s.tab, fmt.Sprintf(`(async () => {
		const pages = [], read = new DOMParser();
		for (let id = 1; id <= %d; id++) {
			const page = read.parseFromString(await (await fetch("/conversations/" + id + "?view=done", id %% 5 ? { headers: { "HX-Request": "true" } } : {})).text(), "text/html");
			pages.push({ title: page.title, words: [...page.querySelectorAll("#thread-title, #thread .text, #thread .tag, .thread-details .number")].map(e => e.textContent.trim()), intruders: %s(page) });
		}
		return JSON.stringify(pages);
	})()`, len(s.payloads), intruders))), &all); err != nil {
		s.t.Fatal(err)
	}
	known := map[string]string{}
	for _, payload := range s.payloads {
		known[inLine(payload)] = payload
	}
	for i, page := range all {
		if len(page.Intruders) > 0 {
			s.t.Errorf("a thread holds %q", page.Intruders)
		}
		payload := known[page.Words[0]]
		if payload == "" || i%5 == 4 && !strings.HasSuffix(page.Title, " "+titled(payload)+" · Tagline") || len(page.Words) < 3 {
			s.t.Errorf("the page of %q has the title %q and says %q", payload, page.Title, page.Words)
		}
		for _, words := range page.Words {
			if words != drawn(payload) && words != inLine(payload) && words != textutil.Label(numberOf(payload)) {
				s.t.Errorf("the page of %q says %q", payload, words)
			}
		}
	}
}

// evalAwait returns what the promise of an expression comes to.
func evalAwait[T any](b tab, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return value
}

// inLines writes what a page shows of names as a JavaScript list.
func inLines(list []string) string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = inLine(list[i])
	}
	text, _ := json.Marshal(list)
	return string(text)
}

// What colleagues choose, and what they write, is no less text. Names come as their forms take them: without control
// characters.
func TestWhatColleaguesWriteIsTextAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(s *store.Store, payloads []string) {
		names := store.Names{Subusers: map[store.SubuserID]string{}, SIMCards: map[int64]string{}}
		ctx, simCard := t.Context(), func(i int) *int64 { id := int64(i + 1); return &id }
		for i, payload := range payloads {
			names.Subusers[store.SubuserID(i+1)], names.SIMCards[int64(i+1)] = named(payload), named(payload)
		}
		if err := s.SetNames(ctx, names); err != nil {
			t.Fatal(err)
		}
		for i := range payloads {
			if _, err := s.RecordReceived(ctx, store.Delivery{Kind: store.KindReceived, Body: []byte("{}")}, store.Report{Subuser: store.SubuserID(i + 1), SIMCardID: simCard(i), PhoneNumber: mira, Text: "Hello", TextKey: []byte{0}}); err != nil {
				t.Fatal(err)
			}
		}
		for some := range slices.Chunk(payloads, together) {
			each(some, func(_ int, payload string) {
				view := s.SaveView(ctx, store.SavedView{UserID: 1, Name: named(payload), Shared: true})
				_, user := s.CreateUser(ctx, store.User{Name: named(payload), Role: store.Admin}, "")
				secret := s.AddSecret(ctx, named(payload), [32]byte(web.HashToken(payload)))
				if err := errors.Join(view, user, secret); err != nil {
					t.Error(err)
				}
			})
			for _, payload := range some { // one by one: a thread shows only a few of one moment
				if _, err := s.AddNote(ctx, store.Everything, 1, 1, payload); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := s.SaveView(ctx, store.SavedView{UserID: 1, Name: "One more"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.KeepDraft(ctx, store.Everything, 1, 1, store.Draft{Text: payloads[0]}); err != nil {
			t.Fatal(err)
		}
	})
	values := `[...document.querySelectorAll(".names input[name^=%s]")].map(e => e.value)`
	s.signIn(s.server.url, "anna")
	for _, c := range []struct {
		path, what, list string
		written          func(string) string
	}{
		{"/inbox", "a saved view", texts("#nav .nav-name"), named},
		{"", "a subuser", texts("#nav .nav-subuser + .nav-name"), named},
		{"/settings/names", "a subuser", fmt.Sprintf(values, "subuser"), named},
		{"", "a SIM card", fmt.Sprintf(values, "sim"), named},
		{"/settings/people", "a person", texts(".people a bdi"), named},
		{"/settings/keys", "a key", texts(".key-list bdi"), named},
		{"/conversations/1", "a note", texts("#thread .note-text"), drawn},
		{"", "an assignee", texts(".assignee bdi"), named},
	} {
		if c.path != "" {
			s.open(s.server.url + c.path)
			s.unharmed(c.path)
		}
		s.compareSome(c.what, s.payloads, c.list, c.written)
	}

	// Live, all saved views come anew when there is one less.
	s.open(s.server.url + "/inbox")
	s.live()
	eval[any](s.tab, `document.getElementById("nav").querySelectorAll(".nav-name").forEach(e => e.remove()); fetch("/views/`+strconv.Itoa(len(s.payloads)+1)+`/delete", {method: "POST"}); 0`)
	s.await("the views", `document.querySelectorAll("#nav .nav-name").length >= `+strconv.Itoa(partShown))
	s.compareSome("a saved view, live", s.payloads, texts("#nav .nav-name"), named)
	s.unharmed("the list, live")
	for _, path := range []string{"/settings/audit", "/settings/account", "/settings/preferences", "/settings/webhooks", "/inbox?view=mine", "/search?q=onerror", "/tags"} {
		s.open(s.server.url + path)
		s.unharmed(path)
	}
	if s.fetched.Load() != 0 {
		t.Errorf("%d requests went elsewhere", s.fetched.Load())
	}
}

// named is what a form for names makes of a text.
func named(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)), " ")
}
