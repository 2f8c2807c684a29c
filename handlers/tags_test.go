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

	"tagline/store"
)

// tags returns the page of tags that a query asks for.
func (s *site) tags(client *http.Client, query string) string {
	s.t.Helper()
	status, page := s.fetch(client, "GET", "/tags"+query)
	if status != http.StatusOK {
		s.t.Fatalf("/tags%s was answered %d", query, status)
	}
	return page
}

// tag posts a tag webhook.
func (s *site) tag(number, tag, more string) {
	s.t.Helper()
	s.post(s.token+"/tag", json, fmt.Sprintf(`{"phone_number":%q,"tag":%q,"name":"Name of %s"%s}`, number, tag, number, more))
}

// tagRows returns whose changes a page lists, newest first.
func tagRows(page string) string {
	var all []string
	for _, match := range regexp.MustCompile(`<(?:a|span) class="tag-contact"[^>]*title="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		all = append(all, match[1])
	}
	return strings.Join(all, " ")
}

func TestTheTagsAreFilteredByTheirAddress(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 23, 30, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	s.tag("+1", "Cold", "")
	ms.Add((9 * 24 * time.Hour).Milliseconds())
	anna := s.person("anna", store.Admin)
	s.tag("+2", "Warm", `,"subuser_id":6`)
	s.tag("+1", "Hot", "")
	for query, want := range map[string]string{
		"":                                  "+1 +2 +1",
		"?days=7":                           "+1 +2",
		"?days=nonsense":                    "+1 +2 +1",
		"?tag=Cold":                         "+1 +1",
		"?tag=Hot&tag=Warm":                 "+1 +2",
		"?tag=never":                        "",
		"?subuser=6":                        "+2",
		"?subuser=main&subuser=6&tag=Warm":  "+2",
		"?from=2026-11-10":                  "+1 +2",
		"?until=2026-11-09":                 "+1",
		"?from=2026-11-01&until=2026-11-01": "+1",
	} {
		if got := tagRows(s.tags(anna, query)); got != want {
			t.Errorf("%q shows %q, want %q", query, got, want)
		}
	}
	page := s.tags(anna, "?subuser=6&tag=Warm&from=2026-11-10")
	for _, part := range []string{`href="/tags?tag=Warm&amp;from=2026-11-10"`, `href="/tags?subuser=6&amp;from=2026-11-10"`, `href="/tags?subuser=6&amp;tag=Warm"`, `value="Warm" checked`} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in\n%s", part, page)
		}
	}

	// Days are the reader's: in Belgrade the first change was on the second of November.
	base, _ := url.Parse(s.URL)
	anna.Jar.SetCookies(base, []*http.Cookie{{Name: "zone", Value: "Europe%2FBelgrade", Path: "/"}})
	if got := tagRows(s.tags(anna, "?from=2026-11-01&until=2026-11-01")); got != "" {
		t.Errorf("the first of November in Belgrade shows %q", got)
	}
	if status, _ := s.fetch(anna, "GET", "/tags?before=x"); status != http.StatusBadRequest {
		t.Errorf("a position that is none was answered %d", status)
	}
	if status, _ := s.fetch(s.anonymous(), "GET", "/tags"); status != http.StatusSeeOther {
		t.Errorf("nobody was answered %d", status)
	}
}

func TestTheTagsArePagedByKey(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for i := range 70 {
		s.tag(fmt.Sprintf("+155501%02d", i), "Cold", "")
	}
	page := s.tags(anna, "?tag=Cold")
	next := regexp.MustCompile(`href="/tags(\?tag=Cold&amp;before=[\d.]+)"`).FindStringSubmatch(page)
	if next == nil || len(strings.Fields(tagRows(page))) != 50 {
		t.Fatalf("%d rows, next %v", len(strings.Fields(tagRows(page))), next)
	}
	older := s.tags(anna, strings.ReplaceAll(next[1], "&amp;", "&"))
	if got := strings.Fields(tagRows(older)); len(got) != 20 || got[19] != "+15550100" || strings.Contains(older, `class="more"`) {
		t.Errorf("the next page shows %v", got)
	}
}

// An agent sees, counts and is told only what came through the subusers granted.
func TestTheTagsOfOthersStayTheirs(t *testing.T) {
	s := newSite(t, "")
	piet, nobody := s.person("piet", store.Agent, 6), s.person("nobody", store.Agent)
	s.post(s.token+"/received", json, `{"phone_number":"+1","text":"to the main account"}`)
	s.post(s.token+"/received", json, `{"phone_number":"+3","text":"to six","subuser_id":6}`)
	s.tag("+1", "Secret", "")
	s.tag("+2", "Secret", "")
	s.tag("+1", "Warm", `,"subuser_id":6`)
	s.tag("+1", "Hidden", "")
	s.tag("+3", "Cold", `,"subuser_id":6`)
	page := s.tags(piet, "")
	if got := tagRows(page); got != "+3 +1" {
		t.Errorf("an agent of six sees %q", got)
	}
	// From what a contact came is part of a change that may be seen; when and through whom they got there is not.
	for _, part := range []string{"Hidden", "+2", "Main account", `data-stay="Secret"`, `data-stay="Warm"`} {
		if strings.Contains(page, part) {
			t.Errorf("an agent of six is shown %s in\n%s", part, page)
		}
	}
	if !strings.Contains(page, `data-changes="2"`) || strings.Count(page, `<a class="tag-contact"`) != 1 || !strings.Contains(page, "Name of +1") {
		t.Errorf("an agent of six is shown\n%s", page)
	}
	for _, query := range []string{"?subuser=main", "?tag=Hidden", "?subuser=main&tag=Secret"} {
		if got := tagRows(s.tags(piet, query)); got != "" {
			t.Errorf("%s shows an agent of six %q", query, got)
		}
	}
	if page := s.tags(nobody, ""); tagRows(page) != "" || strings.Contains(page, "data-changes=\"1") {
		t.Errorf("an agent of nothing is shown\n%s", page)
	}

	frames := s.watch(piet, "/tags")
	s.tag("+2", "Unseen", "")
	s.tag("+3", "Hot", `,"subuser_id":6`)
	told := ""
	for !strings.Contains(told, "Hot") {
		frame, open := <-frames
		if !open {
			t.Fatalf("the socket ended; it said\n%s", told)
		}
		told += frame
	}
	if strings.Contains(told, "Unseen") || strings.Contains(told, "+2") || !strings.Contains(told, `data-changes=\"3\"`) || !strings.Contains(told, `data-stay=\"Cold\"`) {
		t.Errorf("an agent of six was told\n%s", told)
	}
}

func TestOnlyTagChangesThatFitAreTold(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	frames := s.watch(anna, "/tags?tag=Hot&subuser=6")
	past := s.watch(anna, "/tags?until=2020-01-01")
	s.tag("+1", "Cold", `,"subuser_id":6`)
	s.tag("+1", "Hot", "")
	s.tag("+2", "Hot", `,"subuser_id":6`)
	told := ""
	for !strings.Contains(told, `title=\"+2\"`) {
		frame, open := <-frames
		if !open {
			t.Fatalf("the socket ended; it said\n%s", told)
		}
		told += frame
	}
	if strings.Contains(told, `title=\"+1\"`) {
		t.Errorf("told\n%s", told)
	}
	s.close() // ends the sockets after what they had to say
	for frame := range past {
		if strings.Contains(frame, "tag-contact") {
			t.Errorf("a page of the past was told\n%s", frame)
		}
	}
}

func TestATimelineIsNarrowedToOneSubuser(t *testing.T) {
	s := newSite(t, "")
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	s.post(s.token+"/received", json, `{"phone_number":"+1","text":"Hi","subuser_id":6}`)
	s.tag("+1", "Cold", `,"subuser_id":6`)
	s.tag("+1", "Warm", `,"subuser_id":6`)
	open := "/conversations/" + regexp.MustCompile(`"type":"conversation","id":(\d+)`).FindStringSubmatch(s.export())[1]
	timeline := func(client *http.Client, query string) string {
		_, page := s.fetch(client, "GET", open+query)
		_, part, _ := strings.Cut(page, "Tag timeline")
		return part
	}
	if strings.Contains(timeline(anna, ""), "timeline=") {
		t.Error("a timeline through one subuser can be narrowed")
	}
	s.tag("+1", "Hot", "")
	if part := timeline(anna, ""); !strings.Contains(part, `href="`+open+`?timeline=main"`) || !strings.Contains(part, "Cold") {
		t.Errorf("the whole timeline is\n%s", part)
	}
	if part := timeline(anna, "?timeline=main"); strings.Contains(part, "Cold") || !strings.Contains(part, "Hot") {
		t.Errorf("the main account's timeline is\n%s", part)
	}
	if part := timeline(anna, "?timeline=6&tag=Hot"); !strings.Contains(part, "Cold") || strings.Contains(part, "<bdi>Hot") || strings.Contains(part, "lasting") ||
		!strings.Contains(part, `href="`+open+`?tag=Hot&amp;timeline=main"`) {
		t.Errorf("the timeline of six is\n%s", part)
	}
	if part := timeline(anna, "?timeline=99"); !strings.Contains(part, "Cold") {
		t.Errorf("of a subuser through whom nothing came\n%s", part)
	}
	if part := timeline(piet, "?timeline=main"); strings.Contains(part, "<bdi>Hot") || strings.Contains(part, "timeline=") {
		t.Errorf("an agent of six is shown\n%s", part)
	}
	frames := s.watch(anna, open+"?timeline=main")
	s.tag("+1", "VIP", `,"subuser_id":6`)
	for frame := range frames {
		if _, part, pane := strings.Cut(frame, "Tag timeline"); pane {
			part, _, _ = strings.Cut(part, "</aside>")
			if strings.Contains(part, "VIP") || !strings.Contains(part, "Hot") || !strings.Contains(part, "timeline=6") {
				t.Errorf("told\n%s", part)
			}
			return
		}
	}
}
