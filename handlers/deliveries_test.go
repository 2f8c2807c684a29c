package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tagline/store"
)

// log returns the page of webhooks that a query asks for.
func (s *site) log(client *http.Client, query string) string {
	s.t.Helper()
	status, page := s.fetch(client, "GET", "/settings/webhooks"+query)
	if status != http.StatusOK {
		s.t.Fatalf("the log%s was answered %d", query, status)
	}
	return page
}

// rows returns the numbers in the rows of the log, as they stand there.
func rows(page string) []string {
	var all []string
	for _, match := range regexp.MustCompile(`class="delivery-number"><bdi>([^<]*)</bdi>`).FindAllStringSubmatch(page, -1) {
		all = append(all, match[1])
	}
	return all
}

// unclear keeps a body that is not understood, and one that the next version will understand, and returns the latter.
func (s *site) unclear(kind store.Kind, body string) store.Delivery {
	s.t.Helper()
	d := store.Delivery{Kind: kind, ArrivedAt: time.Now().UnixMilli(), Outcome: store.Unparsed, Body: []byte(body)}
	if _, err := s.store.RecordOnly(s.t.Context(), d); err != nil {
		s.t.Fatal(err)
	}
	list, _, err := s.store.Deliveries(s.t.Context(), store.DeliveryFilter{}, 0, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	return list[0]
}

func TestTheLogIsFilteredByItsAddress(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/received", json, `{"phone_number":"+15550100","text":"Hi"}`)
	s.post(s.token+"/sent", json, `{"phone_number":"+15550101","text":"Hello","subuser_id":6,"timestamp":1748463114559}`)
	s.post(s.token+"/sent", json, `{"phone_number":"+15550101","text":"Hello","subuser_id":6,"timestamp":1748463114559}`)
	s.post(s.token+"/tag", json, `{"phone_number":"+15550102"}`)
	today, tomorrow := time.Now().UTC().Format("2006-01-02"), time.Now().UTC().AddDate(0, 0, 1).Format("2006-01-02")
	for query, want := range map[string]string{
		"":                                     "+15550102 +15550101 +15550101 +15550100",
		"?kind=sent":                           "+15550101 +15550101",
		"?outcome=unparsed":                    "+15550102",
		"?outcome=duplicate&kind=sent":         "+15550101",
		"?subuser=6":                           "+15550101 +15550101",
		"?subuser=main":                        "+15550102 +15550100",
		"?number=%2B15550100":                  "+15550100",
		"?number=+1+(555)+01-00":               "+15550100",
		"?from=" + today + "&to=" + today:      "+15550102 +15550101 +15550101 +15550100",
		"?from=" + tomorrow:                    "",
		"?kind=nonsense&subuser=x&from=monday": "+15550102 +15550101 +15550101 +15550100",
	} {
		if got := strings.Join(rows(s.log(anna, query)), " "); got != want {
			t.Errorf("%q shows %q, want %q", query, got, want)
		}
	}
	page := s.log(anna, "?outcome=unparsed&number=%2B15550102")
	for _, part := range []string{"no tag", `href="/settings/webhooks?number=%2B15550102"`, `href="/settings/webhooks?outcome=unparsed"`} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in\n%s", part, page)
		}
	}
}

func TestDaysOfTheLogAreTheReaders(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 23, 30, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/received", json, `{"phone_number":"+15550100","text":"Hi"}`)
	base, _ := url.Parse(s.URL)
	anna.Jar.SetCookies(base, []*http.Cookie{{Name: "zone", Value: "Europe%2FBelgrade", Path: "/"}})
	for query, want := range map[string]int{"?from=2026-11-01&to=2026-11-01": 0, "?from=2026-11-02&to=2026-11-02": 1, "?from=2026-11-03": 0} {
		if got := len(rows(s.log(anna, query))); got != want {
			t.Errorf("%s shows %d, want %d", query, got, want)
		}
	}
}

func TestTheLogIsPagedByKey(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for i := range 60 {
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":"+155501%02d","text":"Hi"}`, i))
	}
	page := s.log(anna, "?kind=received")
	next := regexp.MustCompile(`href="/settings/webhooks(\?kind=received&amp;before=\d+)"`).FindStringSubmatch(page)
	if next == nil || len(rows(page)) != 50 {
		t.Fatalf("%d rows, next %v", len(rows(page)), next)
	}
	older := s.log(anna, strings.ReplaceAll(next[1], "&amp;", "&"))
	if got := rows(older); len(got) != 10 || got[9] != "+15550100" || strings.Contains(older, `class="more"`) {
		t.Errorf("the next page shows %v", got)
	}
}

func TestABodyIsShownExactly(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	d := s.unclear(store.KindSent, "{\"a\":\"<b>\xff\x00\u202e\"}")
	status, body := s.fetch(anna, "GET", fmt.Sprintf("/settings/webhooks/deliveries/%d/body", d.ID))
	if status != http.StatusOK {
		t.Fatal(status)
	}
	for _, part := range []string{`{&#34;a&#34;:&#34;&lt;b&gt;`, `<span class="mark">\xff</span>`, `<span class="mark">\x00</span>`, `<span class="mark">\u202e</span>`} {
		if !strings.Contains(body, part) {
			t.Errorf("%s is missing in\n%s", part, body)
		}
	}
	if strings.ContainsAny(body, "\x00\u202e") {
		t.Error("a character that cannot be seen came through")
	}
	d = s.unclear(store.KindSent, `{"a":{"b":[1]}}`)
	_, body = s.fetch(anna, "GET", fmt.Sprintf("/settings/webhooks/deliveries/%d", d.ID))
	if !strings.Contains(body, "{\n  &#34;a&#34;: {\n    &#34;b&#34;: [\n") || !strings.Contains(body, `{&#34;a&#34;:{&#34;b&#34;:[1]}}`) {
		t.Errorf("the body is not shown laid out and as it came:\n%s", body)
	}
	piet := s.person("piet", store.Agent, store.Main)
	for action, method := range map[string]string{"": "GET", "/body": "GET", "/process": "POST"} {
		if status, _ := s.fetch(piet, method, fmt.Sprintf("/settings/webhooks/deliveries/%d%s", d.ID, action)); status != http.StatusNotFound {
			t.Errorf("an agent was answered %d to %s", status, action)
		}
	}
	if status, _ := s.fetch(anna, "GET", "/settings/webhooks/deliveries/999/body"); status != http.StatusNotFound {
		t.Errorf("a delivery that is not there was answered %d", status)
	}
}

// ask posts as the page's own scripts do.
func (s *site) ask(client *http.Client, path string) string {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), "POST", s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("HX-Request", "true")
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer strings.Builder
	if err := resp.Write(&answer); err != nil {
		s.t.Fatal(err)
	}
	_, said, _ := strings.Cut(answer.String(), "\r\n\r\n")
	return said
}

func TestWhatIsUnderstoodNowIsProcessed(t *testing.T) {
	s := newSite(t, secret)
	anna := s.person("anna", store.Admin)
	one := s.unclear(store.KindReceived, `{"secret":"***","phone_number":"+15550100","text":"One"}`)
	still := s.unclear(store.KindReceived, `{"text":"to nobody"}`)
	for i := range 40 {
		s.unclear(store.KindSent, fmt.Sprintf(`{"phone_number":"+15550101","text":"Number %d"}`, i))
	}
	s.unclear(store.KindTag, `{"phone_number":"+11234567890","text":"Working!"}`)
	if page := s.log(anna, ""); !strings.Contains(page, "Can be understood now") || !strings.Contains(page, "43 bodies were kept but not understood") {
		t.Errorf("the log says\n%s", page)
	}
	if said := s.ask(anna, fmt.Sprintf("/settings/webhooks/deliveries/%d/process", one.ID)); !strings.Contains(said, "Understood now: stored.") {
		t.Errorf("one: %s", said)
	}
	if said := s.ask(anna, fmt.Sprintf("/settings/webhooks/deliveries/%d/process", still.ID)); !strings.Contains(said, "Still not understood: incomplete: no phone_number.") {
		t.Errorf("one that cannot: %s", said)
	}
	if said := s.ask(anna, "/settings/webhooks/process"); !strings.Contains(said, "41 bodies understood now, 1 still not.") {
		t.Errorf("all: %s", said)
	}
	if n := s.exported("message"); n != 41 {
		t.Errorf("%d messages, want 41", n)
	}
	if got := rows(s.log(anna, "?outcome=test")); len(got) != 1 {
		t.Errorf("test samples: %v", got)
	}
	if status, _ := s.fetch(anna, "POST", "/settings/webhooks/process"); status != http.StatusSeeOther {
		t.Errorf("without a script answered %d", status)
	}
}

func TestARegularHookThatFallsSilentIsTold(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteWith(t, setting{now: func() time.Time { return time.UnixMilli(ms.Load()) }, options: store.Options{SessionIdle: 7 * 24 * time.Hour}})
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, store.Main)
	s.post(s.token+"/sent", json, `{"phone_number":"+15550100","text":"Hi"}`)
	const words = "No “Message sent” webhook for 26 h."
	for _, path := range []string{"/inbox", "/settings/webhooks"} {
		if _, page := s.fetch(anna, "GET", path); strings.Contains(page, "webhook for") {
			t.Errorf("%s tells too early", path)
		}
	}
	ms.Add((26 * time.Hour).Milliseconds())
	for _, path := range []string{"/inbox", "/settings/webhooks"} {
		if _, page := s.fetch(anna, "GET", path); !strings.Contains(page, words) {
			t.Errorf("%s does not tell", path)
		}
	}
	if _, page := s.fetch(piet, "GET", "/inbox"); strings.Contains(page, words) {
		t.Error("an agent is told")
	}
}

// watch opens a live socket on a page, as of now, and returns what it sends.
func (s *site) watch(client *http.Client, page string) <-chan string {
	s.t.Helper()
	change, err := s.store.ChangeNumber(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	address := strings.Replace(s.URL, "http", "ws", 1) + "/live?screen=" + url.QueryEscape(fmt.Sprintf(`{"page":%q,"change":%d}`, page, change))
	dialer := websocket.Dialer{Jar: client.Jar}
	conn, _, err := dialer.DialContext(s.t.Context(), address, http.Header{"Origin": {s.URL}})
	if err != nil {
		s.t.Fatal(err)
	}
	frames, up := make(chan string, 100), make(chan struct{}) // closed when the page is up to date
	go func() {
		defer close(frames)
		for first := true; ; first = false {
			_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
			_, frame, err := conn.ReadMessage()
			if first {
				close(up)
			}
			if err != nil {
				return
			}
			if !strings.Contains(string(frame), `"content"`) && !strings.Contains(string(frame), `"stale"`) {
				continue // a sign of life
			}
			frames <- string(frame)
		}
	}()
	s.t.Cleanup(func() { conn.Close() })
	<-up
	return frames
}

func TestTheLogIsLiveForAdminsOnly(t *testing.T) {
	s := newSite(t, "")
	anna := s.watch(s.person("anna", store.Admin), "/settings/webhooks?kind=sent")
	piet := s.watch(s.person("piet", store.Agent, store.Main), "/settings/webhooks")
	s.post(s.token+"/received", json, `{"phone_number":"+15550100","text":"Does not fit"}`)
	s.send("POST", "/webhooks/"+s.token+"/elsewhere", json, "{}")
	s.post(s.token+"/sent", json, `{"phone_number":"+15550100","text":"Does fit"}`)
	told := ""
	for !strings.Contains(told, "Does fit") || !strings.Contains(told, "Unknown path") {
		frame, open := <-anna
		if !open {
			t.Fatalf("the socket ended; it said\n%s", told)
		}
		told += frame
	}
	if strings.Contains(told, "Does not fit") {
		t.Errorf("a delivery that does not fit the filter was sent:\n%s", told)
	}
	s.close() // ends the sockets after what they had to say
	for frame := range piet {
		if strings.Contains(frame, "content") {
			t.Errorf("an agent was told\n%s", frame)
		}
	}
}

func TestAnOpenInboxLearnsThatAHookFellSilent(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteWith(t, setting{now: func() time.Time { return time.UnixMilli(ms.Load()) }, options: store.Options{SessionIdle: 7 * 24 * time.Hour}})
	s.post(s.token+"/sent", json, `{"phone_number":"+15550100","text":"Hi"}`)
	anna := s.watch(s.person("anna", store.Admin), "/inbox?subuser=6")
	ms.Add((26 * time.Hour).Milliseconds())
	s.post(s.token+"/received", json, `{"phone_number":"+15550100","text":"Not on this list"}`)
	if frame := <-anna; !strings.Contains(frame, "No “Message sent” webhook for 26 h.") {
		t.Errorf("told %s", frame)
	}
	s.post(s.token+"/sent", json, `{"phone_number":"+15550100","text":"Again"}`)
	for frame := range anna {
		if strings.Contains(frame, `trouble`) {
			if strings.Contains(frame, "Message sent") {
				t.Errorf("told %s", frame)
			}
			return
		}
	}
	t.Error("the end of the silence was not told")
}
