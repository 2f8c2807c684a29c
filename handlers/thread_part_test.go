package handlers_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tagline/store"
)

var (
	texts    = regexp.MustCompile(`Message \d+\.`)
	laterURL = regexp.MustCompile(`id="later"[^>]* hx-get="([^"]+)"`)
	olderURL = regexp.MustCompile(`id="older"[^>]* hx-get="([^"]+)"`)
)

// A thread opens at the first unread message, and its parts lead from there to both ends without one missing or twice.
func TestTheLaterPartsOfAThreadLeadToItsEnd(t *testing.T) {
	const all = 200
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	var want []string
	for n := range all {
		want = append(want, fmt.Sprintf("Message %d.", n))
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":"+14155550134","text":"Message %d.","timestamp":%d}`, n, 1748463114559+n*20_000))
	}
	if err := s.store.MarkUnreadFrom(t.Context(), store.Everything, 1, 1, s.idOf("Message 100.")); err != nil {
		t.Fatal(err)
	}
	_, page := s.fetch(anna, "GET", "/conversations/1")
	_, thread, _ := strings.Cut(page, `<div id="thread"`)
	shown := texts.FindAllString(thread, -1)
	if got := shown[0] + " " + shown[len(shown)-1]; got != "Message 75. Message 149." {
		t.Errorf("the page shows %s", got)
	}
	if before, _, _ := strings.Cut(thread, `id="new-messages"`); !strings.Contains(before, "Message 99.") || strings.Contains(before, "Message 100.") {
		t.Error("the divider is not above the first unread message")
	}
	follow := func(link *regexp.Regexp, html string) (parts [][]string) {
		for found := link.FindStringSubmatch(html); found != nil; found = link.FindStringSubmatch(html) {
			status, part := s.fetch(anna, "GET", strings.ReplaceAll(found[1], "&amp;", "&"))
			if status != http.StatusOK || len(parts) > all {
				t.Fatalf("%s was answered %d", found[1], status)
			}
			html = part
			parts = append(parts, texts.FindAllString(part, -1))
			// Twenty seconds apart all stand together and are of one day, also with those of the part before.
			if link == laterURL && (strings.Contains(part, `class="day"`) || strings.Count(part, `data-joined`) != len(parts[len(parts)-1])) {
				t.Errorf("a part begins anew: %.300s", part)
			}
		}
		return parts
	}
	later, older := follow(laterURL, page), follow(olderURL, page)
	slices.Reverse(older)
	got := slices.Concat(slices.Concat(older...), shown, slices.Concat(later...))
	if !slices.Equal(got, want) {
		t.Errorf("the parts are %d messages: %v", len(got), got)
	}
	_, end := s.fetch(anna, "GET", "/conversations/1/messages")
	if got := texts.FindAllString(end, -1); len(got) != 50 || got[49] != "Message 199." || strings.Contains(end, `id="later"`) {
		t.Errorf("the end is %v", got)
	}
	for path, want := range map[string]int{"/conversations/1/messages?after=x": 400, "/conversations/2/messages?after=1.1": 404, "/conversations/1/messages?after=9999999999999.1": 200} {
		if status, _ := s.fetch(anna, "GET", path); status != want {
			t.Errorf("%s was answered %d", path, status)
		}
	}
}

// idOf is the message with that text.
func (s *site) idOf(text string) int64 {
	s.t.Helper()
	messages, err := s.store.MessagesFrom(s.t.Context(), store.Everything, 1, store.Position{})
	at := slices.IndexFunc(messages, func(m store.Message) bool { return m.Text == text })
	if err != nil || at < 0 {
		s.t.Fatalf("there is no %q, %v", text, err)
	}
	return messages[at].ID
}

// A page whose thread goes on behind what it shows is sent no more than that, and that there is more.
func TestFramesEndWhereThePageDoes(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for n := range 100 {
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":"+14155550134","text":"Message %d.","timestamp":%d}`, n, 1748463114559+n*60_000))
	}
	until := fmt.Sprintf("%d.%d", 1748463114559+49*60_000, s.idOf("Message 49."))
	l := s.listen(anna, "/inbox", s.now())
	_ = l.WriteJSON(map[string]any{"page": "/conversations/1", "change": s.now(), "view": 1, "until": until, "unread": s.idOf("Message 0.")})
	s.post(s.token+"/received", json, `{"phone_number":"+14155550134","text":"Just in."}`)
	f := l.await("Message 49.")
	if !strings.Contains(f.Content, `data-until="`+until+`"`) || !strings.Contains(f.Content, `data-unread="101"`) {
		t.Errorf("the frame does not say that there is more: %s", f.Content)
	}
	for _, text := range []string{"Message 50.", "Just in.</p>"} {
		if strings.Contains(f.Content, text) {
			t.Errorf("%s stands behind a gap", text)
		}
	}
	// Read up to a message: the number goes down, and nothing else is sent than that.
	if status, _ := s.fetch(anna, http.MethodPost, fmt.Sprintf("/conversations/1/read?message=%d", s.idOf("Message 19."))); status != http.StatusSeeOther && status != http.StatusNoContent {
		t.Errorf("reading was answered %d", status)
	}
	if f = l.await(`data-unread="81"`); strings.Contains(f.Content, "Message 49.") {
		t.Error("lines are sent again that are as they were")
	}
	for query, want := range map[string]int{"x": 400, "": 400, "999999": 404, "-1": 404} {
		if status, _ := s.fetch(anna, http.MethodPost, "/conversations/1/read?message="+query); status != want {
			t.Errorf("reading up to %q was answered %d", query, status)
		}
	}
}
