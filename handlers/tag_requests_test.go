package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
	"tagline/textlink"
	"tagline/textlink/fake"
)

// ask asks for a tag as Anna.
func (o *outbox) ask(tag string) {
	o.t.Helper()
	if status, body := o.send(o.anna, o.thread+"/tag", url.Values{"tag": {tag}}); status != http.StatusSeeOther {
		o.t.Fatalf("answered %d: %s", status, body)
	}
}

// contact is that of the conversation.
func (o *outbox) contact() store.Contact {
	o.t.Helper()
	var id int64
	fmt.Sscanf(o.thread, "/conversations/%d", &id)
	return o.conversation(id).Contact
}

// tagged waits until nothing is open, and returns the changes with who asked for them, oldest first.
func (o *outbox) tagged() (changes, refused string) {
	o.t.Helper()
	var c store.Contact
	o.until("no tag is asked for", func() bool {
		c = o.contact()
		return c.AskedTag == "" || c.AskedReason != ""
	})
	o.api.Wait()
	all, _, err := o.store.TagChangesIn(o.t.Context(), store.Everything, c.ID, store.TagPart{Limit: 1 << 20})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, change := range all {
		changes = change.To + " " + change.Author + "," + changes
	}
	return changes, c.AskedReason
}

func TestATagIsTheTruthInEveryMood(t *testing.T) {
	hook := func(w ...fake.Webhook) []fake.Webhook { return append([]fake.Webhook{}, w...) }
	for name, c := range map[string]struct {
		mood             fake.Mood
		changes, refused string
	}{
		"good":                      {fake.Mood{}, "Warm anna,", ""},
		"no webhook":                {fake.Mood{Webhooks: hook()}, "Warm anna,", ""},
		"webhook before the answer": {fake.Mood{Webhooks: hook(fake.Webhook{Kind: textlink.Tag, First: true})}, "Warm anna,", ""},
		"webhook twice":             {fake.Mood{Webhooks: hook(fake.Webhook{Kind: textlink.Tag}, fake.Webhook{Kind: textlink.Tag})}, "Warm anna,", ""},
		"refused with 200":          {fake.Mood{Answer: fake.Refused, Reason: "No such contact."}, "", "No such contact."},
		"500":                       {fake.Mood{Answer: fake.Broken, Webhooks: hook()}, "", "TextLink answered 500"},
		"garbage":                   {fake.Mood{Answer: fake.Garbage, Webhooks: hook()}, "", "could not be understood"},
		"broken off":                {fake.Mood{Answer: fake.Drops, Webhooks: hook()}, "", "TextLink"},
		"500 but done":              {fake.Mood{Answer: fake.Broken, Webhooks: hook(fake.Webhook{Kind: textlink.Tag, First: true})}, "Warm anna,", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOutbox(t, always(c.mood))
			o.ask(" Warm ")
			changes, refused := o.tagged()
			if changes != c.changes || !strings.Contains(refused, c.refused) || (refused == "") != (c.refused == "") {
				t.Errorf("the changes are %q, refused %q", changes, refused)
			}
			if calls := o.api.Calls(); len(calls) != 1 || calls[0].Tag != "Warm" || calls[0].PhoneNumber != "+15550100" {
				t.Errorf("the calls are %+v", calls)
			}
			_, page := o.fetch(o.anna, http.MethodGet, o.thread)
			for _, words := range []string{c.refused, map[bool]string{true: "by <bdi>anna</bdi>"}[c.changes != ""]} {
				if !strings.Contains(strings.Join(strings.Fields(page), " "), words) {
					t.Errorf("the page does not say %q", words)
				}
			}
		})
	}
}

func TestARefusedTagIsTriedAgainOrDismissed(t *testing.T) {
	moods := make(chan fake.Mood, 3)
	o := newOutbox(t, func(fake.Call) fake.Mood { return <-moods })
	no := fake.Mood{Answer: fake.Refused, Reason: "Busy."}
	moods <- no
	o.ask("Warm")
	if _, refused := o.tagged(); refused != "Busy." {
		t.Fatal(refused)
	}
	moods <- no
	o.ask("Warm")
	if _, refused := o.tagged(); refused != "Busy." {
		t.Fatal(refused)
	}
	if status, body := o.send(o.anna, o.thread+"/tag/dismiss", nil); status != http.StatusSeeOther || o.contact().AskedTag != "" {
		t.Errorf("dismissed with %d: %s", status, body)
	}
	moods <- fake.Mood{}
	o.ask("Warm")
	if changes, refused := o.tagged(); changes != "Warm anna," || refused != "" {
		t.Errorf("%q, %q", changes, refused)
	}
}

// A call that hangs when the server ends is made again after its next start: a tag given twice does no harm.
func TestATagThatWasOutIsAskedForAgain(t *testing.T) {
	called, hang := make(chan struct{}), make(chan struct{})
	o := newOutbox(t, func(fake.Call) fake.Mood { close(called); <-hang; return fake.Mood{Webhooks: []fake.Webhook{}} })
	o.ask("Warm")
	<-called
	o.close()
	close(hang)
	if c := o.contact(); c.Tag != "" || c.AskedTag != "Warm" || c.AskedReason != "" {
		t.Errorf("after the end it is %+v", c)
	}
	if err := o.store.RepeatTags(t.Context()); err != nil { // as the next start does
		t.Fatal(err)
	}
	if due, err := o.store.DueTags(t.Context(), 9); err != nil || len(due) != 1 || due[0].Tag != "Warm" {
		t.Errorf("due are %v, %v", due, err)
	}
}

func TestATagIsCheckedBeforeItIsAskedFor(t *testing.T) {
	o := newOutbox(t, nil)
	for tag, want := range map[string]string{
		"": "Choose a tag", "  \n": "Choose a tag", strings.Repeat("é", 61): "at most 60 characters. This one has 61", "\xff": "one line of plain text",
	} {
		if status, body := o.send(o.anna, o.thread+"/tag", url.Values{"tag": {tag}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%q: %d %s", tag, status, body)
		}
	}
	o.ask(strings.Repeat("é", 60))
	o.tagged()
	if calls := o.api.Calls(); len(calls) != 1 {
		t.Errorf("the calls are %+v", calls)
	}
	other := o.person("piet", store.Agent, 7)
	if status, _ := o.send(other, o.thread+"/tag", url.Values{"tag": {"Hot"}}); status != http.StatusNotFound {
		t.Errorf("somebody who may not see it is answered %d", status)
	}
}

func TestWithoutAKeyTheMenuOfTagsSaysHowToTurnItOn(t *testing.T) {
	s := newSite(t, "")
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	s.text(6, 1, "Hello")
	for client, words := range map[*http.Client]string{anna: "start Tagline with TextLink&#39;s API key", piet: "An admin can"} {
		if _, page := s.fetch(client, http.MethodGet, "/conversations/1"); !strings.Contains(page, words) || strings.Contains(page, `class="menu-item" name="tag"`) {
			t.Errorf("the page does not say %q", words)
		}
		if status, body := s.submit(client, "/conversations/1/tag", url.Values{"tag": {"Warm"}}); status != http.StatusConflict || !strings.Contains(body, "API key") {
			t.Errorf("answered %d: %s", status, body)
		}
	}
}

func TestManyAreTaggedAtOnceAndEachContactOnce(t *testing.T) {
	o := newOutbox(t, nil)
	form := url.Values{"action": {"tag"}, "tag": {"Warm"}, "next": {"/inbox"}}
	for n := range 6 {
		subuser := 6 + n%2 // the last two are of one contact
		o.text(subuser, 10+n/2*2%5, "Hello")
	}
	list, _, err := o.store.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewInbox}, store.Position{}, 99)
	if err != nil {
		t.Fatal(err)
	}
	contacts := map[int64]bool{}
	for _, c := range list {
		form.Add("conversation", fmt.Sprint(c.ID))
		contacts[c.Contact.ID] = true
	}
	if len(contacts) == len(list) {
		t.Fatal("each contact has one conversation")
	}
	if status, body := o.send(o.anna, "/conversations/bulk", form); status != http.StatusOK && status != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", status, body)
	}
	o.tagged()
	o.until("TextLink was asked for all", func() bool { return len(o.api.Calls()) >= len(contacts) })
	o.api.Wait()
	if calls := o.api.Calls(); len(calls) != len(contacts) {
		t.Errorf("%d calls for %d contacts", len(calls), len(contacts))
	}
	form.Del("tag")
	if status, body := o.send(o.anna, "/conversations/bulk", form); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Choose a tag") {
		t.Errorf("without a tag answered %d: %s", status, body)
	}
	o.person("reader", store.Agent, 6)
	_ = o.store.SetAccess(t.Context(), store.User{ID: o.id("reader"), Role: store.Agent, Subusers: []store.SubuserID{6}, ReadOnly: true})
	reader := o.signIn("reader")
	form.Set("tag", "Hot")
	if status, _ := o.send(reader, "/conversations/bulk", form); status != http.StatusForbidden {
		t.Errorf("who may only read is answered %d", status)
	}
}
