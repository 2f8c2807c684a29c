package views

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// shape writes items in a word each: d a day, n the divider, c5 a change, 7 a message, +8 one that is joined.
func shape(items []ThreadItem) string {
	words := make([]string, len(items))
	for i, item := range items {
		switch item.Kind {
		case DayItem:
			words[i] = "d"
		case NewItem:
			words[i] = "n"
		case ChangeItem:
			words[i] = "c" + strconv.FormatInt(item.Change.ID, 10)
		case MessageItem:
			words[i] = strconv.FormatInt(item.Message.ID, 10)
			if item.Joined {
				words[i] = "+" + words[i]
			}
		}
	}
	return strings.Join(words, " ")
}

func message(id int64, direction store.Direction, state store.State, at time.Time) store.Message {
	return store.Message{ID: id, Direction: direction, State: state, At: at.UnixMilli(), Text: "text"}
}

func expect(t *testing.T, items []ThreadItem, want string) {
	t.Helper()
	if got := shape(items); got != want {
		t.Errorf("items are %q, want %q", got, want)
	}
}

func TestMessagesOfOneSenderWithinAMinuteStandTogether(t *testing.T) {
	v := noon(t)
	at := func(seconds int) time.Time { return v.Now.Add(time.Duration(seconds) * time.Second) }
	five, six := int64(5), int64(6)
	messages := []store.Message{
		message(1, store.In, store.Received, at(0)),
		message(2, store.In, store.Received, at(60)),
		message(3, store.In, store.Received, at(121)), // over a minute later
		message(4, store.Out, store.Sent, at(122)),
		message(5, store.Out, store.Failed, at(123)), // alone
		message(6, store.Out, store.Sent, at(124)),
		message(7, store.Out, store.Sent, at(125)), // another SIM
		message(8, store.Out, store.Sent, at(126)),
	}
	messages[5].SIMCardID, messages[6].SIMCardID, messages[7].SIMCardID = &five, &six, &six
	expect(t, ThreadItems(v, Thread{Messages: messages}), "d 1 +2 3 4 5 6 7 +8")
}

// Of messages that stand together only the last says when and how it went.
func TestMessagesStandTogetherOnlyWhereTheLineBelowIsTrueOfAll(t *testing.T) {
	v := noon(t)
	yes, no, zero, five, six := true, false, int64(0), int64(5), int64(6)
	by := func(user int64, name string) *store.Reply {
		return &store.Reply{UserID: user, Author: name, Attempt: 1}
	}
	out := store.Message{Direction: store.Out, State: store.Sent, SIMCardID: &five, Reply: by(1, "anna")}
	in := store.Message{Direction: store.In, State: store.Received, SIMCardID: &five}
	with := func(m store.Message, change func(*store.Message)) store.Message {
		change(&m)
		return m
	}
	for name, test := range map[string]struct {
		above, below store.Message
		together     bool
	}{
		"one author":            {out, with(out, func(m *store.Message) { m.Reply = by(1, "anna") }), true},
		"two authors":           {out, with(out, func(m *store.Message) { m.Reply = by(2, "piet") }), false},
		"two of one name":       {out, with(out, func(m *store.Message) { m.Reply = by(2, "anna") }), false},
		"not written here":      {out, with(out, func(m *store.Message) { m.Reply = nil }), false},
		"written here after":    {with(out, func(m *store.Message) { m.Reply = nil }), out, false},
		"an author who left":    {out, with(out, func(m *store.Message) { m.Reply = by(1, "") }), false},
		"the console":           {with(out, func(m *store.Message) { m.Reply = nil }), with(out, func(m *store.Message) { m.Reply, m.Portal = nil, &yes }), false},
		"the console, twice":    {with(out, func(m *store.Message) { m.Reply, m.Portal = nil, &yes }), with(out, func(m *store.Message) { m.Reply, m.Portal = nil, &yes }), true},
		"not said, and not so":  {with(out, func(m *store.Message) { m.Reply = nil }), with(out, func(m *store.Message) { m.Reply, m.Portal = nil, &no }), true},
		"another SIM":           {out, with(out, func(m *store.Message) { m.SIMCardID = &six }), false},
		"no SIM":                {out, with(out, func(m *store.Message) { m.SIMCardID = nil }), false},
		"a second attempt":      {out, with(out, func(m *store.Message) { m.Reply = &store.Reply{UserID: 1, Author: "anna", Attempt: 2} }), false},
		"one that was retried":  {with(out, func(m *store.Message) { m.Retry = store.Retried }), out, false},
		"another state":         {out, with(out, func(m *store.Message) { m.State = store.Accepted }), false},
		"both queued":           {with(out, func(m *store.Message) { m.State = store.Queued }), with(out, func(m *store.Message) { m.State = store.Queued }), false},
		"a doubtful time":       {out, with(out, func(m *store.Message) { m.Doubtful = true }), false},
		"inbound":               {in, in, true},
		"inbound, another SIM":  {in, with(in, func(m *store.Message) { m.SIMCardID = &six }), false},
		"inbound, no SIM":       {with(in, func(m *store.Message) { m.SIMCardID = nil }), with(in, func(m *store.Message) { m.SIMCardID = &zero }), false},
		"inbound, a wrong time": {with(in, func(m *store.Message) { m.Doubtful = true }), in, false},
		"the other side":        {in, out, false},
	} {
		above, below := test.above, test.below
		above.ID, above.At = 1, v.Now.UnixMilli()
		below.ID, below.At = 2, v.Now.Add(20*time.Second).UnixMilli()
		want := "d 1 2"
		if test.together {
			want = "d 1 +2"
		}
		if got := shape(ThreadItems(v, Thread{Messages: []store.Message{above, below}})); got != want {
			t.Errorf("%s: items are %q, want %q", name, got, want)
		}
	}
}

func TestChangesAndDividersStandBetweenMessages(t *testing.T) {
	v := noon(t)
	messages := []store.Message{
		message(1, store.In, store.Received, v.Now),
		message(2, store.In, store.Received, v.Now.Add(time.Second)),
		message(3, store.In, store.Received, v.Now.Add(2*time.Second)),
	}
	changes := []store.TagChange{
		{ID: 5, At: v.Now.Add(time.Second).UnixMilli()},
		{ID: 6, At: v.Now.Add(time.Hour).UnixMilli()},
	}
	items := ThreadItems(v, Thread{Messages: messages, Changes: changes, FirstUnread: 3})
	expect(t, items, "d 1 c5 2 n 3 c6")
}

func TestDaysAreThoseOfTheReader(t *testing.T) {
	v := noon(t)
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, v.Zone)
	thread := Thread{
		Messages: []store.Message{
			message(1, store.In, store.Received, midnight.Add(-time.Second)),
			message(2, store.In, store.Received, midnight),
		},
		Changes: []store.TagChange{{ID: 5, At: midnight.AddDate(0, 0, 1).UnixMilli()}},
	}
	expect(t, ThreadItems(v, thread), "d 1 d 2 d c5")
	v.Zone = time.UTC // where both messages are of the same day
	expect(t, ThreadItems(v, thread), "d 1 +2 d c5")
	expect(t, ThreadItems(v, Thread{}), "")
}
