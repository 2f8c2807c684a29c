package handlers_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"tagline/store"
	"tagline/textlink"
)

// in returns the site as seen from within a fuzz target, which must not use the *testing.F it was made with.
func (s *site) in(t *testing.T) *site {
	here := *s
	here.t = t
	return &here
}

// What is answered 200 stands in the log as it came, and what is not, does not.
func FuzzWebhookIsKeptIfItIsAnsweredOK(f *testing.F) {
	for i, kind := range store.Kinds {
		f.Add(byte(i), example(f, kind))
	}
	for _, size := range []int{64 << 10, 64<<10 + 1} {
		f.Add(byte(0), append(example(f, store.KindReceived), bytes.Repeat([]byte(" "), size)...)[:size])
	}
	open, locked := newSite(f, ""), newSite(f, secret)
	f.Fuzz(func(t *testing.T, kind byte, body []byte) {
		hook := store.Kinds[int(kind)%len(store.Kinds)]
		want := 200
		if len(body) > 64<<10 {
			want = 413
		}
		open.in(t).keepsIf(want, hook, body)
		event, _ := textlink.Decode(textlink.Kind(hook), body)
		if want == 200 && event.Secret != nil && *event.Secret != secret {
			want = 401
		}
		locked.in(t).keepsIf(want, hook, body)
	})
}

// keepsIf posts a body and looks for it in the log.
func (s *site) keepsIf(want int, kind store.Kind, body []byte) {
	s.t.Helper()
	before := s.newest()
	status, answer := s.post(s.token+"/"+string(kind), json, string(body))
	after := s.newest()
	if status != want {
		s.t.Errorf("answered %d, want %d: %s", status, want, answer)
	}
	if kept := after.ID != before.ID; kept != (status == 200) {
		s.t.Fatalf("answered %d, kept: %v", status, kept)
	}
	if status == 200 && !bytes.Equal(after.Body, textlink.BlankSecret(body)) {
		s.t.Errorf("kept %q", after.Body)
	}
	if plain := !bytes.Contains(bytes.ToLower(body), []byte("ecre")) && !bytes.Contains(body, []byte(`\u`)); plain && status == 200 && !bytes.Equal(after.Body, body) {
		s.t.Errorf("kept %q, although there is no secret in it", after.Body)
	}
}

// newest is the last delivery in the log, the zero one if it is empty.
func (s *site) newest() store.Delivery {
	s.t.Helper()
	list, _, err := s.store.Deliveries(s.t.Context(), store.DeliveryFilter{}, 0, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	return append(list, store.Delivery{})[0]
}

// Two bodies make one message exactly if they say the same, or what fails is what was sent. Each is given as its
// members without the number, which is the same for both and for no other pair.
func FuzzTwoBodiesAreOneMessageIfTheySayTheSame(f *testing.F) {
	const text = `"text":"ok","timestamp":1748463114559`
	f.Add(byte(0), byte(0), text, text)
	f.Add(byte(1), byte(2), text, text+`,"custom_id":"a","textlink_id":7`)
	f.Add(byte(1), byte(1), text, `"text":"ok","timestamp":1748463114560`)
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s, pairs := newSiteAt(f, "", func() time.Time { return now }), 0
	f.Fuzz(func(t *testing.T, kindA, kindB byte, a, b string) {
		pairs++
		s := s.in(t)
		number := fmt.Sprintf("+1555%010d", pairs)
		first, ok := s.told(kindA, a, number)
		second, also := s.told(kindB, b, number)
		if !ok || !also {
			t.Skip("not a message, or one of another number")
		}
		want := messages(first, second, now)
		if want == 0 {
			t.Skip("the rules leave it open")
		}
		from, err := s.store.ChangeNumber(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []struct {
			kind    textlink.Kind
			members string
		}{{first.Kind, a}, {second.Kind, b}} {
			if status, answer := s.post(s.token+"/"+string(body.kind), json, withNumber(body.members, number)); status != 200 {
				t.Fatalf("answered %d: %s", status, answer)
			}
		}
		if got := s.messagesSince(from); got != want {
			t.Errorf("%d messages, want %d, of\n%+v\n%+v", got, want, first, second)
		}
	})
}

func withNumber(members, number string) string {
	return `{` + members + `,"phone_number":"` + number + `"}`
}

// told decodes a body; not ok if it is none that makes a message of the number.
func (s *site) told(kind byte, members, number string) (textlink.Event, bool) {
	body := withNumber(members, number)
	e, err := textlink.Decode(textlink.Kinds()[int(kind)%3], []byte(body)) // tag hooks make no messages
	return e, err == nil && e.PhoneNumber == number && len(body) <= 64<<10
}

// messagesSince counts the messages in the conversations that changed.
func (s *site) messagesSince(number int64) int {
	s.t.Helper()
	changes, err := s.store.ChangesSince(s.t.Context(), number, 10)
	if err != nil {
		s.t.Fatal(err)
	}
	counted := map[int64]int{0: 0}
	total := 0
	for _, c := range changes {
		if _, twice := counted[c.ConversationID]; twice {
			continue
		}
		conversation, err := s.store.Conversation(s.t.Context(), store.Everything, 0, c.ConversationID)
		if err != nil {
			s.t.Fatal(err)
		}
		counted[c.ConversationID] = 1
		total += conversation.Inbound + conversation.Outbound
	}
	return total
}

// messages is how many messages two bodies make that arrive one right after the other, 0 where the rules leave it open.
func messages(a, b textlink.Event, now time.Time) int {
	sameText, sameTime := bytes.Equal(a.TextKey, b.TextKey), a.Timestamp != nil && b.Timestamp != nil && *a.Timestamp == *b.Timestamp
	sharedID := a.CustomID != "" && a.CustomID == b.CustomID || a.TextlinkID != 0 && a.TextlinkID == b.TextlinkID
	if a.Kind == textlink.Failed && b.Kind == textlink.Sent {
		a, b = b, a
	}
	switch {
	case a.Subuser != b.Subuser || differ(a, b) || a.Kind != b.Kind && (a.Kind == textlink.Received || b.Kind == textlink.Received):
		return 2
	case a.Kind == b.Kind && sameText && (sameTime || a.Timestamp == nil && b.Timestamp == nil):
		if a.Kind == textlink.Received && (a.CustomID != b.CustomID || a.TextlinkID != b.TextlinkID) {
			return 0 // received messages have no ids, as far as is known
		}
		return 1
	case a.Kind == b.Kind:
		if sharedID && a.Kind == textlink.Failed {
			return 0 // two failures of what is not known yet
		}
		return 2
	case sharedID || sameText && sameTime:
		return 1
	case !sameText || a.Timestamp != nil && b.Timestamp != nil:
		return 2
	case a.Timestamp != nil && *a.Timestamp > now.UnixMilli():
		return 0 // it failed before it was sent
	}
	return 1
}

// differ tells whether both carry an id and the ids differ.
func differ(a, b textlink.Event) bool {
	return a.CustomID != "" && b.CustomID != "" && a.CustomID != b.CustomID ||
		a.TextlinkID != 0 && b.TextlinkID != 0 && a.TextlinkID != b.TextlinkID
}
