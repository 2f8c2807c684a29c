package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"tagline/store"
)

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
	if named := strings.Count(f.Content, "data-same"); named != 2 || strings.Contains(f.Content, "the first</p>") {
		t.Errorf("%d lines are only named in %s", named, f.Content)
	}
	send("failed", "the first", 0)
	f = l.await("Not sent")
	if named := strings.Count(f.Content, "data-same"); named != 1 || // what follows a failed one does not stand together with it any more
		!strings.Contains(f.Content, "the first</p>") {
		t.Errorf("%d lines are only named in %s", named, f.Content)
	}
	_ = l.WriteJSON(map[string]any{"page": "/conversations/1", "change": s.now(), "view": 1}) // it was loaded anew
	send("sent", "the fourth", 3)
	if f = l.await("the fourth</p>"); strings.Contains(f.Content, "data-same") {
		t.Errorf("a page that says that it is another was sent %s", f.Content)
	}
}
