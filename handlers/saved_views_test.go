package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tagline/store"
)

// savedView is the part of a page that leads to a saved view, or "".
func savedView(page, name string) string {
	pattern := regexp.MustCompile(`(?s)<li class="nav-item"><a class="nav-link" href="[^"]*"[^>]*><svg.{1,200}<bdi>` + regexp.QuoteMeta(name) + `</bdi>.*?</li>`)
	return pattern.FindString(page)
}

func TestAViewIsSavedOpenedReplacedAndDeleted(t *testing.T) {
	s := town(t)
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	if status, _ := s.submit(anna, "/inbox?view=unanswered&tag=Warm", url.Values{"name": {"  My \n views "}}); status != http.StatusSeeOther {
		t.Fatalf("saving was answered %d", status)
	}
	_, page := s.fetch(anna, "GET", "/inbox")
	if item := savedView(page, "My views"); !strings.Contains(item, `href="/inbox?view=unanswered&amp;tag=Warm"`) || strings.Contains(item, "shared") {
		t.Errorf("the navigation has %q", item)
	}
	if _, page := s.fetch(piet, "GET", "/inbox"); strings.Contains(page, "My views") {
		t.Error("somebody else sees a private view")
	}
	s.submit(anna, "/inbox?sim=2&sort=oldest", url.Values{"name": {"My views"}, "shared": {"yes"}})
	_, page = s.fetch(anna, "GET", "/inbox?sort=oldest&sim=2")
	if item := savedView(page, "My views"); strings.Count(page, "My views</bdi>") != 1 || !strings.Contains(item, `href="/inbox?sim=2&amp;sort=oldest" aria-current="true"`) || !strings.Contains(item, "shared") {
		t.Errorf("after it was replaced the navigation has %q", item)
	}
	_, page = s.fetch(piet, "GET", "/inbox")
	if item := savedView(page, "My views"); !strings.Contains(item, "anna") || strings.Contains(item, "<form") {
		t.Errorf("others have %q", item)
	}
	if status, _ := s.submit(piet, "/views/1/delete", nil); status != http.StatusNotFound {
		t.Errorf("deleting another person's view was answered %d", status)
	}
	if status, _ := s.submit(anna, "/views/1/delete", url.Values{"next": {"/inbox?tag=Hot"}}); status != http.StatusSeeOther {
		t.Errorf("deleting was answered %d", status)
	}
	if _, page := s.fetch(anna, "GET", "/inbox"); strings.Contains(page, "My views") {
		t.Error("it is there after it was deleted")
	}
}

func TestAViewThatCannotBeSavedComesBackAsItWasTyped(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for n, test := range []struct{ path, name, words string }{
		{"/inbox?tag=Hot", " \t", "Give the view a name."},
		{"/inbox?tag=Hot", strings.Repeat("ö", 41), "at most 40 characters"},
		{"/inbox?view=failed", "Failures", "nothing to save"},
	} {
		status, page := s.submit(anna, test.path, url.Values{"name": {test.name}, "shared": {"yes"}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, test.words) {
			t.Errorf("%d was answered %d, without %q", n, status, test.words)
		}
		if kept := strings.Join(strings.Fields(test.name), " "); !strings.Contains(page, fmt.Sprintf(`name="name" value="%s"`, kept)) || !regexp.MustCompile(`name="shared" value="yes" checked`).MatchString(page) {
			t.Errorf("%d: what was typed is lost", n)
		}
	}
	if status, _ := s.submit(anna, "/inbox?tag=Hot", url.Values{"name": {strings.Repeat("ö", 40)}}); status != http.StatusSeeOther {
		t.Errorf("40 characters were answered %d", status)
	}
	for n := range 60 {
		s.submit(anna, "/inbox?tag=Hot", url.Values{"name": {fmt.Sprintf("View %d", n)}})
	}
	kept, err := s.store.SavedViews(t.Context(), 1)
	if err != nil || len(kept) != 50 {
		t.Errorf("%d views are kept, %v", len(kept), err)
	}
	if status, _ := s.submit(anna, "/inbox?tag=Cold", url.Values{"name": {"View 3"}}); status != http.StatusSeeOther {
		t.Errorf("replacing one of many was answered %d", status)
	}
}

func TestASharedViewShowsEachTheirOwnAndTellsNothing(t *testing.T) {
	s := town(t)
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	for name, test := range map[string]struct{ query, link, shows string }{
		"All known":   {"?subuser=6&tag=Warm", "/inbox?subuser=6&amp;tag=Warm", "two"},
		"Some known":  {"?subuser=6&subuser=7&tag=Cold&tag=Secret&sim=2&sim=3", "/inbox?subuser=6&amp;tag=Cold&amp;sim=2", "three"},
		"No tag":      {"?tag=Secret&view=failed", "/inbox?view=failed&amp;subuser=-1", ""},
		"No subuser":  {"?subuser=7&tag=Cold", "/inbox?subuser=-1", ""},
		"No SIM card": {"?sim=3", "/inbox?subuser=-1", ""},
		"Days":        {"?from=2026-11-03", "/inbox?from=2026-11-03", "three"},
	} {
		s.submit(anna, "/inbox"+test.query, url.Values{"name": {name}, "shared": {"yes"}})
		_, page := s.fetch(piet, "GET", "/inbox")
		if item := savedView(page, name); !strings.Contains(item, `href="`+test.link+`"`) {
			t.Errorf("%s leads to %q, want %s", name, item, test.link)
		}
		s.shows(piet, strings.ReplaceAll(test.link, "&amp;", "&"), test.shows)
		if strings.Contains(page, "Secret") || strings.Contains(page, "subuser=7") || strings.Contains(page, "sim=3") {
			t.Errorf("%s: the page tells of what is out of scope", name)
		}
		if _, page := s.fetch(anna, "GET", "/inbox"); strings.Contains(savedView(page, name), "subuser=-1") {
			t.Errorf("%s: its author has %q", name, savedView(page, name))
		}
	}
}

func TestSavedViewsAreLive(t *testing.T) {
	s := town(t)
	anna := s.person("anna", store.Admin)
	piet := s.person("piet", store.Agent, 6)
	own, others := s.watch(anna, "/inbox?sort=oldest"), s.watch(piet, "/inbox")
	s.submit(anna, "/inbox?tag=Secret&tag=Warm", url.Values{"name": {"Private one"}})
	s.submit(anna, "/inbox?tag=Secret&tag=Warm", url.Values{"name": {"Shared one"}, "shared": {"yes"}})
	told := ""
	for frame := range others {
		if told += frame; strings.Contains(told, "Shared one") {
			break
		}
	}
	if strings.Contains(told, "Private one") || strings.Contains(told, "Secret") {
		t.Errorf("an agent was told\n%s", told)
	}
	for frame := range own { // what follows at once may come in one frame
		if strings.Contains(frame, "Shared one") {
			break
		}
	}
	s.submit(anna, "/views/2/delete", nil)
	for frame := range own {
		if !strings.Contains(frame, "Shared one") {
			if !strings.Contains(frame, "Private one") {
				t.Errorf("told %s", frame)
			}
			return
		}
	}
	t.Error("the deleted view never left the navigation")
}

func TestMineIsCountedAndListedLive(t *testing.T) {
	s := town(t)
	frames := s.watch(s.person("anna", store.Admin), "/inbox?view=mine")
	if err := s.store.Assign(t.Context(), store.Everything, 1, 2); err != nil {
		t.Fatal(err)
	}
	frame := <-frames
	if !strings.Contains(frame, `id=\"conversation-2\"`) || !strings.Contains(frame, `nav-count\">1<`) {
		t.Errorf("told %s", frame)
	}
	if err := s.store.Assign(t.Context(), store.Everything, 0, 2); err != nil {
		t.Fatal(err)
	}
	if frame = <-frames; strings.Contains(frame, `id=\"conversation-2\"`) || !strings.Contains(frame, `id=\"row-2\" data-gone`) {
		t.Errorf("told %s", frame)
	}
}

// A page that begins in the middle of a list (a link to older conversations that somebody opened) gets no rows from
// above.
func TestAPageOfOlderConversationsGetsNoNewerOnes(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/received", json, `{"phone_number":"+15550100","text":"old"}`)
	s.post(s.token+"/received", json, `{"phone_number":"+15550101","text":"new"}`)
	list, _, err := s.store.Conversations(t.Context(), store.Everything, 1, store.Filter{}, store.Position{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	p := store.Filter{}.Position(list[0])
	for sort, stays := range map[string]bool{"": true, "sort=oldest&": false} {
		frames := s.watch(anna, fmt.Sprintf("/inbox?%sbefore=%d.%d", sort, p.At, p.ID))
		if err := s.store.Assign(t.Context(), store.Everything, 1, list[1].ID); err != nil {
			t.Fatal(err)
		}
		if frame := <-frames; strings.Contains(frame, fmt.Sprintf(`id=\"conversation-%d\"`, list[1].ID)) != stays {
			t.Errorf("%q was told %s", sort, frame)
		}
		if err := s.store.Assign(t.Context(), store.Everything, 0, list[1].ID); err != nil {
			t.Fatal(err)
		}
	}
}
