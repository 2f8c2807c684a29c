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
