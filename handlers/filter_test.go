package handlers_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/store"
	"tagline/views"
)

// someFilter makes up a filter, in no particular order and with repetitions.
func someFilter(rng *rand.Rand) store.Filter {
	pick := func(texts ...string) string { return texts[rng.IntN(len(texts))] }
	f := store.Filter{
		View: store.View(pick("inbox", "unread", "unanswered", "failed", "done", "mine")), Sort: store.Sort(pick("newest", "oldest", "waiting")),
		From: pick("", "2026-11-01", "2024-02-29"), Until: pick("", "2026-11-24", "0001-01-01"),
	}
	for range rng.IntN(4) {
		f.Subusers = append(f.Subusers, store.SubuserID(rng.IntN(5)-1))
		f.SIMCards = append(f.SIMCards, rng.Int64N(4)-1)
		f.Tags = append(f.Tags, pick("Hot", "a & b=c", "+1", "Ünï %41", "a<b>", "x y", "Hot;Cold", "\xff"))
	}
	return f
}

func TestAddressesAreReadAsTheyAreWritten(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	zone := time.FixedZone("there", 3600)
	for range 3000 {
		f := someFilter(rng)
		address := views.InboxURL(f)
		u, err := url.Parse(address)
		if err != nil {
			t.Fatalf("%+v is written %s: %v", f, address, err)
		}
		read := handlers.ParseFilter(u.Query(), zone)
		for _, values := range []any{&f.Subusers, &f.SIMCards, &f.Tags} {
			switch v := values.(type) {
			case *[]store.SubuserID:
				slices.Sort(*v)
				*v = slices.Compact(*v)
			case *[]int64:
				slices.Sort(*v)
				*v = slices.Compact(*v)
			case *[]string:
				slices.Sort(*v)
				*v = slices.Compact(*v)
			}
		}
		f.Zone = zone
		if fmt.Sprintf("%q", read.Tags) != fmt.Sprintf("%q", f.Tags) || fmt.Sprint(read) != fmt.Sprint(f) {
			t.Fatalf("%s is read\n%+v, want\n%+v", address, read, f)
		}
		if again := views.InboxURL(read); again != address {
			t.Fatalf("%s is written again as %s", address, again)
		}
		shuffled := f
		shuffled.Tags = append(slices.Clone(f.Tags), f.Tags...)
		rng.Shuffle(len(shuffled.Tags), func(i, j int) {
			shuffled.Tags[i], shuffled.Tags[j] = shuffled.Tags[j], shuffled.Tags[i]
		})
		if other := views.InboxURL(shuffled); other != address {
			t.Fatalf("the same filter has two addresses: %s and %s", address, other)
		}
	}
}

func TestNonsenseInAnAddressIsLeftOut(t *testing.T) {
	for query, want := range map[string]string{
		"view=all&sort=up&subuser=x&sim=&sim=y&from=monday&until=2026-13-01&tag=": "/inbox",
		"view=inbox&sort=newest":                     "/inbox",
		"from=2026-02-30&until=2026-11-24&view=done": "/inbox?view=done&until=2026-11-24",
		"subuser=99999999999999999999&subuser=6":     "/inbox?subuser=6",
	} {
		q, _ := url.ParseQuery(query)
		if got := views.InboxURL(handlers.ParseFilter(q, time.UTC)); got != want {
			t.Errorf("%s is %s, want %s", query, got, want)
		}
	}
	q := url.Values{}
	for n := range 5000 {
		q.Add("subuser", fmt.Sprint(n))
		q.Add("tag", fmt.Sprint(n))
		q.Add("sim", fmt.Sprint(n))
	}
	s := newSite(t, "")
	if status, _ := s.fetch(s.person("anna", store.Admin), "GET", "/inbox?"+q.Encode()); status != http.StatusOK {
		t.Errorf("a very long address was answered %d", status)
	}
}

// previews are what the rows of a list say, in their order.
func previews(page string) string {
	var all []string
	for _, match := range regexp.MustCompile(`(?s)class="row-preview" dir="auto">(.*?)</span> *<span class="row-flags"`).FindAllStringSubmatch(page, -1) {
		text := regexp.MustCompile(`(?s)<span.*?</span>`).ReplaceAllString(match[1], "")
		all = append(all, strings.TrimSpace(text))
	}
	return strings.Join(all, " ")
}

// shows fails unless the list at the address shows just these messages.
func (s *site) shows(client *http.Client, path, want string) {
	s.t.Helper()
	status, page := s.fetch(client, "GET", path)
	if got := previews(page); status != http.StatusOK || got != want {
		s.t.Errorf("%s was answered %d and shows %q, want %q", path, status, got, want)
	}
}

// town is a site with conversations of several subusers, tags, cards and days.
func town(t *testing.T) *site {
	t.Helper()
	var ms atomic.Int64
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	for n, m := range []struct {
		text, tag string
		subuser   int
		card      int
		at        time.Time
	}{
		{"one", "Hot", 0, 1, time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)},
		{"two", "Warm", 6, 2, time.Date(2026, 11, 2, 23, 30, 0, 0, time.UTC)},
		{"three", "Cold", 6, 2, time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)},
		{"four", "Secret", 7, 3, time.Date(2026, 11, 4, 9, 0, 0, 0, time.UTC)},
	} {
		ms.Store(m.at.UnixMilli())
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":"+155501%02d","text":%q,"tag":%q,"subuser_id":%d,"sim_card_id":%d}`, n, m.text, m.tag, m.subuser, m.card))
	}
	ms.Store(time.Date(2026, 11, 4, 10, 0, 0, 0, time.UTC).UnixMilli())
	s.post(s.token+"/sent", json, fmt.Sprintf(`{"phone_number":"+15550100","text":"answer","timestamp":%d}`, ms.Load()))
	return s
}

func TestEachFilterNarrowsTheList(t *testing.T) {
	s := town(t)
	anna := s.person("anna", store.Admin)
	for query, want := range map[string]string{
		"":                                  "answer four three two",
		"?tag=Hot&tag=Cold":                 "answer three",
		"?tag=Warm&tag=Hot&subuser=6":       "two",
		"?subuser=7&subuser=main":           "answer four",
		"?sim=2":                            "three two",
		"?sim=2&sim=3&tag=Secret":           "four",
		"?from=2026-11-03":                  "answer four three",
		"?until=2026-11-02":                 "two",
		"?from=2026-11-03&until=2026-11-03": "three",
		"?sort=oldest":                      "two three four answer",
		"?sort=waiting":                     "two three four",
		"?sort=oldest&sim=2&tag=Cold":       "three",
		"?view=mine":                        "",
		"?view=unanswered&subuser=6":        "three two",
		"?subuser=-1":                       "",
	} {
		s.shows(anna, "/inbox"+query, want)
	}
	if err := s.store.Assign(t.Context(), store.Everything, 1, 2); err != nil {
		t.Fatal(err)
	}
	s.shows(anna, "/inbox?view=mine", "two")
	if _, page := s.fetch(anna, "GET", "/inbox"); !regexp.MustCompile(`(?s)href="/inbox\?view=mine".{0,300}nav-count">1<`).MatchString(page) {
		t.Error("the navigation does not count what is mine")
	}
}

func TestDaysOfAListAreTheReaders(t *testing.T) {
	s := town(t)
	anna := s.person("anna", store.Admin)
	base, _ := url.Parse(s.URL)
	anna.Jar.SetCookies(base, []*http.Cookie{{Name: "zone", Value: "Europe%2FBelgrade", Path: "/"}})
	s.shows(anna, "/inbox?from=2026-11-02&until=2026-11-02", "")
	s.shows(anna, "/inbox?from=2026-11-03&until=2026-11-03", "three two")
}

func TestWhatAFormLeavesEmptyIsNotPartOfTheAddress(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	resp, err := anna.Get(s.URL + "/inbox?view=failed&tag=Warm&tag=Hot&from=&until=&sort=")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != "/inbox?view=failed&tag=Hot&tag=Warm" {
		t.Errorf("answered %d, leads to %q", resp.StatusCode, got)
	}
}

func TestAFilterTellsNothingOfWhatIsOutOfScope(t *testing.T) {
	s := town(t)
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	s.submit(anna, "/settings/names", url.Values{"subuser-6": {"North office"}, "subuser-7": {"Hidden office"}, "sim-2": {"Desk"}, "sim-3": {"Hidden phone"}})
	_, page := s.fetch(piet, "GET", "/inbox?subuser=7&subuser=6&sim=3&sim=2")
	for _, part := range []string{"North office", "Desk", "Subuser 7", "SIM 3"} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is not on the page", part)
		}
	}
	if strings.Contains(page, "Hidden") {
		t.Error("the page has a name that is none of piet's business")
	}
	_, page = s.fetch(piet, "GET", "/inbox")
	if strings.Contains(page, "Secret") || strings.Contains(page, `name="sim" value="3"`) || !strings.Contains(page, `name="sim" value="2"`) {
		t.Error("the panel offers what is out of scope, or not what is in it")
	}
	for _, query := range []string{"?subuser=7", "?tag=Secret", "?sim=3"} {
		s.shows(piet, "/inbox"+query, "")
	}
}

func TestPagesOfAListFollowEachOtherInEveryOrder(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for n := range 120 {
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":"+1555%04d","text":"m%03d"}`, n, n))
	}
	link := regexp.MustCompile(`class="more" href="([^"]+)"`)
	for _, sort := range []string{"", "?sort=oldest", "?sort=waiting"} {
		var whole []string
		path := "/inbox" + sort
		for pages := 0; path != ""; pages++ {
			if pages > 3 {
				t.Fatal("the list never ends")
			}
			_, page := s.fetch(anna, "GET", path) // without scripts each is a page of its own
			if !strings.Contains(page, "<title>") {
				t.Errorf("%s is no page", path)
			}
			whole = append(whole, strings.Fields(previews(page))...)
			path = ""
			if next := link.FindStringSubmatch(page); next != nil {
				path = strings.ReplaceAll(next[1], "&amp;", "&")
			}
		}
		if sort == "" {
			slices.Reverse(whole)
		}
		if !slices.IsSorted(whole) || len(slices.Compact(whole)) != 120 {
			t.Errorf("%s lists %v", sort, whole)
		}
	}
}

// A value of which nothing can be seen is empty everywhere: nothing is asked for, kept or sent, and no page leads to
// itself.
func TestWhatCannotBeSeenIsEmpty(t *testing.T) {
	o := newOutbox(t, nil)
	for _, nothing := range []string{"  ", "\u200b", "\u00a0\u2060", "\u3164", "\u202e\u202c", "\ufeff\n"} {
		escaped := url.QueryEscape(nothing)
		for _, path := range []string{"/inbox?tag=", "/inbox?q=", "/search?q=", "/inbox?from=", "/inbox?tag=Hot&tag=", "/tags?tag=", "/settings/webhooks?number="} {
			resp, err := o.anna.Get(o.URL + path + escaped)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			to, _ := url.Parse(resp.Header.Get("Location"))
			if resp.StatusCode == http.StatusSeeOther {
				for name, values := range to.Query() {
					if slices.Contains(values, nothing) {
						t.Errorf("%s%+q leads to %s, with %s in it still", path, nothing, to, name)
					}
				}
			} else if resp.StatusCode != http.StatusOK {
				t.Errorf("%s%+q is answered %d", path, nothing, resp.StatusCode)
			}
		}
		for path, form := range map[string]url.Values{
			o.thread + "/messages":     {"text": {nothing}},
			o.thread + "/notes":        {"text": {nothing}},
			o.thread + "/tag":          {"tag": {nothing}},
			"/conversations":           {"number": {"+14155550199"}, "subuser": {"6"}, "text": {nothing}},
			"/settings/replies":        {"name": {nothing}, "text": {"Hello"}},
			"/settings/replies?x=":     {"name": {"hello"}, "text": {nothing}},
			"/inbox?tag=Hot":           {"name": {nothing}},
			"/settings/account/tokens": {"label": {nothing}},
			"/settings/people":         {"username": {nothing}, "role": {"agent"}},
			"/settings/privacy/export": {"number": {nothing}},
		} {
			if status, page := o.submit(o.anna, path, form); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest && status != http.StatusNotFound {
				t.Errorf("%s with %+q is answered %d: %.300s", path, nothing, status, page)
			} else if status == http.StatusNotFound {
				t.Errorf("there is no %s", path)
			}
		}
		if status, _ := o.submit(o.anna, "/settings/names", url.Values{"subuser-6": {nothing}}); status != http.StatusSeeOther {
			t.Errorf("a name of %+q is answered %d", nothing, status)
		}
	}
	if names, err := o.store.Names(t.Context(), store.Everything); err != nil || len(names.Subusers) != 0 {
		t.Errorf("named: %v, %v", names, err)
	}
}

func TestATagHasOneFormHoweverItIsWritten(t *testing.T) {
	s := newSite(t, secret)
	anna := s.person("anna", store.Admin)
	for i, tag := range []string{"Café", "Cafe\u0301", " Café ", "\u200bCafé\u2060", "\u202aCafé\u202c"} {
		s.receive(6, fmt.Sprintf("+1415555010%d", i), "Known Name", "Hi", tag)
		s.receive(6, fmt.Sprintf("+1415555010%d", i), []string{"  ", "\u200b", "\u3164", "\u202e", "\t"}[i], "Hi again", "\u2060 ")
	}
	for _, query := range []string{"tag=Caf%C3%A9", "tag=Cafe%CC%81", "tag=+Caf%C3%A9+"} {
		if _, page := s.fetch(anna, "GET", "/inbox?"+query); strings.Count(page, "data-conversation=") != 5 {
			t.Errorf("%s shows %d conversations", query, strings.Count(page, "data-conversation="))
		}
	}
	contacts, err := s.store.Contacts(t.Context(), store.Everything, "", nil, 0, 10)
	for _, c := range contacts {
		if c.Name != "Known Name" || c.Tag != "Café" {
			t.Errorf("%s is %q, tagged %+q", c.PhoneNumber, c.Name, c.Tag)
		}
	}
	if err != nil || len(contacts) != 5 {
		t.Errorf("%d contacts, %v", len(contacts), err)
	}
	s.post("tag", json, fmt.Sprintf(`{"secret":%q,"phone_number":"+14155550100","tag":" \u200b "}`, secret))
	if c, err := s.store.FindContact(t.Context(), store.Everything, "+14155550100"); err != nil || c.Tag != "" || c.Name != "Known Name" {
		t.Errorf("without its tag it is %+v, %v", c, err)
	}
}
