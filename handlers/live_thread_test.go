package handlers_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tagline/store"
)

// namedLines counts the messages of a frame that are not sent again.
func namedLines(f frame) int {
	return len(regexp.MustCompile(`<article id="message-\d+" data-same>`).FindAllString(f.Content, -1))
}

// A page is sent the lines of its thread that are new to it; the others are only named.
func TestOnlyWhatIsNewInAThreadIsSent(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	send := func(kind, text string, at int) {
		body := fmt.Sprintf(`{"phone_number":"+15550001","text":%q,"timestamp":%d}`, text, 1748463114559+at)
		if status, answer := s.post(s.token+"/"+kind, json, body); status != 200 {
			t.Fatalf("answered %d: %s", status, answer)
		}
	}
	send("sent", "the first", 0)
	l := s.listen(anna, "/conversations/1", s.now())
	send("sent", "the second", 1)
	if f := l.await("the second</p>"); !strings.Contains(f.Content, "the first</p>") {
		t.Errorf("the page was not sent all at first: %s", f.Content)
	}
	send("sent", "the third", 2)
	f := l.await("the third</p>")
	if named := namedLines(f); named != 2 || strings.Contains(f.Content, "the first</p>") {
		t.Errorf("%d lines are only named in %s", named, f.Content)
	}
	send("failed", "the first", 0)
	f = l.await("Not sent")
	if named := namedLines(f); named != 1 || // what follows a failed one does not stand together with it any more
		!strings.Contains(f.Content, "the first</p>") {
		t.Errorf("%d lines are only named in %s", named, f.Content)
	}
	_ = l.WriteJSON(map[string]any{"page": "/conversations/1", "change": s.now(), "view": 1}) // it was loaded anew
	for f.View != 1 {
		var err error
		if f, err = l.next(); err != nil {
			t.Fatal(err)
		}
	}
	send("sent", "the fourth", 3)
	if f = l.await("the fourth</p>"); namedLines(f) != 0 {
		t.Errorf("a page that says that it is another was sent %s", f.Content)
	}
}

// The menu of whom a thread can be assigned to is as long as there are people. It is sent where it changed, as its
// reader sees it; everything else in the head looks the same to all and is rendered once.
func TestTheMenuOfAssigneesIsSentOnlyWhereItChanged(t *testing.T) {
	s := newSite(t, "")
	s.text(6, 1, "Hello")
	anna, annaID := s.within("anna", 6)
	piet, _ := s.within("piet", 6)
	const page, menu, entry = "/conversations/1", `class="menu assignee"`, `class="menu-item" name="assignee"`
	first, second := s.listen(anna, page, s.now()), s.listen(piet, page, s.now())
	for _, l := range []*listening{first, second} {
		l.await(`id="presence"`)
	}
	for _, l := range []*listening{first, second} {
		s.text(6, 1, "one")
		if f := l.await("one</p>"); !strings.Contains(f.Content, menu) {
			t.Error("a page that may show an older menu was not sent it")
		}
	}
	second.await("one</p>")
	s.text(6, 1, "two")
	for _, l := range []*listening{first, second} {
		if f := l.await("two</p>"); strings.Contains(f.Content, entry) {
			t.Errorf("the menu was sent again as it was: %s", f.Content)
		}
	}

	s.submit(piet, page+"/assign", url.Values{"assignee": {fmt.Sprint(annaID)}})
	for l, name := range map[*listening]string{first: "Me", second: "anna"} {
		f := l.await(menu)
		if who := `<span class="assignee-name"><bdi>` + name + `</bdi>`; !strings.Contains(f.Content, who) {
			t.Errorf("%s is not in %s", who, f.Content)
		}
		if details := `<dt>Assigned to</dt><dd><bdi>` + name + `</bdi>`; !strings.Contains(f.Content, details) {
			t.Errorf("%s is not in %s", details, f.Content)
		}
	}

	s.within("ruth", 6)
	s.text(6, 1, "three")
	if f := first.await("three</p>"); !strings.Contains(f.Content, "<bdi>ruth</bdi>") {
		t.Errorf("a new colleague is not in the menu: %s", f.Content)
	}
}
