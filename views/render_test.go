package views

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"tagline/store"
)

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// has and hasNot report each part that is not, or is, in the page.
func has(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(html, part) {
			t.Errorf("%s\nis not in\n%s", part, html)
		}
	}
}

func hasNot(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(html, part) {
			t.Errorf("%s\nis in\n%s", part, html)
		}
	}
}

func conversation(v Viewer) store.Conversation {
	return store.Conversation{
		ID: 5, Subuser: 6, Contact: store.Contact{PhoneNumber: "+14155550134", Name: "Maria <b>Ochoa", Tag: "Hot"},
		LastText: "Is it <free>?", LastDirection: store.In, LastState: store.Received, LastAt: v.Now.UnixMilli(), FirstAt: v.Now.UnixMilli(),
	}
}

func TestARowCarriesWhatScriptsNeed(t *testing.T) {
	v := noon(t)
	c := conversation(v)
	c.Unread, c.OpenFailures = 12, 1
	f := store.Filter{View: store.ViewFailed, Tags: []string{"Hot"}}
	html := rendered(t, ConversationRow(v, f, c, false))
	has(t, html, `id="conversation-5"`, `data-conversation="5"`, `data-sort="800001a20959a680-0000000000000005"`,
		`href="/conversations/5?view=failed&amp;tag=Hot"`, `title="+14155550134"`, `>Failed<`, `>9+<`, `class="row unread"`,
		`Maria &lt;b&gt;Ochoa`, `Is it &lt;free&gt;?`, `data-tone="0"`, `Subuser 6`, `>now</time>`)
	hasNot(t, html, "aria-current", oursMark)

	c.Unread, c.OpenFailures, c.LastDirection, c.Contact.Name, c.Contact.Tag = 0, 0, store.Out, "", ""
	html = rendered(t, ConversationRow(v, f, c, true))
	has(t, html, `aria-current="true"`, oursMark, "+1 415-555-0134", `<span class="row-flags"></span>`)
	hasNot(t, html, "Failed", "unread", "data-tone")
}

func TestABubbleSaysItsStateInWords(t *testing.T) {
	v := noon(t)
	m := message(9, store.Out, store.Sent, v.Now)
	sim := int64(123)
	m.SIMCardID = &sim
	html := rendered(t, Bubble(v, m, true, false))
	has(t, html, `id="message-9"`, `data-message="9"`, `data-state="sent"`, `class="message out"`, `data-joined="true"`, "✓ Dispatched", "SIM 123",
		`datetime="2026-11-23T17:00:00.000Z"`, `data-style="clock"`, ">12:00</time>")
	hasNot(t, html, "Not sent", "✓✓")

	m.State = store.Failed
	html = rendered(t, Bubble(v, m, false, false))
	has(t, html, `data-state="failed"`, "! Not sent")
	hasNot(t, html, "Dispatched", "data-dismissed")
	m.Dismissed = true
	has(t, rendered(t, Bubble(v, m, false, false)), `data-dismissed="true"`)
}

// White space in texts is kept by the style sheet, so the markup must not add any.
func TestABubbleShowsExactlyTheText(t *testing.T) {
	v := noon(t)
	m := message(9, store.In, store.Received, v.Now)
	m.Text = " <script>\n\nsee https://ex.am/?a=1&b=2, ok "
	html := rendered(t, Bubble(v, m, false, false))
	has(t, html, `<p class="text" dir="auto"> &lt;script&gt;`+"\n\nsee "+
		`<a href="https://ex.am/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow ugc">https://ex.am/?a=1&amp;b=2</a>, ok </p>`)
}

func TestATagLineNamesBothTags(t *testing.T) {
	v := noon(t)
	change := store.TagChange{ID: 7, From: "Cold", To: "Warm", At: v.Now.UnixMilli()}
	has(t, rendered(t, TagLine(v, change)), `data-tag-change="7"`, `id="tag-change-7"`, `data-tone="2"`, "Cold", "→", `data-tone="1"`, "Warm")
	change.From = ""
	hasNot(t, rendered(t, TagLine(v, change)), "Cold", "→")
	change.From, change.To = "Cold", ""
	has(t, rendered(t, TagLine(v, change)), "Cold", "removed")
}

func TestCountsLeadSomewhere(t *testing.T) {
	counts := store.Counts{
		Views:    map[store.View]int{store.ViewUnread: 3, store.ViewFailed: 2},
		Subusers: []store.SubuserCount{{Subuser: store.Main, Count: 9}, {Subuser: 6, Count: 4, OpenFailures: 2}},
		Tags:     []store.TagCount{{Tag: "Hot", Count: 5}},
	}
	f := store.Filter{View: store.ViewFailed, Tags: []string{"Hot"}}
	html := rendered(t, NavViews(Viewer{}, f, Navigation{Counts: counts}))
	has(t, html, `id="nav-views"`, `data-unread="3"`, `data-failed="2"`, "Main account", "Subuser 6", "2 failed messages",
		`href="/inbox?tag=Hot"`, `href="/inbox?view=failed&amp;subuser=6&amp;tag=Hot"`,
		`href="/inbox?view=failed" aria-current="true"`, `href="/inbox?view=failed&amp;tag=Hot" aria-current="page"`)
}

func TestAnEmptyListSaysWhatToDo(t *testing.T) {
	v := noon(t)
	v.User.Role = store.Admin
	has(t, rendered(t, InboxPage(Inbox{Viewer: v, Empty: true})), `href="/settings/connect"`, "Connect TextLink")
	v.User.Role = store.Agent
	hasNot(t, rendered(t, InboxPage(Inbox{Viewer: v, Empty: true})), "/settings/connect")
	narrow := Inbox{Viewer: v, Filter: store.Filter{View: store.ViewDone, Tags: []string{"Hot"}}}
	has(t, rendered(t, InboxPage(narrow)), "Clear filters", `href="/inbox?view=done"`)
}

func TestTheInboxCarriesItsChangeNumber(t *testing.T) {
	v := noon(t)
	html := rendered(t, InboxPage(Inbox{Viewer: v, Change: 123, Thread: &Thread{Conversation: conversation(v)}}))
	has(t, html, `id="app"`, `data-change="123"`, `data-page="inbox"`, `data-pane="thread"`, `id="connection" data-state="live"`,
		`id="conversations"`, `id="thread"`, `id="thread-header"`, `id="contact"`, `id="announce"`, `action="/conversations/5/done"`)
}

func TestATickTellsWhetherAHookArrived(t *testing.T) {
	has(t, rendered(t, HookTick(Hook{Kind: store.KindReceived})), `id="hook-received"`, `data-hook="received"`, `data-arrived="false"`, "Waiting")
	has(t, rendered(t, HookTick(Hook{Kind: store.KindTag, LastSeen: time.Now().UnixMilli()})), `id="hook-tag"`, `data-arrived="true"`)
}

// The content security policy allows neither inline scripts nor inline styles.
func TestPagesNeedNothingInline(t *testing.T) {
	v := noon(t)
	v.User.Role = store.Admin
	timeline := history(v.Now.Add(-time.Hour), "Cold", time.Minute, "Warm", time.Minute)
	thread := &Thread{Conversation: conversation(v), Messages: []store.Message{message(1, store.Out, store.Failed, v.Now)}, Timeline: timeline}
	thread.Conversation.Failed = 2
	inline := regexp.MustCompile(`<script>|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on`)
	pages := map[string]templ.Component{
		"inbox":   InboxPage(Inbox{Viewer: v, List: List{Conversations: []store.Conversation{conversation(v)}, Next: "/inbox?before=1"}, Thread: thread}),
		"connect": ConnectPage(Connect{Viewer: v, Hooks: []Hook{{Kind: store.KindSent, URL: "https://ex.am/"}}, Error: "wrong"}),
		"signin":  SignInPage(SignIn{Error: "wrong", Next: `"><script>`}),
		"setup":   SetUpPage(SetUp{Action: "/setup/token"}),
		"failure": FailurePage(Failure{Viewer: &v, Title: "Not found", Advice: "Look elsewhere."}),
	}
	for name, page := range pages {
		html := rendered(t, page)
		if found := inline.FindString(html); found != "" {
			t.Errorf("%s has %q", name, found)
		}
		if n := strings.Count(html, "<h1"); n != 1 {
			t.Errorf("%s has %d first headings", name, n)
		}
		ids := map[string]bool{}
		for _, id := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(html, -1) {
			if ids[id[1]] {
				t.Errorf("%s has two elements %q", name, id[1])
			}
			ids[id[1]] = true
		}
	}
}

func BenchmarkPageOfRows(b *testing.B) {
	v := Viewer{Zone: time.UTC, Now: time.Now()}
	list := List{Conversations: make([]store.Conversation, 50)}
	for i := range list.Conversations {
		list.Conversations[i] = conversation(v)
	}
	rows := ConversationRows(v, store.Filter{}, list)
	var page strings.Builder
	b.ReportAllocs()
	for b.Loop() {
		page.Reset()
		if err := rows.Render(b.Context(), &page); err != nil {
			b.Fatal(err)
		}
	}
}
